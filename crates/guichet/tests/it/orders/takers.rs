//! An order that none of the merchant's accounts could ever take is refused when it is made, and each of them says why.

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::call::text;
use crate::support::shop_file::{Account, Merchant};
use crate::support::test_server::TestServer;

fn account(gateway: &str, environment: Environment) -> Account {
    let account = Account::at(gateway, gateway, environment);
    match gateway {
        "ocpay" => account.secret(json!({ "access_token": "sk_sandbox_takers" })),
        "cinetpay" => {
            account.secret(json!({ "api_key": "key", "site_id": "445160", "secret_key": "secret" }))
        }
        "novasend" => {
            account.secret(json!({ "api_key": "key", "api_client": "client", "webhook_secret": "whk" }))
        }
        _ => account,
    }
}

fn merchant(name: &str, gateways: &[&str]) -> Merchant {
    [Environment::Test, Environment::Live].into_iter().fold(Merchant::named(name), |merchant, environment| {
        gateways.iter().fold(merchant, |merchant, gateway| merchant.account(account(gateway, environment)))
    })
}

/// A code, the field, and words of the sentence.
type Refused = (&'static str, Option<&'static str>, &'static [&'static str]);

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_take_is_refused() {
    let server = TestServer::start("takers").await;
    server
        .declare([
            merchant("nobody", &[]),
            merchant("dinars", &["ocpay"]),
            merchant("francs", &["cinetpay", "novasend"]),
            merchant("all", &["ocpay", "cinetpay", "novasend"]),
            merchant("cash", &["ocpay", "cash"]),
            merchant("routed", &["ocpay", "cinetpay"])
                .route(json!({ "currencies": ["XOF"], "accounts": ["cinetpay"] })),
        ])
        .await;
    let rows: Vec<(&str, Value, Option<Refused>)> = vec![
        (
            "nobody",
            json!({ "amount": 250_000, "currency": "DZD" }),
            Some(("gateway_not_configured", Some("gateway"), &["no gateway account"])),
        ),
        ("dinars", json!({ "amount": 250_000, "currency": "DZD" }), None),
        (
            "dinars",
            json!({ "amount": 250_000, "currency": "XOF" }),
            Some(("currency_not_supported", Some("currency"), &["Algerian dinars"])),
        ),
        (
            "dinars",
            json!({ "amount": 250_050, "currency": "DZD" }),
            Some(("amount_not_whole", Some("amount"), &[])),
        ),
        (
            "dinars",
            json!({ "amount": 40_000, "currency": "DZD" }),
            Some(("amount_out_of_range", Some("amount"), &[])),
        ),
        ("francs", json!({ "amount": 2_500, "currency": "XOF" }), None),
        // Novasend takes no 1: CinetPay neither; each says its own reason.
        (
            "francs",
            json!({ "amount": 1, "currency": "XOF", "payer": { "phone": "+2250702968786" } }),
            Some(("amount_out_of_range", Some("amount"), &["CinetPay", "Novasend"])),
        ),
        // CinetPay's step of five; Novasend would take it, once the customer has typed a phone.
        ("francs", json!({ "amount": 2_501, "currency": "XOF" }), None),
        (
            "francs",
            json!({ "amount": 2_501, "currency": "XOF", "payer": { "phone": "+2250702968786" } }),
            None,
        ),
        (
            "all",
            json!({ "amount": 2_500, "currency": "EUR" }),
            Some((
                "currency_not_supported",
                Some("currency"),
                &["OCPay takes", "“cinetpay” at CinetPay", "“novasend” at Novasend"],
            )),
        ),
        // Cards alone need all of the payer, and the checkout page asks for a phone only.
        ("cash", json!({ "amount": 1, "currency": "XOF" }), None),
        ("routed", json!({ "amount": 2_500, "currency": "XOF" }), None),
        (
            "routed",
            json!({ "amount": 250_000, "currency": "DZD" }),
            Some(("no_route", Some("gateway"), &["routes"])),
        ),
        (
            "routed",
            json!({ "amount": 2_501, "currency": "XOF" }),
            Some(("amount_not_multiple", Some("amount"), &["multiples of 5"])),
        ),
    ];
    for environment in [Environment::Test, Environment::Live] {
        for (number, (merchant, order, expected)) in rows.iter().enumerate() {
            let shop = server.caller(merchant, environment).await;
            let mut body = order.clone();
            body["reference"] = json!(format!("order-{number}"));
            let before = server.census();
            let answer = shop.post("/v1/orders", &body).await;
            let Some((code, field, words)) = expected else {
                answer.expect(201);
                continue;
            };
            let refused = answer.expect(422).json();
            assert_eq!(
                (&refused["code"], refused["field"].as_str()),
                (&json!(code), *field),
                "{merchant} {order}: {refused}"
            );
            for word in *words {
                assert!(text(&refused, "/detail").contains(word), "{merchant} {order}: no {word}: {refused}");
            }
            assert_eq!(server.census(), before, "{merchant}: nothing was written");
        }
    }
}

/// What could be paid when it was made may be nobody's business the next day.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_not_taken_up_again_for_nobody() {
    let server = TestServer::start("takers-later").await;
    let route = |currency: &str| json!({ "currencies": [currency], "accounts": ["ocpay"] });
    server.declare(merchant("shop", &["ocpay"]).route(route("DZD"))).await;
    let shop = server.caller("shop", Environment::Test).await;
    let body = json!({ "reference": "order", "amount": 250_000, "currency": "DZD", "expires_in": 60 });
    let made = shop.post("/v1/orders", &body).await.expect(201).json();
    server.pass(std::time::Duration::from_secs(120)).await;
    server.declare(merchant("shop", &["ocpay"]).route(route("XOF"))).await;
    let reopen = format!("/v1/orders/{}/reopen", text(&made, "/id"));
    for (path, body) in [("/v1/orders", &body), (reopen.as_str(), &json!({}))] {
        assert_eq!(shop.post(path, body).await.expect(422).json()["code"], "no_route", "{path}");
    }
    server.declare(merchant("shop", &["ocpay"]).route(route("DZD"))).await;
    assert_eq!(shop.press(&reopen).await.expect(200).json()["status"], "pending");
}
