//! The shop file of these tests: `alger` sells in dinars, by card and for cash, and writes to its
//! customers; `oran` sells in dollars, as the shop of the SDK's own guide does.

use serde_json::{Value, json};

use crate::support::shop_file::{ShopFile, shop};
use crate::support::test_server::TestServer;

/// What both shops have, languages, forms, ways to sign in, with these ways to pay.
fn project(currency: &str, return_url: Option<&str>, accounts: &[Value]) -> Value {
    let markers: Vec<&Value> = accounts.iter().map(|account| &account["identifier"]).collect();
    let mut project = json!({
        "currency": currency,
        "accounts": accounts,
        "storages": [storage(&markers)],
        "locales": [
            { "code": "en_US", "name": "English" },
            { "code": "fr_FR", "name": "French", "native_name": "Français" },
        ],
        "forms": [
            {
                "identifier": "reg",
                "type": "sign_in_up",
                "title": { "en_US": "Registration", "fr_FR": "Inscription" },
                "fields": [
                    { "marker": "email_reg", "title": "E-mail", "required": true, "role": "identifier" },
                    {
                        "marker": "password_reg",
                        "title": "Password",
                        "required": true,
                        "role": "password",
                    },
                    { "marker": "last_name", "title": { "en_US": "Last name", "fr_FR": "Nom" } },
                ],
            },
            {
                "identifier": "order",
                "title": { "en_US": "Order", "fr_FR": "Commande" },
                "fields": [
                    {
                        "marker": "name",
                        "title": { "en_US": "Name", "fr_FR": "Nom" },
                        "required": true,
                        "role": "family_name",
                    },
                    { "marker": "phone", "title": "Phone", "role": "phone" },
                    { "marker": "address", "type": "text", "title": "Address", "role": "address" },
                ],
            },
        ],
        "providers": [
            {
                "identifier": "email",
                "title": { "en_US": "E-mail", "fr_FR": "Courriel" },
                "form": "reg",
                "activation": false,
            },
            { "identifier": "email_strict", "form": "reg", "activation": true },
        ],
    });
    if let Some(url) = return_url {
        project["return_url"] = json!(url);
    }
    project
}

/// The one storage of either shop, paid in these ways.
fn storage(markers: &[&Value]) -> Value {
    json!({
        "identifier": "orders",
        "title": { "en_US": "Orders", "fr_FR": "Commandes" },
        "form": "order",
        "accounts": markers,
        "statuses": [
            {
                "identifier": "new",
                "title": { "en_US": "New", "fr_FR": "Nouvelle" },
                "when": ["pending", "failed"],
            },
            {
                "identifier": "inProgress",
                "title": { "en_US": "In progress", "fr_FR": "En cours" },
                "when": ["paid"],
            },
        ],
    })
}

/// What is sold, in minor units of either currency.
fn products() -> Value {
    json!([
        {
            "id": 14,
            "title": { "en_US": "Lamp", "fr_FR": "Lampe" },
            "price": 34_000,
            "sku": "LAMP-14",
            "image": "https://shop.example/lamp.jpg",
            "status": "in_stock",
            "categories": ["light"],
            "attributes": {
                "watts": { "type": "integer", "value": "7" },
                "colour": { "type": "string", "value": { "en_US": "red", "fr_FR": "rouge" } },
            },
        },
        {
            "id": 1,
            "title": { "en_US": "Table", "fr_FR": "Table basse" },
            "price": 150_000,
            "status": "in_stock",
        },
        {
            "id": 2,
            "title": { "en_US": "Chair", "fr_FR": "Chaise" },
            "price": 90_050,
            "status": "on_order",
        },
        { "id": 3, "title": "Not for sale", "price": 1_000, "visible": false },
    ])
}

/// Declares both shops anew; customers who have paid return to that address.
pub(crate) async fn declare(server: &TestServer, return_url: Option<&str>) {
    server.declare(file(&server.sandbox_url, return_url)).await;
}

/// The shop file of both shops, whose gateway and outbox are at that sandbox.
pub(crate) fn file(sandbox_url: &str, return_url: Option<&str>) -> ShopFile {
    let messages = json!({
        "outbox": format!("{sandbox_url}/sandbox/outbox"),
        "email": { "smtp": "smtp://127.0.0.1:25", "from": "Librairie <shop@alger.example>" },
    });
    let cash = json!({ "identifier": "cash", "title": "Cash", "gateway_account": "door" });
    let card = json!({ "identifier": "ocpay", "title": { "en_US": "Card", "fr_FR": "Carte" }, "gateway_account": "card" });
    let alger = shop("alger", "Librairie d'Alger", &origin(return_url), sandbox_url)
        .messages(messages)
        .project(project("DZD", return_url, &[cash.clone(), card]))
        .products(products());
    let oran = shop("oran", "Oran Électro", &origin(None), sandbox_url)
        .project(project("USD", None, &[cash]))
        .products(products());
    ShopFile::from([alger, oran])
}

/// The origin of an address, to which the shop file must allow customers to return.
fn origin(url: Option<&str>) -> String {
    let url = url.unwrap_or("https://shop.example/");
    url.parse::<url::Url>().expect("an address").origin().ascii_serialization()
}
