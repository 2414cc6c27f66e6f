//! Links as a shop makes them by the API.

use guichet_core::Environment;
use serde_json::{Value, json};

use super::{Customer, coffee, link, orders_of, with};
use crate::checkout::abidjan;
use crate::support::call::text;
use crate::support::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_made_once_read_listed_and_ended() {
    let server = TestServer::start("links-made").await;
    let shop = server.shop().await;
    let body = with(
        coffee(),
        json!({ "description": "250 g", "asks_for": ["phone"], "language": "fr", "metadata": { "stall": 7 },
                "return_url": "https://shop.example/thanks", "expires_in": 86_400 }),
    );
    let made = link(&shop, &body).await;
    assert!(text(&made, "/url").starts_with(&format!("{}/l/", server.base_url)), "{made}");
    let expected = json!({
        "reference": "COFFEE", "environment": "test", "status": "active", "title": "Coffee [paid]",
        "description": "250 g", "amount": { "amount": 250_000, "currency": "DZD", "decimal": "2500.00" },
        "minimum": null, "maximum": null, "currency": "DZD", "single_use": false, "asks_for": ["phone"],
        "language": "fr", "return_url": "https://shop.example/thanks", "metadata": { "stall": 7 }, "ended_at": null,
    });
    for (name, value) in expected.as_object().expect("fields") {
        assert_eq!(&made[name], value, "{name}");
    }
    let again = shop.post("/v1/payment_links", &body).await.expect(200).json();
    assert_eq!(again["id"], made["id"]);
    let other = with(body.clone(), json!({ "amount": 1000 }));
    let problem = shop.post("/v1/payment_links", &other).await.expect(409).json();
    assert_eq!((&problem["code"], &problem["field"]), (&json!("reference_taken"), &json!("reference")));

    let path = format!("/v1/payment_links/{}", text(&made, "/id"));
    assert_eq!(shop.get(&path).await.expect(200).json(), made);
    let without = with(coffee(), json!({ "reference": null }));
    let second = link(&shop, &without).await;
    assert!(text(&second, "/reference").starts_with("L-"), "{second}");
    let page = shop.get("/v1/payment_links?limit=1").await.expect(200).json();
    assert_eq!((&page["data"][0]["id"], &page["has_more"]), (&second["id"], &json!(true)));
    let next = format!("/v1/payment_links?limit=1&cursor={}", text(&second, "/id"));
    let page = shop.get(&next).await.expect(200).json();
    assert_eq!((&page["data"][0]["id"], &page["has_more"]), (&made["id"], &json!(false)));

    let ended = shop.press(&format!("{path}/end")).await.expect(200).json();
    assert_eq!(ended["status"], "ended");
    server.pass(std::time::Duration::from_secs(60)).await;
    assert_eq!(
        shop.press(&format!("{path}/end")).await.expect(200).json(),
        ended,
        "ending it again changes nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_is_told_and_makes_nothing() {
    let server = TestServer::start("links-rules").await;
    let shop = server.shop().await;
    let before = server.census();
    let open = |fields: Value| with(with(coffee(), json!({ "amount": null })), fields);
    for (fields, field, code) in [
        (json!({ "title": " " }), "title", "text_length"),
        (json!({ "title": "a\u{202e}b" }), "title", "text_control_character"),
        (json!({ "reference": "x".repeat(91) }), "reference", "text_length"),
        (json!({ "description": "x".repeat(1001) }), "description", "text_length"),
        (json!({ "amount": 0 }), "amount", "amount_out_of_range"),
        (json!({ "amount": -1 }), "amount", "amount_out_of_range"),
        (json!({ "amount": 1.5 }), "amount", "field_invalid"),
        (json!({ "minimum": 1 }), "minimum", "amount_out_of_range"),
        (json!({ "currency": "dinar" }), "currency", "currency_unknown"),
        (json!({ "asks_for": ["shoe_size"] }), "asks_for[0]", "field_invalid"),
        (json!({ "language": "de" }), "language", "language_unknown"),
        (json!({ "return_url": "javascript:alert(1)" }), "return_url", "return_url_invalid"),
        (json!({ "metadata": { "long": "x".repeat(9000) } }), "metadata", "metadata_too_large"),
        (json!({ "expires_in": 59 }), "expires_in", "expiry_out_of_range"),
        (json!({ "expires_in": 31_622_401 }), "expires_in", "expiry_out_of_range"),
        (json!({ "colour": "red" }), "colour", "field_unknown"),
        (open(json!({ "single_use": true })), "amount", "field_missing"),
        (open(json!({ "minimum": 2, "maximum": 1 })), "maximum", "amount_out_of_range"),
        (open(json!({ "minimum": 0 })), "minimum", "amount_out_of_range"),
    ] {
        let problem =
            shop.post("/v1/payment_links", &with(coffee(), fields.clone())).await.expect(422).json();
        assert_eq!(
            (&problem["code"], &problem["field"]),
            (&json!(code), &json!(field)),
            "{fields}: {problem}"
        );
    }
    assert_eq!(server.census(), before, "something was written");
    server.declare(abidjan(&server.sandbox_url)).await;
    let francs = server.caller("abidjan", Environment::Test).await;
    let before = server.census();
    for amount in [json!(250_000), json!(null)] {
        let dinars = with(coffee(), json!({ "amount": amount }));
        let problem = francs.post("/v1/payment_links", &dinars).await.expect(422).json();
        assert_eq!(problem["code"], "currency_not_supported", "nobody could pay there: {problem}");
    }
    assert_eq!(server.census(), before, "something was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_cannot_take_the_name_of_a_links_order() {
    let server = TestServer::start("links-names").await;
    let shop = server.shop().await;
    let made = link(&shop, &with(coffee(), json!({ "single_use": true }))).await;
    let customer = Customer::of(&server, &text(&made, "/url"));
    customer.order(&[]).await;
    let order = orders_of(&shop, &made).await.remove(0);
    shop.press(&format!("/v1/orders/{}/cancel", text(&order, "/id"))).await.expect(200);
    let taken = json!({ "reference": order["reference"], "amount": 1000, "currency": "DZD" });
    let problem = shop.post("/v1/orders", &taken).await.expect(409).json();
    assert_eq!(problem["code"], "reference_taken", "{problem}");
}
