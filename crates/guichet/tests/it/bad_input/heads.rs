//! Keys, idempotency keys, queries, identifiers, routes and methods.

use guichet_core::Environment;
use serde_json::json;

use super::{Refused, Row, check, shop};
use crate::support::call::{Caller, text};
use crate::support::test_server::plain_order;

#[tokio::test(flavor = "multi_thread")]
async fn keys() {
    let (server, shop) = shop("bad-keys").await;
    let revoked = server.caller("alger", Environment::Test).await;
    revoked.get("/v1/orders").await.expect(200);
    let listed = server.command(&["key", "list", "--json"]);
    let newest = listed.lines().last().expect("a key");
    let newest: serde_json::Value = serde_json::from_str(newest).expect("JSON");
    server.command(&["key", "revoke", &text(&newest, "/id")]);
    // The server follows within a second by itself; the test need not wait for it.
    server.settle().await;

    let (good, gone) = (shop.key.clone().expect("a key"), revoked.key.expect("a key"));
    let malformed = Refused(401, "key_malformed", "");
    let unknown = Refused(401, "key_unknown", "");
    let table = [
        (String::new(), malformed),
        ("Bearer".to_owned(), malformed),
        (good.clone(), malformed),
        (format!("Basic {good}"), malformed),
        (format!("Token {good}"), malformed),
        ("Bearer é".to_owned(), malformed),
        ("Bearer sk_test_".to_owned(), unknown),
        (format!("Bearer sk_test_{}", "a".repeat(52)), unknown),
        (format!("Bearer {}", good.to_uppercase()), unknown),
        (format!("Bearer {}", good.replace("sk_test_", "sk_live_")), unknown),
        (format!("Bearer {}", &good[..good.len() - 1]), unknown),
        (format!("Bearer {good} {good}"), unknown),
        (format!("Bearer {}", "k".repeat(8000)), unknown),
        (format!("Bearer {gone}"), Refused(401, "key_revoked", "")),
    ];
    let rows = table.into_iter().map(|(value, expected)| {
        let what: String = value.chars().take(40).collect();
        let row = Row::post(what, "/v1/orders", plain_order("x").to_string().into(), expected);
        row.header("authorization", value)
    });
    check(&server, &shop, rows.collect()).await;
    let missing = Row::post(
        "no key",
        "/v1/orders",
        plain_order("x").to_string().into(),
        Refused(401, "key_missing", ""),
    );
    check(&server, &shop.without_key(), vec![missing]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idempotency_keys() {
    let (server, shop) = shop("bad-idempotency").await;
    let first = plain_order("first").to_string().into_bytes();
    shop.send("POST", "/v1/orders", &[("idempotency-key", "k-1")], first).await.expect(201);
    let invalid = Refused(400, "idempotency_key_invalid", "");
    let reused = Refused(422, "idempotency_key_reused", "");
    let table = [
        ("", "second", invalid),
        ("clé", "second", invalid),
        (&"k".repeat(256), "second", invalid),
        ("k-1", "second", reused),
    ];
    let rows = table.map(|(key, reference, expected)| {
        let row = Row::post(
            format!("key {key:?}"),
            "/v1/orders",
            plain_order(reference).to_string().into(),
            expected,
        );
        row.header("idempotency-key", key)
    });
    check(&server, &shop, rows.into()).await;
    // The key comes before the body: a broken body under a used key is another request too.
    let broken = Row::post("broken", "/v1/orders", b"{".to_vec(), reused).header("idempotency-key", "k-1");
    check(&server, &shop, vec![broken]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queries() {
    let (server, shop) = shop("bad-queries").await;
    let order = text(&shop.order(&plain_order("one")).await, "/id");
    let limit = Refused(422, "limit_out_of_range", "limit");
    let cursor = Refused(422, "cursor_invalid", "cursor");
    let query = Refused(422, "query_invalid", "");
    let time = Refused(422, "time_invalid", "created_after");
    let mut rows = Vec::new();
    for list in ["/v1/orders", "/v1/events"] {
        for (asked, expected) in [
            ("limit=0", limit),
            ("limit=101", limit),
            ("limit=-1", limit),
            ("limit=9223372036854775807", limit),
            ("limit=9223372036854775808", query),
            ("limit=ten", query),
            ("limit=", query),
            ("limit=1&limit=2", query),
            ("limit=%31%00", query),
            ("offset=5", query),
            ("cursor=x", cursor),
            ("cursor=", cursor),
            ("cursor=pay_01kaqwm3v0e9r8t7y6v5w4x3z2", cursor),
            ("cursor=%27%20OR%201=1--", cursor),
            ("cursor=%ff%fe", cursor),
        ] {
            rows.push(Row::get(format!("{list}?{asked}"), expected));
        }
    }
    for (asked, expected) in [
        ("status=unknown", Refused(422, "status_unknown", "status")),
        ("status=", Refused(422, "status_unknown", "status")),
        ("status=PAID", Refused(422, "status_unknown", "status")),
        ("needs_you=maybe", query),
        ("created_after=yesterday", time),
        ("created_after=1700000000", time),
        ("created_after=2026-13-01T00:00:00Z", time),
        ("created_after=2026-11-22", time),
    ] {
        rows.push(Row::get(format!("/v1/orders?{asked}"), expected));
    }
    rows.push(Row::get(format!("/v1/events?cursor={order}"), cursor));
    rows.push(Row::get("/v1/events?acknowledged=yes", query));
    check(&server, &shop, rows).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_routes_and_methods() {
    let (server, shop) = shop("bad-routes").await;
    let order = text(&shop.order(&plain_order("one")).await, "/id");
    let missing = Refused(404, "not_found", "");
    let nowhere = Refused(404, "no_such_route", "");
    let method = Refused(405, "no_such_method", "");
    let mut rows = Vec::new();
    for id in [
        "x".to_owned(),
        "ord_".to_owned(),
        order.to_uppercase(),
        order.replace("ord_", "pay_"),
        order[..order.len() - 1].to_owned(),
        format!("{order}0"),
        format!("ord_{}", "z".repeat(26)),
        format!("ord_{}", "a".repeat(3000)),
        "%00".to_owned(),
        "%ff%fe".to_owned(),
        "..%2f..%2fetc%2fpasswd".to_owned(),
        "%27%20OR%201=1--".to_owned(),
        "-1".to_owned(),
    ] {
        for what in ["", "/events", "/deliveries"] {
            rows.push(Row::get(format!("/v1/orders/{id}{what}"), missing));
        }
        for what in ["check", "cancel", "fulfil"] {
            rows.push(Row::post(
                format!("{id} {what}"),
                format!("/v1/orders/{id}/{what}"),
                Vec::new(),
                missing,
            ));
        }
        let record = format!("/v1/orders/{order}/payments/{id}/record");
        rows.push(Row::post(format!("{id} record"), record, Vec::new(), missing));
        rows.push(Row::post(id.clone(), format!("/v1/deliveries/{id}/resend"), Vec::new(), missing));
    }
    for path in [
        "/v1",
        "/v1/",
        "/v1/orders/",
        "//v1/orders",
        "/v2/orders",
        "/v1/orders/a/b/c/d",
        "/admin",
        "/.env",
        "/openapi",
        "/openapi/",
        "/openapi/nobody.json",
        "/openapi/ocpay",
        "/openapi/%ff.json",
    ] {
        rows.push(Row::get(path, nowhere));
    }
    for (name, path) in [
        ("PUT", "/v1/orders"),
        ("PATCH", "/v1/orders"),
        ("DELETE", "/v1/orders"),
        ("OPTIONS", "/v1/orders"),
        ("TRACE", "/v1/orders"),
        ("BREW", "/v1/orders"),
        ("POST", "/healthz"),
        ("POST", "/openapi.json"),
        ("GET", "/v1/events/ack"),
        ("DELETE", "/v1/webhook_endpoints"),
    ] {
        let row = Row::get(path, method);
        rows.push(Row { what: format!("{name} {path}"), method: name, ..row });
    }
    let head = |path: &str, expected| Row { method: "HEAD", ..Row::get(path, expected) };
    rows.push(head("/v1/orders?limit=0", Refused(422, "limit_out_of_range", "limit")));
    rows.push(head("/nowhere", nowhere));
    check(&server, &shop, rows).await;
    check(&server, &shop.without_key(), vec![head("/v1/orders", Refused(401, "key_missing", ""))]).await;
    answers_head(&shop).await;
}

/// HEAD is GET without the body.
async fn answers_head(shop: &Caller) {
    for path in ["/v1/orders", "/healthz", "/docs"] {
        let answer = shop.send("HEAD", path, &[], Vec::new()).await.expect(200);
        assert!(answer.bytes.is_empty(), "{path}");
    }
    assert_eq!(shop.get("/v1/orders").await.expect(200).json()["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(shop.get("/v1/orders?reference=none").await.expect(200).json()["data"], json!([]));
}
