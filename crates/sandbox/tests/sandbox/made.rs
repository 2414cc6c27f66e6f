//! Payments that a script makes as a merchant's client would.

use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::shop::Shop;
use crate::wire::{Seller, seller, sellers};

/// What a script asks for at that vendor.
fn asked(seller: &Seller, currency: &str, amount_minor: i64) -> Value {
    json!({
        "dialect": seller.dialect, "key": seller.key, "account": seller.account, "currency": currency,
        "amount_minor": amount_minor,
    })
}

fn usual(seller: &Seller) -> Value {
    let currency = seller.profile().currencies[0];
    asked(seller, currency, if currency == "DZD" { 250_000 } else { 2_500 })
}

#[tokio::test]
async fn the_merchants_client_finds_it() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        for (action, outcome) in [(None, "pending"), (Some("pay"), "paid"), (Some("decline"), "failed")] {
            let mut body = usual(&seller);
            body["action"] = json!(action);
            let made = shop.post("/sandbox/payments", body).await;
            assert_eq!(made.status.as_u16(), 201, "{}", made.text);
            let made = made.json();
            let reference = made["ref"].as_str().expect("a reference");
            assert_eq!(made["url"], format!("{}/pay/{reference}", shop.base_url));
            assert_eq!(shop.status(reference).await, outcome, "{} {action:?}", seller.dialect);
        }
    }
}

#[tokio::test]
async fn the_merchant_is_notified_unless_it_is_silent() {
    let receiver = Receiver::open().await;
    let shop = Shop::open_at(&seller("cinetpay", 7)).await;
    for (silent, told) in [(true, 0), (false, 1)] {
        let mut body = usual(&shop.seller);
        body["notify_url"] = json!(receiver.url);
        body["action"] = json!("pay");
        body["silent"] = json!(silent);
        assert_eq!(shop.post("/sandbox/payments", body).await.status.as_u16(), 201);
        shop.sandbox.settle().await;
        assert_eq!(receiver.take().len(), told, "silent: {silent}");
    }
}

#[tokio::test]
async fn what_the_vendor_would_not_take_is_refused_by_its_field() {
    let shop = Shop::open_at(&seller("cinetpay", 7)).await;
    let with = |name: &str, value: Value| {
        let mut body = usual(&shop.seller);
        body[name] = value;
        body
    };
    for (body, field) in [
        (with("dialect", json!("nowhere")), "dialect"),
        (with("key", json!("a key with spaces")), "key"),
        (with("currency", json!("DZD")), "currency"),
        (with("currency", json!("francs")), "currency"),
        (with("amount_minor", json!(0)), "amount_minor"),
        (with("amount_minor", json!(1)), "amount_minor"),
        (with("amount_minor", json!("2500")), "amount_minor"),
        (with("notify_url", json!("ftp://shop.example")), "notify_url"),
        (with("action", json!("win")), "action"),
        (with("silent", json!(true)), "silent"),
        (with("amount", json!(2500)), "amount"),
    ] {
        let refused = shop.post("/sandbox/payments", body.clone()).await;
        assert_eq!(refused.status.as_u16(), 400, "{body}");
        assert_eq!(refused.json()["error"]["field"], field, "{}", refused.text);
    }
    assert_eq!(shop.get("/sandbox/payments").await.json()["data"], json!([]), "nothing was made");
    let twice = with("reference", json!("ORDER7"));
    assert_eq!(shop.post("/sandbox/payments", twice.clone()).await.status.as_u16(), 201);
    let refused = shop.post("/sandbox/payments", twice).await.json();
    assert_eq!(refused["error"]["field"], "reference");
}
