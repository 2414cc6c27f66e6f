//! What the checkout page asks the customer for because a gateway needs it, over real sockets: the fields, the errors in
//! the customer's language, and what becomes of the order.

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::call::{Answer, Caller, text};
use crate::support::shop_file::{Account, Merchant};
use crate::support::test_server::TestServer;

struct Setup {
    server: TestServer,
    shop: Caller,
    novasend: String,
    cinetpay: String,
}

fn form(answer: &str) -> Vec<(&str, &str)> {
    vec![("content-type", "application/x-www-form-urlencoded"), ("accept-language", answer)]
}

/// A shop in francs with an account at two gateways, the second of which asks the payer on their phone.
pub(crate) fn abidjan(sandbox_url: &str) -> Merchant {
    let account = |gateway: &str, secret: Value| {
        Account::at(gateway, gateway, Environment::Test).url(sandbox_url).secret(secret)
    };
    let cinetpay = json!({ "api_key": "key-of-cinetpay", "site_id": "445160", "secret_key": "secret" });
    let novasend = json!({ "api_key": "key-of-novasend", "api_client": "client", "webhook_secret": "whk" });
    let merchant = Merchant::named("abidjan").title("Marché").account(account("cinetpay", cinetpay));
    merchant.account(account("novasend", novasend))
}

impl Setup {
    /// That shop, perhaps with a country.
    async fn open(name: &str, country: Option<&str>) -> Setup {
        let server = TestServer::start(name).await;
        let mut merchant = abidjan(&server.sandbox_url);
        if let Some(country) = country {
            merchant = merchant.country(country);
        }
        let report = server.declare(merchant).await;
        let id = |name: &str| {
            let line =
                report.iter().find(|line| line.contains(&format!(" account {name} at "))).expect("its line");
            line.rsplit_once('(').expect("its identifier").1.trim_end_matches(')').to_owned()
        };
        let (novasend, cinetpay) = (id("novasend"), id("cinetpay"));
        let shop = server.caller("abidjan", Environment::Test).await;
        Setup { server, shop, novasend, cinetpay }
    }

    async fn order(&self, reference: &str, payer: Value) -> Value {
        let order = json!({ "reference": reference, "amount": 2500, "currency": "XOF", "payer": payer });
        self.shop.order(&order).await
    }

    /// Presses the button, with these fields filled in.
    async fn pay(&self, order: &Value, account: &str, language: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("account", account).append_pair("lang", language);
        for (name, value) in fields {
            body.append_pair(&format!("{account}.{name}"), value);
        }
        let url = text(order, "/checkout_url");
        self.shop.without_key().send("POST", &url, &form(language), body.finish().into_bytes()).await
    }

    async fn read(&self, order: &Value) -> Value {
        self.shop.get(&format!("/v1/orders/{}", text(order, "/id"))).await.expect(200).json()
    }

    async fn journal(&self, order: &Value) -> Vec<String> {
        let path = format!("/v1/orders/{}/events", text(order, "/id"));
        let events = self.shop.get(&path).await.expect(200).json();
        events["data"].as_array().expect("events").iter().map(|event| text(event, "/type")).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_needs_the_phone_is_offered_and_asks_for_it() {
    let setup = Setup::open("checkout-phone", Some("CI")).await;
    let order = setup.order("no-phone", json!({})).await;
    let page = setup.shop.without_key().get(&text(&order, "/checkout_url")).await.expect(200).text();
    let field = format!("name=\"{}.phone\"", setup.novasend);
    assert!(page.contains(&field) && page.contains(&setup.cinetpay), "{page}");
    assert!(
        !page.contains(&format!("{}.phone", setup.cinetpay)),
        "the other gateway asks for nothing: {page}"
    );

    let before = setup.server.census();
    for (language, typed, complaint) in [
        ("fr", "", "Remplissez ce champ, s’il vous plaît."),
        ("fr", "07 00 00 01", "Ce numéro ne peut pas exister"),
        ("en", "07 00 00 01", "is followed by \u{2066}+225\u{2069}"),
        ("ar", "call me", "اكتب الرقم مع"),
        // Somebody from where the gateway is not.
        ("en", "+33 6 12 34 56 78", "does not take it for this order"),
    ] {
        let answer = setup.pay(&order, &setup.novasend, language, &[("phone", typed)]).await.expect(422);
        let page = answer.text();
        let said =
            complaint.replace("is followed by \u{2066}+225\u{2069}", "\u{2066}+225\u{2069} is followed by");
        assert!(page.contains(&said), "{typed}: {page}");
        assert!(
            page.contains("aria-invalid=\"true\"") && page.contains(&format!("lang=\"{language}\"")),
            "{page}"
        );
        assert!(page.contains(&format!("value=\"{typed}\"")), "what was typed stays: {page}");
        assert_eq!(setup.server.census(), before, "{typed}: something was written");
    }

    let answer = setup.pay(&order, &setup.novasend, "fr", &[("phone", "٠٧ ٠١ ٠٢ ٠٣ ٠٤")]).await.expect(303);
    assert!(
        answer.header("location").starts_with(&setup.server.sandbox_url),
        "{}",
        answer.header("location")
    );
    let read = setup.read(&order).await;
    assert_eq!(read["payer"]["phone"], "+2250701020304", "{read}");
    assert_eq!(
        setup.journal(&order).await,
        ["order.created", "order.revised", "payment.opening", "payment.opened"]
    );
    let events = setup.shop.get(&format!("/v1/orders/{}/events", text(&order, "/id"))).await.json();
    assert!(events.to_string().contains("The customer filled in what a gateway needs: phone."), "{events}");

    // What the customer typed they may correct; what the shop gave they may not.
    let page = setup.shop.without_key().get(&text(&order, "/checkout_url")).await.expect(200).text();
    assert!(page.contains(&field) && page.contains("value=\"+2250701020304\""), "{page}");
    let known = setup.order("phone", json!({ "phone": "+2250707070707" })).await;
    let page = setup.shop.without_key().get(&text(&known, "/checkout_url")).await.expect(200).text();
    assert!(page.contains(&setup.novasend) && !page.contains(&field), "{page}");
    setup.pay(&known, &setup.novasend, "fr", &[("phone", "+2250101010101")]).await.expect(303);
    assert_eq!(setup.read(&known).await["payer"]["phone"], "+2250707070707");
    // A gateway that needs nothing is paid at without it.
    let plain = setup.order("plain", json!({})).await;
    setup.pay(&plain, &setup.cinetpay, "fr", &[]).await.expect(303);
    assert_eq!(setup.journal(&plain).await, ["order.created", "payment.opening", "payment.opened"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_country_is_not_known_the_number_needs_its_code() {
    let setup = Setup::open("checkout-code", None).await;
    let order = setup.order("somewhere", json!({})).await;
    let answer = setup.pay(&order, &setup.novasend, "fr", &[("phone", "07 01 02 03 04")]).await.expect(422);
    assert!(answer.text().contains("avec + et l’indicatif du pays"), "{}", answer.text());
    setup.pay(&order, &setup.novasend, "fr", &[("phone", "00225 07 01 02 03 04")]).await.expect(303);
    // The order's own country tells, too.
    let order = setup.order("dakar", json!({ "country": "SN" })).await;
    setup.pay(&order, &setup.novasend, "fr", &[("phone", "77 123 45 67")]).await.expect(303);
    assert_eq!(setup.read(&order).await["payer"]["phone"], "+221771234567");
    // And so does an account for one country.
    let novasend = json!({ "api_key": "key-of-novasend", "api_client": "client", "webhook_secret": "whk" });
    let account = Account::at("novasend", "novasend", Environment::Test).url(&setup.server.sandbox_url);
    let account = account.country("TG").secret(novasend);
    setup.server.declare(Merchant::named("abidjan").title("Marché").account(account)).await;
    let order = setup.order("lome", json!({})).await;
    setup.pay(&order, &setup.novasend, "fr", &[("phone", "90 11 23 45")]).await.expect(303);
    assert_eq!(setup.read(&order).await["payer"]["phone"], "+22890112345");
    for wrong in ["Togo", "tg", ""] {
        let refused = setup.server.try_declare(Merchant::named("abidjan").country(wrong)).await.unwrap_err();
        assert!(format!("{refused:#}").contains("ISO 3166-1 code"), "{refused:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_alone_ask_for_the_whole_payer() {
    let setup = Setup::open("checkout-card", Some("CI")).await;
    let order = json!({ "reference": "card", "amount": 2500, "currency": "XOF", "channels": ["card"] });
    let order = setup.shop.order(&order).await;
    let page = setup.shop.without_key().get(&text(&order, "/checkout_url")).await.expect(200).text();
    let fields = [
        ("family_name", "Dje Bi"),
        ("given_name", "Jean-Marc"),
        ("email", "jm@example.org"),
        ("phone", "07 01 02 03 04"),
        ("address", "Rue 12"),
        ("city", "Abidjan"),
        ("zip_code", "00225"),
        ("country", "ci"),
    ];
    for (name, _) in fields {
        assert!(page.contains(&format!("name=\"{}.{name}\"", setup.cinetpay)), "{name}: {page}");
    }
    let page = setup.pay(&order, &setup.cinetpay, "en", &fields[..6]).await.expect(422).text();
    assert!(page.contains("Please fill this in.") && page.contains("value=\"Abidjan\""), "{page}");
    setup.pay(&order, &setup.cinetpay, "en", &fields).await.expect(303);
    let payer = &setup.read(&order).await["payer"];
    assert_eq!((&payer["family_name"], &payer["country"]), (&json!("Dje Bi"), &json!("CI")), "{payer}");
}
