//! Bodies that are no JSON, or not the JSON that the endpoint takes.

use serde_json::{Value, json};

use super::{Refused, Row, check, shop};
use crate::support::call::text;
use crate::support::test_server::{order, plain_order};

const GOOD: &str = r#"{"reference":"raw-1","amount":250000,"currency":"DZD"}"#;

fn with_amount(amount: &str) -> Vec<u8> {
    GOOD.replace("250000", amount).into_bytes()
}

fn with_metadata(metadata: &str) -> Vec<u8> {
    GOOD.replace('}', &format!(",\"metadata\":{metadata}}}")).into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_order() {
    let (server, shop) = shop("bad-bytes").await;
    let syntax = Refused(400, "json_invalid", "");
    let shape = Refused(422, "field_invalid", "");
    let nested = |depth: usize| with_metadata(&format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)));
    let many: Vec<Value> = vec![json!({ "name": "Book", "quantity": 1, "unit_amount": 1 }); 10_000];
    let many = json!({ "reference": "r", "currency": "DZD", "items": many }).to_string().into_bytes();
    let twice = |field: &str, value: &str| GOOD.replace('}', &format!(",\"{field}\":{value}}}")).into_bytes();
    let table: Vec<(&str, Vec<u8>, Refused)> = vec![
        ("nothing", Vec::new(), syntax),
        ("a word", b"order".to_vec(), syntax),
        ("half an object", GOOD.as_bytes()[..30].to_vec(), syntax),
        ("half a text", br#"{"reference":"raw"#.to_vec(), syntax),
        ("two objects", format!("{GOOD}{GOOD}").into_bytes(), syntax),
        ("an object and more", format!("{GOOD} x").into_bytes(), syntax),
        ("a comma too many", GOOD.replace('}', ",}").into_bytes(), syntax),
        ("single quotes", GOOD.replace('"', "'").into_bytes(), syntax),
        ("a comment", GOOD.replace('}', "/* */}").into_bytes(), syntax),
        ("a form", b"reference=1&amount=250000".to_vec(), syntax),
        ("XML", b"<order/>".to_vec(), syntax),
        ("null", b"null".to_vec(), shape),
        ("a number", b"1".to_vec(), shape),
        ("a text", b"\"order\"".to_vec(), shape),
        ("an empty array", b"[]".to_vec(), shape),
        (
            "an order as an array",
            br#"["raw-1",250000,"DZD",[],null,{},null,{},null,null,null]"#.to_vec(),
            shape,
        ),
        ("an empty object", b"{}".to_vec(), Refused(422, "field_missing", "reference")),
        ("1e309", with_amount("1e309"), Refused(400, "json_invalid", "amount")),
        ("-1e400", with_amount("-1e400"), Refused(400, "json_invalid", "amount")),
        ("1e2", with_amount("1e2"), Refused(422, "field_invalid", "amount")),
        ("NaN", with_amount("NaN"), Refused(400, "json_invalid", "amount")),
        ("Infinity", with_amount("Infinity"), Refused(400, "json_invalid", "amount")),
        ("a leading zero", with_amount("0250000"), Refused(400, "json_invalid", "amount")),
        ("hexadecimal", with_amount("0x10"), Refused(400, "json_invalid", "amount")),
        ("a plus", with_amount("+1"), Refused(400, "json_invalid", "amount")),
        ("2^63", with_amount("9223372036854775808"), Refused(422, "field_invalid", "amount")),
        ("forty digits", with_amount(&"9".repeat(40)), Refused(422, "field_invalid", "amount")),
        ("a thousand digits", with_amount(&"9".repeat(1000)), Refused(400, "json_invalid", "amount")),
        ("a field twice", twice("amount", "1"), Refused(422, "field_twice", "amount")),
        ("the currency twice", twice("currency", "\"XOF\""), Refused(422, "field_twice", "currency")),
        ("1e309 in the notes", with_metadata("{\"a\":1e309}"), Refused(400, "json_invalid", "metadata.a")),
        ("deep notes", nested(200), Refused(400, "json_invalid", "metadata")),
        ("very deep notes", nested(9000), Refused(400, "json_invalid", "metadata")),
        ("deep arrays", "[".repeat(60_000).into_bytes(), shape),
        ("deep objects", "{\"a\":".repeat(12_000).into_bytes(), Refused(422, "field_unknown", "a")),
        ("bytes that are no UTF-8", b"{\"reference\":\"\xff\xfe\"}".to_vec(), Refused(400, "not_utf8", "")),
        ("an overlong slash", b"{\"reference\":\"\xc0\xaf\"}".to_vec(), Refused(400, "not_utf8", "")),
        ("UTF-16", b"\xff\xfe{\x00}\x00".to_vec(), Refused(400, "not_utf8", "")),
        ("two byte order marks", format!("\u{feff}\u{feff}{GOOD}").into_bytes(), syntax),
        (
            "half a surrogate",
            GOOD.replace("raw-1", "\\ud800").into_bytes(),
            Refused(400, "json_invalid", "reference"),
        ),
        (
            "a raw control character",
            GOOD.replace("raw-1", "\u{1}").into_bytes(),
            Refused(400, "json_invalid", "reference"),
        ),
        ("only zeros", vec![0; 1000], syntax),
        ("64 KiB and a byte", vec![b' '; 64 * 1024 + 1], Refused(413, "body_too_large", "")),
        ("a megabyte", vec![b'x'; 1 << 20], Refused(413, "body_too_large", "")),
        ("ten thousand items", many, Refused(413, "body_too_large", "")),
    ];
    let rows = table.into_iter().map(|(what, body, expected)| {
        let row = Row::post(what, "/v1/orders", body, expected);
        row.header("content-type", "application/json")
    });
    check(&server, &shop, loosened(rows.collect())).await;
}

/// For broken JSON the code is what counts: whether a field is named depends on where it broke.
fn loosened(mut rows: Vec<Row>) -> Vec<Row> {
    for row in &mut rows {
        let Refused(status, code, field) = row.expected;
        let anywhere = if code == "json_invalid" { "*" } else { field };
        row.expected = Refused(status, code, anywhere);
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn other_media() {
    let (server, shop) = shop("bad-media").await;
    let media = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/problem+json",
        "application",
        "*/*",
        "é",
        "text/html; application/json",
    ];
    let row = |media: &&str| {
        Row::post(*media, "/v1/orders", GOOD.into(), Refused(415, "not_json", ""))
            .header("content-type", *media)
    };
    check(&server, &shop, media.iter().map(row).collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_the_other_endpoints() {
    let (server, shop) = shop("bad-others").await;
    let waiting = text(&shop.order(&plain_order("waiting")).await, "/id");
    let opened = shop.order(&order("opened", "Book")).await;
    let (opened, payment) = (text(&opened, "/id"), text(&opened, "/payments/0/id"));
    let path = |id: &str, what: &str| format!("/v1/orders/{id}/{what}");
    let (payments, resolve) = (path(&waiting, "payments"), path(&opened, "resolve"));
    let record = path(&opened, &format!("payments/{payment}/record"));
    let unknown = guichet_core::PaymentId::new(0, [7; 10]).to_string();
    let ids: Vec<String> = (0..101).map(|_| guichet_core::EventId::new(0, [7; 10]).to_string()).collect();
    let endpoints = "/v1/webhook_endpoints".to_owned();
    let url = "https://shop.example/hook";
    let table: Vec<(String, Value, Refused)> = vec![
        (payments.clone(), json!({}), Refused(422, "field_missing", "gateway")),
        (payments.clone(), json!({ "gateway": null }), Refused(422, "field_missing", "gateway")),
        (
            payments.clone(),
            json!({ "gateway": "cinetpay" }),
            Refused(422, "gateway_not_configured", "gateway"),
        ),
        (
            payments.clone(),
            json!({ "gateway": "ocpay", "amount": 1 }),
            Refused(422, "field_unknown", "amount"),
        ),
        (payments, json!({ "gateway": ["ocpay"] }), Refused(422, "field_invalid", "gateway")),
        (resolve.clone(), json!({}), Refused(422, "field_missing", "payment")),
        (
            resolve.clone(),
            json!({ "payment": "x", "resolution": "dismiss" }),
            Refused(422, "identifier_invalid", "payment"),
        ),
        (
            resolve.clone(),
            json!({ "payment": opened, "resolution": "dismiss" }),
            Refused(422, "identifier_invalid", "payment"),
        ),
        (
            resolve.clone(),
            json!({ "payment": payment, "resolution": "burn" }),
            Refused(422, "field_invalid", "resolution"),
        ),
        (
            resolve.clone(),
            json!({ "payment": unknown, "resolution": "dismiss" }),
            Refused(404, "no_such_payment", ""),
        ),
        (resolve, json!({ "payment": payment, "resolution": "dismiss" }), Refused(409, "nothing_held", "")),
        (record, json!({}), Refused(409, "payment_is_checked", "")),
        (path(&waiting, "fulfil"), json!({}), Refused(409, "order_not_paid", "")),
        ("/v1/events/ack".to_owned(), json!({}), Refused(422, "field_missing", "ids")),
        ("/v1/events/ack".to_owned(), json!({ "ids": "evt" }), Refused(422, "field_invalid", "ids")),
        (
            "/v1/events/ack".to_owned(),
            json!({ "ids": [waiting] }),
            Refused(422, "identifier_invalid", "ids[0]"),
        ),
        ("/v1/events/ack".to_owned(), json!({ "ids": ids }), Refused(422, "too_many_ids", "ids")),
        (endpoints.clone(), json!({}), Refused(422, "field_missing", "url")),
        (endpoints.clone(), json!({ "url": url, "secret": "x" }), Refused(422, "field_unknown", "secret")),
        (
            endpoints.clone(),
            json!({ "url": url, "events": ["order.nope"] }),
            Refused(422, "event_type_unknown", "events[0]"),
        ),
        (endpoints.clone(), json!({ "url": url, "events": "*" }), Refused(422, "field_invalid", "events")),
        (endpoints.clone(), json!({ "url": "ftp://shop.example/" }), Refused(422, "url_invalid", "url")),
        (endpoints.clone(), json!({ "url": "hook" }), Refused(422, "url_invalid", "url")),
        (endpoints.clone(), json!({ "url": "http://10.0.0.1/" }), Refused(422, "url_invalid", "url")),
        (endpoints.clone(), json!({ "url": "http://a:b@shop.example/" }), Refused(422, "url_invalid", "url")),
        (
            endpoints,
            json!({ "url": format!("https://e.example/{}", "a".repeat(2048)) }),
            Refused(422, "url_invalid", "url"),
        ),
    ];
    let rows = table.into_iter().map(|(path, body, expected)| {
        Row::post(format!("{path} {body}"), path, body.to_string().into_bytes(), expected)
    });
    check(&server, &shop, rows.collect()).await;
}
