//! The control API, as a script in any language uses it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::shop::{RETURN_URL, Shop};
use crate::wire::{seller, sellers};

#[tokio::test]
async fn payments_are_listed_newest_first_without_their_keys() {
    let shop = Shop::open().await;
    let (first, second) = (shop.create("a").await, shop.create("b").await);
    let list = shop.get("/sandbox/payments").await;
    assert!(!list.text.contains(&shop.seller.key));
    let list = list.json();
    assert_eq!(
        (list["data"][0]["ref"].as_str(), list["data"][1]["ref"].as_str()),
        (Some(&*second), Some(&*first))
    );
    assert_eq!(list["has_more"], false);
    let short = shop.get("/sandbox/payments?limit=1").await.json();
    assert_eq!((short["data"].as_array().map(Vec::len), &short["has_more"]), (Some(1), &Value::Bool(true)));
}

#[tokio::test]
async fn a_payment_is_shown_whole() {
    let shop = Shop::open_at(&seller("cinetpay", 7).with_key("12912847765bc0db748fdd44.40081707")).await;
    let mut sale = shop.sale("Two books");
    sale.notify_url = "https://shop.example/told".to_owned();
    let reference = shop.create_sale(&sale).await;
    let one = shop.get(&format!("/sandbox/payments/{reference}")).await.json();
    assert_eq!(
        one,
        json!({
            "dialect": "cinetpay", "ref": reference, "url": format!("{}/pay/{reference}", shop.base_url),
            "merchant_reference": sale.reference,
            "status": "created", "amount_minor": 2500, "paid_minor": null, "fee_minor": 0,
            "currency": "XOF", "amount_text": "2,500 XOF", "title": "Two books", "description": null,
            "operator": null, "redirect_url": RETURN_URL, "notify_url": "https://shop.example/told",
            "notifications": 0, "sandbox": true, "merchant": one["merchant"], "key_hint": "…1707",
            "created_at": "2025-01-15T10:30:00Z", "expires_at": "2025-01-16T10:30:00Z",
            "changed_at": "2025-01-15T10:30:00Z",
        })
    );
}

#[tokio::test]
async fn lists_are_narrowed_to_a_dialect_or_a_merchants_reference() {
    let shop = Shop::open().await;
    for seller in sellers() {
        let shop = shop.with(&seller);
        let (sale, _) = (shop.sale("a"), shop.create("b").await);
        let reference = shop.create_sale(&sale).await;
        let mut paths = vec![(format!("?dialect={}", seller.dialect), 2)];
        if let Some(theirs) = seller.merchant_reference(&sale) {
            let theirs = theirs.replace(' ', "%20");
            paths.push((format!("?dialect={}&merchant_reference={theirs}", seller.dialect), 1));
            paths.push((format!("?merchant_reference={theirs}"), 1));
        }
        for (path, count) in paths {
            let list = shop.get(&format!("/sandbox/payments{path}")).await.json();
            let found = list["data"].as_array().unwrap();
            assert_eq!((found.len(), &found[0]["ref"]), (count, &json!(reference)), "{path}");
        }
    }
    assert_eq!(shop.get("/sandbox/payments?dialect=nowhere").await.json()["data"], json!([]));
}

#[tokio::test]
async fn a_script_plays_the_customer_and_the_bank() {
    let shop = Shop::open().await;
    for (action, body, status) in [
        ("initiate", Value::Null, "initiated"),
        ("pay", Value::Null, "paid"),
        ("pay_late", json!({ "seconds": 5 }), "confirming"),
        ("pay_other", json!({}), "paid"),
        ("decline", json!({}), "declined"),
        ("cancel", json!({}), "cancelled"),
        ("expire", json!({}), "expired"),
    ] {
        let reference = shop.create("Order 7").await;
        let path = format!("/sandbox/payments/{reference}/{action}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = shop.call(Method::POST, &path, &body).await.unwrap();
        assert_eq!((answer.status.as_u16(), &answer.json()["status"]), (200, &json!(status)), "{action}");
        if action != "initiate" {
            let again = shop.post(&format!("/sandbox/payments/{reference}/pay"), json!({})).await;
            assert_eq!(again.status.as_u16(), 409, "{action}");
        }
    }
}

#[tokio::test]
async fn a_script_moves_the_clock_and_begins_again() {
    let shop = Shop::open_at(&seller("ocpay", 7)).await;
    let first = shop.create("Order 7").await;
    let moved = shop.post("/sandbox/clock/advance", json!({ "seconds": 1200 })).await.json();
    assert_eq!(
        moved,
        json!({ "now": "2025-01-15T10:50:00Z", "now_ms": 1_736_938_200_000_i64, "advanced_seconds": 1200 })
    );
    assert_eq!(shop.get("/sandbox/clock").await.json(), moved);
    assert_eq!(shop.status(&first).await, "failed");

    shop.post("/sandbox/faults", json!({ "fault": "html" })).await;
    assert_eq!(shop.post("/sandbox/reset", json!({})).await.status.as_u16(), 204);
    assert_eq!(shop.get("/sandbox/clock").await.json()["advanced_seconds"], 0);
    assert_eq!(shop.get("/sandbox/faults").await.json(), json!({ "data": [] }));
    assert_eq!(shop.create("Order 7").await, first);
    assert_eq!(shop.sandbox.payments().len(), 1);
}

#[tokio::test]
async fn a_script_arms_lists_and_drops_faults() {
    let shop = Shop::open().await;
    let body = json!({
        "fault": "timeout_after", "on": "open", "count": 2, "hold_ms": 5, "key": shop.seller.key,
        "dialect": shop.seller.dialect,
    });
    let injected = shop.post("/sandbox/faults", body).await;
    assert_eq!(injected.status.as_u16(), 201);
    let expected = json!({
        "fault": "timeout_after", "on": "open", "count": 2, "ref": null, "dialect": shop.seller.dialect,
        "key_hint": injected.json()["key_hint"], "hold_ms": 5, "seconds": null,
    });
    assert_eq!(injected.json(), expected);
    assert!(!injected.text.contains(&shop.seller.key));
    assert_eq!(shop.get("/sandbox/faults").await.json(), json!({ "data": [expected] }));
    assert!(shop.try_create("Order 7").await.is_err());
    assert_eq!(shop.get("/sandbox/faults").await.json()["data"][0]["count"], 1);
    let dropped = shop.delete("/sandbox/faults").await;
    assert_eq!(dropped.status.as_u16(), 204);
    shop.create("Order 7").await;
}

#[tokio::test]
async fn every_refusal_is_a_sentence_with_a_code_and_a_field() {
    let shop = Shop::open().await;
    for (method, path, body, status, code, field) in [
        (Method::GET, "/sandbox/payments/NOBODY-0000", "", 404, "no_such_payment", json!("ref")),
        (Method::POST, "/sandbox/payments/NOBODY-0000/pay", "", 404, "no_such_payment", json!("ref")),
        (Method::POST, "/sandbox/payments/NOBODY-0000/win", "", 404, "no_such_route", json!(null)),
        (Method::GET, "/sandbox/payments?limit=0", "", 400, "invalid", json!("limit")),
        (Method::GET, "/sandbox/nothing", "", 404, "no_such_route", json!(null)),
        (Method::DELETE, "/sandbox/clock", "", 405, "wrong_method", json!(null)),
        (Method::POST, "/sandbox/clock/advance", "", 400, "invalid", json!("seconds")),
        (Method::POST, "/sandbox/clock/advance", r#"{"seconds":-1}"#, 400, "invalid", json!("seconds")),
        (
            Method::POST,
            "/sandbox/clock/advance",
            r#"{"seconds":99999999999}"#,
            400,
            "invalid",
            json!("seconds"),
        ),
        (Method::POST, "/sandbox/clock/advance", "{", 400, "invalid", json!("body")),
        (Method::POST, "/sandbox/faults", r#"{"fault":"flood"}"#, 400, "invalid", json!("fault")),
        (Method::POST, "/sandbox/faults", r#"{"fault":"html","on":"x"}"#, 400, "invalid", json!("on")),
        (Method::POST, "/sandbox/faults", r#"{"fault":"html","count":0}"#, 400, "invalid", json!("count")),
        (
            Method::POST,
            "/sandbox/faults",
            r#"{"fault":"html","hold_ms":1}"#,
            400,
            "invalid",
            json!("hold_ms"),
        ),
        (
            Method::POST,
            "/sandbox/faults",
            r#"{"fault":"html","dialect":"x"}"#,
            400,
            "invalid",
            json!("dialect"),
        ),
        (Method::GET, "/sandbox/notifications?limit=x", "", 400, "invalid", json!("limit")),
    ] {
        let answer = shop.call(method, path, body).await.unwrap();
        assert_eq!(answer.status.as_u16(), status, "{path} {}", answer.text);
        let error = &answer.json()["error"];
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &field), "{path}");
        assert!(error["message"].as_str().unwrap().ends_with('.'), "{error}");
    }
}
