//! The shop file of these tests: `alger` sells in dinars, by card and at the door, and writes to its
//! customers; `oran` sells in dollars, as the shop of the SDK's own guide does.

use crate::support::house::{House, shop_file};

/// What both shops have: languages, forms, ways to sign in.
const FRONT: &str = r#"
locales = [
  { code = "en_US", name = "English" },
  { code = "fr_FR", name = "French", native_name = "Français" },
]

[[merchants.project.forms]]
identifier = "reg"
type = "sign_in_up"
title = { en_US = "Registration", fr_FR = "Inscription" }
fields = [
  { marker = "email_reg", title = "E-mail", required = true, role = "identifier" },
  { marker = "password_reg", title = "Password", required = true, role = "password" },
  { marker = "last_name", title = { en_US = "Last name", fr_FR = "Nom" } },
]

[[merchants.project.forms]]
identifier = "order"
title = { en_US = "Order", fr_FR = "Commande" }
fields = [
  { marker = "name", title = { en_US = "Name", fr_FR = "Nom" }, required = true, role = "name" },
  { marker = "phone", title = "Phone", role = "phone" },
  { marker = "address", type = "text", title = "Address", role = "address" },
]

[[merchants.project.providers]]
identifier = "email"
title = { en_US = "E-mail", fr_FR = "Courriel" }
form = "reg"
activation = false

[[merchants.project.providers]]
identifier = "email_strict"
form = "reg"
activation = true
"#;

/// What is sold, in minor units of either currency.
const PRODUCTS: &str = r#"
[[merchants.products]]
id = 14
title = { en_US = "Lamp", fr_FR = "Lampe" }
price = 34_000
sku = "LAMP-14"
image = "https://shop.example/lamp.jpg"
status = "in_stock"
categories = ["light"]
attributes = { watts = { type = "integer", value = "7" }, colour = { type = "string", value = { en_US = "red", fr_FR = "rouge" } } }

[[merchants.products]]
id = 1
title = { en_US = "Table", fr_FR = "Table basse" }
price = 150_000
status = "in_stock"

[[merchants.products]]
id = 2
title = { en_US = "Chair", fr_FR = "Chaise" }
price = 90_050
status = "on_order"

[[merchants.products]]
id = 3
title = "Not for sale"
price = 1_000
visible = false
"#;

const STATUSES: &str = r#"statuses = [
  { identifier = "new", title = { en_US = "New", fr_FR = "Nouvelle" }, when = ["pending", "failed"] },
  { identifier = "inProgress", title = { en_US = "In progress", fr_FR = "En cours" }, when = ["paid"] },
]
"#;

const CASH: &str = "[[merchants.project.accounts]]\nidentifier = \"cash\"\ntitle = \"Cash\"\n\
    gateway_account = \"door\"\n";
const CARD: &str = "[[merchants.project.accounts]]\nidentifier = \"ocpay\"\n\
    title = { en_US = \"Card\", fr_FR = \"Carte\" }\ngateway_account = \"card\"\n";

/// Declares both shops anew; customers who have paid return to that address.
pub(crate) async fn declare(house: &House, return_url: Option<&str>) {
    house.node.declare(&file(&house.sandbox_url, return_url)).await.expect("the shops are declared");
}

/// The shop file of both shops, whose gateway and outbox are at that sandbox.
pub(crate) fn file(sandbox_url: &str, return_url: Option<&str>) -> String {
    let file = shop_file(sandbox_url);
    let (alger, oran) = file.split_once("[[merchants]]\nname = \"oran\"").expect("two shops");
    let alger = alger.replace("https://shop.example", &origin(return_url));
    let messages = format!(
        "[merchants.messages]\noutbox = \"{}/sandbox/outbox\"\n\
         email = {{ smtp = \"smtp://127.0.0.1:25\", from = \"Librairie <shop@alger.example>\" }}\n",
        sandbox_url
    );
    let dinars = project("DZD", return_url, &(CASH.to_owned() + CARD), "\"cash\", \"ocpay\"");
    let dollars = project("USD", None, CASH, "\"cash\"");
    format!("{alger}{messages}{dinars}{PRODUCTS}[[merchants]]\nname = \"oran\"{oran}{dollars}{PRODUCTS}")
}

fn project(currency: &str, return_url: Option<&str>, accounts: &str, markers: &str) -> String {
    let return_url = return_url.map(|url| format!("return_url = \"{url}\"\n")).unwrap_or_default();
    format!(
        "[merchants.project]\ncurrency = \"{currency}\"\n{return_url}{FRONT}{accounts}\
         [[merchants.project.storages]]\nidentifier = \"orders\"\n\
         title = {{ en_US = \"Orders\", fr_FR = \"Commandes\" }}\nform = \"order\"\n\
         accounts = [{markers}]\n{STATUSES}"
    )
}

/// The origin of an address, to which the shop file must allow customers to return.
fn origin(url: Option<&str>) -> String {
    let url = url.unwrap_or("https://shop.example/");
    url.parse::<url::Url>().expect("an address").origin().ascii_serialization()
}
