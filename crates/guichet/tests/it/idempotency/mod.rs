//! A repetition is safe: the same key and body give the same status and bytes, also after a restart;
//! the same reference gives the same order; and what has no key is harmless to repeat.

use std::time::Duration;

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::call::{Answer, Caller, text};
use crate::support::test_server::{TestServer, order, plain_order};

async fn keyed(shop: &Caller, path: &str, key: &str, body: &Value) -> Answer {
    shop.send("POST", path, &[("idempotency-key", key)], body.to_string().into_bytes()).await
}

/// A request of each route that takes a key: its path and its body.
async fn requests(server: &TestServer, shop: &Caller) -> Vec<(String, Value)> {
    let id = |order: &Value| text(order, "/id");
    let (waiting, unwanted) =
        (shop.order(&plain_order("waiting")).await, shop.order(&plain_order("unwanted")).await);
    let paid = server.paid_order(shop, "paid").await;
    let cash = json!({ "reference": "cash", "amount": 5000, "currency": "XOF", "gateway": "cash" });
    let cash = shop.order(&cash).await;
    let record = format!("/v1/orders/{}/payments/{}/record", id(&cash), text(&cash, "/payments/0/id"));
    vec![
        ("/v1/orders".to_owned(), plain_order("made")),
        ("/v1/orders".to_owned(), order("made and opened", "Book")),
        (format!("/v1/orders/{}/payments", id(&waiting)), json!({ "gateway": "ocpay" })),
        (format!("/v1/orders/{}/cancel", id(&unwanted)), json!({})),
        (format!("/v1/orders/{}/fulfil", id(&paid)), json!({})),
        (record, json!({})),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_again_also_after_a_restart() {
    let mut server = TestServer::start("idempotency").await;
    let shop = server.shop().await;
    let mut first = Vec::new();
    for (number, (path, body)) in requests(&server, &shop).await.into_iter().enumerate() {
        let key = format!("key-{number}");
        let answer = keyed(&shop, &path, &key, &body).await;
        assert!(matches!(answer.status, 200 | 201), "{path}: {}", answer.text());
        assert_eq!(answer.header("idempotency-replayed"), "", "{path}");
        first.push((path, key, body, answer));
    }
    let before = server.census();
    replayed(&shop, &first).await;
    assert_eq!(server.census(), before);
    server.restart().await;
    replayed(&shop, &first).await;
    assert_eq!(server.census(), before);
    // Time and events in between change nothing: a replay is of then, not of now.
    server.pass(Duration::from_secs(7200)).await;
    replayed(&shop, &first).await;
    for (path, key, _, _) in &first {
        let problem = keyed(&shop, path, key, &json!({ "another": "body" })).await.expect(422).json();
        assert_eq!(problem["code"], "idempotency_key_reused", "{path}");
    }
}

async fn replayed(shop: &Caller, first: &[(String, String, Value, Answer)]) {
    for (path, key, body, answer) in first {
        let again = keyed(shop, path, key, body).await;
        assert_eq!((again.status, &again.bytes), (answer.status, &answer.bytes), "{path}: {}", again.text());
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
        assert_eq!(again.header("content-type"), "application/json");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_its_merchants_its_environments_and_its_routes() {
    let server = TestServer::start("idempotency-scope").await;
    let shop = server.shop().await;
    let made = keyed(&shop, "/v1/orders", "k", &plain_order("one")).await.expect(201);
    let others =
        [server.caller("oran", Environment::Test).await, server.caller("alger", Environment::Live).await];
    for other in &others {
        let answer = keyed(other, "/v1/orders", "k", &plain_order("one")).await.expect(201);
        assert_ne!(text(&answer.json(), "/id"), text(&made.json(), "/id"));
    }
    // Another key of the same merchant is the same caller.
    let colleague = server.shop().await;
    assert_eq!(keyed(&colleague, "/v1/orders", "k", &plain_order("one")).await.bytes, made.bytes);
    let cancel = format!("/v1/orders/{}/cancel", text(&made.json(), "/id"));
    let answer = keyed(&shop, &cancel, "k", &json!({})).await.expect(200);
    assert_eq!(answer.json()["status"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_kept_for_thirty_days() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let server = TestServer::start("idempotency-age").await;
    let shop = server.shop().await;
    let body = order("kept", "Book");
    let first = keyed(&shop, "/v1/orders", "old", &body).await.expect(201);
    server.pass(29 * DAY).await;
    assert_eq!(keyed(&shop, "/v1/orders", "old", &body).await.bytes, first.bytes);
    keyed(&shop, "/v1/orders", "young", &plain_order("young")).await.expect(201);

    let kept = || {
        let book = server.rows();
        let count = |table: &str| book.count(&format!("SELECT COUNT(*) FROM {table}"));
        (count("idempotency_keys"), count("idempotency_answers"))
    };
    assert_eq!(kept(), (2, 2));
    server.pass(2 * DAY).await;
    for _ in 0..1_000 {
        if kept() == (1, 1) {
            break;
        }
        // Housekeeping goes by the clock.
        server.pass(Duration::from_secs(1)).await;
    }
    assert_eq!(kept(), (1, 1), "only the old one is forgotten");
    let again = keyed(&shop, "/v1/orders", "old", &plain_order("another")).await;
    assert_eq!(again.status, 201, "{}", again.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_kept() {
    let server = TestServer::start("idempotency-refusal").await;
    let shop = server.shop().await;
    let wrong = json!({ "reference": "one", "amount": 0, "currency": "DZD" });
    keyed(&shop, "/v1/orders", "k", &wrong).await.expect(422);
    keyed(&shop, "/v1/orders", "k", &plain_order("one")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_reference_is_the_same_order() {
    let server = TestServer::start("idempotency-reference").await;
    let shop = server.shop().await;
    let first = shop.post("/v1/orders", &plain_order("one")).await.expect(201).json();
    let before = server.census();
    let again = shop.post("/v1/orders", &plain_order("one")).await.expect(200).json();
    assert_eq!(again, first);
    for change in [
        json!({ "amount": 250_001 }),
        json!({ "currency": "XOF" }),
        json!({ "title": "Another" }),
        json!({ "metadata": { "a": 1 } }),
        json!({ "expires_in": 600 }),
        json!({ "payer": { "given_name": "Amel" } }),
    ] {
        let mut other = plain_order("one");
        let fields = change.as_object().expect("an object").clone();
        other.as_object_mut().expect("an object").extend(fields);
        let problem = shop.post("/v1/orders", &other).await.expect(409).json();
        assert_eq!(
            (&problem["code"], &problem["field"]),
            (&json!("reference_taken"), &json!("reference")),
            "{change}"
        );
    }
    assert_eq!(server.census(), before);
    // How it is to be paid is no part of what it is.
    let with_gateway =
        json!({ "reference": "one", "amount": 250_000, "currency": "DZD", "gateway": "ocpay" });
    let opened = shop.post("/v1/orders", &with_gateway).await.expect(200).json();
    assert_eq!(opened["id"], first["id"]);
    let twice = shop.post("/v1/orders", &with_gateway).await.expect(200).json();
    assert_eq!(twice["payments"], opened["payments"]);
    assert_eq!(opened["payments"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_key_is_harmless_to_repeat() {
    let server = TestServer::start("idempotency-none").await;
    let shop = server.shop().await;
    let endpoint = json!({ "url": "https://shop.example/hook" });
    let made = shop.post("/v1/webhook_endpoints", &endpoint).await.expect(201).json();
    let same = shop.post("/v1/webhook_endpoints", &endpoint).await.expect(200).json();
    assert_eq!((&same["id"], same.get("secret")), (&made["id"], None));

    let unwanted = text(&shop.order(&plain_order("unwanted")).await, "/id");
    let paid = text(&server.paid_order(&shop, "paid").await, "/id");
    for path in [format!("/v1/orders/{unwanted}/cancel"), format!("/v1/orders/{paid}/fulfil")] {
        let first = shop.press(&path).await.expect(200).json();
        let before = server.census();
        let again = shop.press(&path).await.expect(200).json();
        assert_eq!(again, first, "{path}");
        assert_eq!(server.census(), before, "{path}");
    }
    let id = text(&made, "/id");
    shop.send("DELETE", &format!("/v1/webhook_endpoints/{id}"), &[], Vec::new()).await.expect(204);
}
