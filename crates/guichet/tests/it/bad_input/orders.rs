//! `POST /v1/orders`: every field with every kind of wrong value.

use guichet_core::Environment;
use serde_json::{Value, json};

use super::{Refused, Row, check, shop};
use crate::support::test_server::TestServer;

/// The usual order with some fields changed; a name with a minus before it is left out.
fn changed(change: Value) -> Vec<u8> {
    let mut order = json!({ "reference": "bad-1", "amount": 250_000, "currency": "DZD" });
    let fields = order.as_object_mut().expect("an object");
    for (name, value) in change.as_object().expect("an object") {
        match name.strip_prefix('-') {
            Some(name) => fields.remove(name),
            None => fields.insert(name.clone(), value.clone()),
        };
    }
    order.to_string().into_bytes()
}

fn rows(table: Vec<(Value, &'static str, &'static str)>) -> Vec<Row> {
    let row = |(change, code, field): (Value, _, _)| {
        let what: String = change.to_string().chars().take(100).collect();
        Row::post(what, "/v1/orders", changed(change), Refused(422, code, field))
    };
    table.into_iter().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn shapes() {
    let (server, shop) = shop("bad-shapes").await;
    let table = vec![
        (json!({ "colour": "red" }), "field_unknown", "colour"),
        (json!({ "status": "paid" }), "field_unknown", "status"),
        (json!({ "-reference": 0 }), "field_missing", "reference"),
        (json!({ "-currency": 0 }), "field_missing", "currency"),
        (json!({ "-amount": 0 }), "field_missing", "amount"),
        (json!({ "amount": null }), "field_missing", "amount"),
        (json!({ "reference": 7 }), "field_invalid", "reference"),
        (json!({ "reference": null }), "field_invalid", "reference"),
        (json!({ "reference": ["r"] }), "field_invalid", "reference"),
        (json!({ "amount": "250000" }), "field_invalid", "amount"),
        (json!({ "amount": 2500.5 }), "field_invalid", "amount"),
        (json!({ "amount": 250_000.5 }), "field_invalid", "amount"),
        (json!({ "amount": true }), "field_invalid", "amount"),
        (json!({ "amount": [250_000] }), "field_invalid", "amount"),
        (json!({ "amount": { "amount": 1 } }), "field_invalid", "amount"),
        (json!({ "amount": u64::MAX }), "field_invalid", "amount"),
        (json!({ "currency": 12 }), "field_invalid", "currency"),
        (json!({ "items": "none" }), "field_invalid", "items"),
        (json!({ "items": null }), "field_invalid", "items"),
        (json!({ "items": [7] }), "field_invalid", "items[0]"),
        (json!({ "items": [{}] }), "field_missing", "items[0].name"),
        (json!({ "title": 1 }), "field_invalid", "title"),
        (json!({ "payer": "Amel" }), "field_invalid", "payer"),
        (json!({ "payer": null }), "field_invalid", "payer"),
        (json!({ "payer": [] }), "field_invalid", "payer"),
        (json!({ "payer": ["Amel", "B"] }), "field_invalid", "payer"),
        (json!({ "items": [["Book", 1, 100]] }), "field_invalid", "items[0]"),
        (json!({ "title": "paid \u{202e}DIAP" }), "text_control_character", "title"),
        (json!({ "payer": { "age": 3 } }), "field_unknown", "payer.age"),
        (json!({ "payer": { "phone": 213 } }), "field_invalid", "payer.phone"),
        (json!({ "return_url": {} }), "field_invalid", "return_url"),
        (json!({ "metadata": [] }), "field_invalid", "metadata"),
        (json!({ "metadata": "x" }), "field_invalid", "metadata"),
        (json!({ "expires_in": "1h" }), "field_invalid", "expires_in"),
        (json!({ "expires_in": 60.5 }), "field_invalid", "expires_in"),
        (json!({ "gateway": 1 }), "field_invalid", "gateway"),
    ];
    check(&server, &shop, rows(table)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money() {
    let (server, shop) = shop("bad-money").await;
    let item =
        |quantity: i64, unit: i64| json!({ "name": "Book", "quantity": quantity, "unit_amount": unit });
    let items = |items: Vec<Value>| json!({ "items": items, "-amount": 0 });
    let ocpay = |amount: i64| json!({ "amount": amount, "gateway": "ocpay" });
    let range = "amount_out_of_range";
    let table = vec![
        (json!({ "amount": 0 }), range, "amount"),
        (json!({ "amount": -1 }), range, "amount"),
        (json!({ "amount": i64::MIN }), range, "amount"),
        (json!({ "amount": i64::MAX }), range, "amount"),
        (json!({ "amount": 1_000_000_000_000_001_i64 }), range, "amount"),
        (ocpay(49_900), range, "amount"),
        (ocpay(50_000_100), range, "amount"),
        (ocpay(250_050), "amount_not_whole", "amount"),
        (ocpay(1), "amount_not_whole", "amount"),
        (json!({ "currency": "XOF", "gateway": "ocpay" }), "currency_not_supported", "currency"),
        (json!({ "currency": "dzd" }), "currency_unknown", "currency"),
        (json!({ "currency": "DA" }), "currency_unknown", "currency"),
        (json!({ "currency": "" }), "currency_unknown", "currency"),
        (json!({ "currency": "XXX" }), "currency_unknown", "currency"),
        (json!({ "currency": "XAU" }), "currency_unknown", "currency"),
        (json!({ "currency": "D".repeat(5000) }), "currency_unknown", "currency"),
        (json!({ "currency": "DZD\u{0}" }), "currency_unknown", "currency"),
        (json!({ "items": [item(2, 125_001)] }), "items_do_not_add_up", "amount"),
        (json!({ "items": [item(1, 249_999), item(1, 0)] }), "items_do_not_add_up", "amount"),
        (items(vec![item(0, 100)]), "quantity_out_of_range", "items[0].quantity"),
        (items(vec![item(1, 100), item(-3, 100)]), "quantity_out_of_range", "items[1].quantity"),
        (items(vec![item(1_000_001, 1)]), "quantity_out_of_range", "items[0].quantity"),
        (items(vec![item(i64::MIN, 1)]), "quantity_out_of_range", "items[0].quantity"),
        (items(vec![item(1, -1)]), range, "amount"),
        (items(vec![item(1, i64::MIN)]), range, "items[0].unit_amount"),
        (items(vec![item(1_000_000, -1_000_000_000_000_000)]), range, "items"),
        (json!({ "discount": -1 }), range, "discount"),
        (json!({ "tax": "9" }), "field_invalid", "tax"),
        (json!({ "included_tax": 250_001 }), range, "included_tax"),
        (items(vec![item(1, i64::MAX)]), range, "items[0].unit_amount"),
        (items(vec![item(1_000_000, 1_000_000_000_000_000)]), range, "items"),
        (items(vec![item(1, 600_000_000_000_000); 2]), range, "items"),
        (items(vec![item(1, 0)]), range, "amount"),
        (items(vec![item(1, 1); 101]), "too_many_items", "items"),
        (items(vec![item(1, 1); 1000]), "too_many_items", "items"),
        (
            json!({ "items": [{ "name": "", "quantity": 1, "unit_amount": 1 }] }),
            "text_length",
            "items[0].name",
        ),
        (
            json!({ "items": [{ "name": "a\u{1b}[31m", "quantity": 1, "unit_amount": 1 }] }),
            "text_control_character",
            "items[0].name",
        ),
        (
            json!({ "items": [{ "name": "a", "quantity": 1, "unit_amount": 1, "tax": 2 }] }),
            "field_unknown",
            "items[0].tax",
        ),
    ];
    check(&server, &shop, rows(table)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts() {
    let (server, shop) = shop("bad-texts").await;
    let payer = |name: &str, value: &str| json!({ "payer": { name: value } });
    let long_title = json!({ "title": "🎁".repeat(150), "gateway": "ocpay" });
    let mut table = vec![
        (json!({ "reference": "" }), "text_length", "reference"),
        (json!({ "reference": "   " }), "text_length", "reference"),
        (json!({ "reference": "r".repeat(129) }), "text_length", "reference"),
        (json!({ "reference": "a\u{0}b" }), "text_control_character", "reference"),
        (json!({ "title": "" }), "text_length", "title"),
        (json!({ "title": "t".repeat(201) }), "text_length", "title"),
        (json!({ "title": "é".repeat(300) }), "text_length", "title"),
        (json!({ "title": "two\nlines" }), "text_control_character", "title"),
        (json!({ "title": "bell\u{7}" }), "text_control_character", "title"),
        (json!({ "title": "c1\u{85}x" }), "text_control_character", "title"),
        (long_title, "title_length", "title"),
        (payer("family_name", ""), "text_length", "payer.family_name"),
        (payer("family_name", &"n".repeat(101)), "text_length", "payer.family_name"),
        (payer("given_name", "a\tb"), "text_control_character", "payer.given_name"),
        (json!({ "metadata": { "k": "v".repeat(9000) } }), "metadata_too_large", "metadata"),
        (
            json!({ "metadata": (0..51).map(|n| (n.to_string(), json!(n))).collect::<serde_json::Map<_, _>>() }),
            "metadata_too_large",
            "metadata",
        ),
        (json!({ "gateway": "paypal" }), "gateway_not_configured", "gateway"),
        (json!({ "gateway": "" }), "gateway_not_configured", "gateway"),
        (json!({ "gateway": "OCPAY" }), "gateway_not_configured", "gateway"),
        (json!({ "account": "nobody" }), "gateway_not_configured", "account"),
        (json!({ "gateway": "cash", "account": "card" }), "gateway_not_configured", "account"),
    ];
    for email in [
        "x",
        "@",
        "a@",
        "@b",
        "a@b@c",
        "a b@c",
        "a@b c",
        "a@\u{a0}b",
        "<a@b.co>",
        "a@b",
        "a@127.0.0.1",
        "a,b@c.co",
        "أمينة@b.co",
    ] {
        table.push((payer("email", email), "email_invalid", "payer.email"));
    }
    let not_e164 =
        ["213665983439", "+0213665983", "+213 665 98", "+1234567", "+1234567890123456", "+21366598343٩", ""];
    // Numbers that were, or never could be: two old plans, a trunk zero, a digit short.
    let not_there = ["+22507000001", "+22997123456", "+2130550123456", "+22177623745"];
    for phone in not_e164.into_iter().chain(not_there) {
        table.push((payer("phone", phone), "phone_invalid", "payer.phone"));
    }
    for seconds in [i64::MIN, -1, 0, 59, 2_592_001, i64::MAX] {
        table.push((json!({ "expires_in": seconds }), "expiry_out_of_range", "expires_in"));
    }
    check(&server, &shop, rows(table)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn return_addresses() {
    let (server, shop) = shop("bad-return").await;
    let long = format!("https://shop.example/{}", "a".repeat(2048));
    let invalid = [
        "",
        "shop.example",
        "/orders/1",
        "//shop.example/",
        "javascript:alert(1)",
        "JaVaScRiPt://shop.example/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "https://",
        "https://user@shop.example/",
        "https://user:pw@shop.example/",
        "blob:https://shop.example/1",
        long.as_str(),
    ];
    let of = |code: &'static str| move |url: &&str| (json!({ "return_url": url }), code, "return_url");
    check(&server, &shop, rows(invalid.iter().map(of("return_url_invalid")).collect())).await;

    let live = server.caller("alger", Environment::Live).await;
    let elsewhere = [
        "https://other.example/",
        "http://shop.example/",
        "https://shop.example:444/",
        "https://shop.example.evil.example/",
        "https://evil.example/https://shop.example",
        "https://shop.example.",
    ];
    check(&server, &live, rows(elsewhere.iter().map(of("return_url_origin")).collect())).await;
    allowed(&server, &live).await;
}

/// The table is about what it says: the declared origin itself is taken.
async fn allowed(server: &TestServer, live: &super::Caller) {
    let before = server.census();
    for (number, url) in ["https://shop.example/", "https://SHOP.example:443/a?b#c"].into_iter().enumerate() {
        let change = json!({ "reference": format!("good-{number}"), "return_url": url });
        live.send("POST", "/v1/orders", &[], changed(change)).await.expect(201);
    }
    assert_ne!(server.census(), before);
}
