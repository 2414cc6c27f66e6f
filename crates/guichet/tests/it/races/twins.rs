//! The same request sixty-four times at once: it happens once, and everyone is told the same.

use std::collections::HashSet;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::call::{Answer, Caller};
use crate::support::card_shop::{CardShop, order};
use crate::support::patience::Patience;

const TWINS: usize = 64;

/// What a twin may be told while another is at it.
const BUSY: [&str; 2] = ["idempotency_in_progress", "payment_in_progress"];

async fn send(shop: &Caller, path: &str, key: Option<&str>, body: &Value) -> Answer {
    let key = key.map(|key| ("idempotency-key", key));
    shop.send("POST", path, key.as_slice(), body.to_string().into_bytes()).await
}

/// Sends it so many times at once. Whoever is told that another is still at it asks again.
async fn twins(shop: &CardShop, path: &str, key: Option<&str>, body: &Value) -> Vec<Answer> {
    let mut running = JoinSet::new();
    for _ in 0..TWINS {
        let shop = shop.caller.clone();
        let (path, key, body) = (path.to_owned(), key.map(str::to_owned), body.clone());
        running.spawn(async move {
            let mut patience = Patience::that("nobody else is at it");
            loop {
                let answer = send(&shop, &path, key.as_deref(), &body).await;
                if answer.status != 409 {
                    return answer;
                }
                let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
                assert!(BUSY.contains(&code.as_str()), "{}", answer.text());
                patience.again().await;
            }
        });
    }
    running.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_sent_at_once_by_many_happens_once() {
    let shop = CardShop::open("twins").await;
    let mut orders = 0;
    let mut links = 0;
    for (reference, keyed, account) in [
        ("keyed-and-paid", true, Some("card")),
        ("keyed", true, None),
        ("paid", false, Some("card")),
        ("bare", false, None),
    ] {
        let mut body = order(reference, 3600);
        body["account"] = json!(account);
        let answers = twins(&shop, "/v1/orders", keyed.then_some(reference), &body).await;
        orders += 1;
        links += usize::from(account.is_some());
        let ids: HashSet<String> =
            answers.iter().map(|answer| answer.json()["id"].as_str().expect("an id").to_owned()).collect();
        assert_eq!(ids.len(), 1, "{reference}: {ids:?}");
        let given: HashSet<(u16, &[u8])> =
            answers.iter().map(|answer| (answer.status, answer.bytes.as_slice())).collect();
        if keyed {
            assert_eq!(given.len(), 1, "{reference}: one key, several answers");
            assert_eq!(answers[0].status, 201, "{reference}");
        } else {
            let made = answers.iter().filter(|answer| answer.status == 201).count();
            assert!(made <= 1, "{reference}: made {made} times");
        }
        assert_eq!(shop.gateway.openings().len(), links, "{reference}: links at the gateway");
        assert_eq!(shop.server.rows().count("SELECT COUNT(*) FROM orders"), orders);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_payment_is_opened_however_many_ask_for_it_at_once() {
    let shop = CardShop::open("twin-payments").await;
    for (number, key) in [(1, Some("once")), (2, None)] {
        let mut body = order(&format!("order-{number}"), 3600);
        body["account"] = Value::Null;
        let id = shop.caller.order(&body).await["id"].as_str().expect("an id").to_owned();
        let path = format!("/v1/orders/{id}/payments");
        let answers = twins(&shop, &path, key, &json!({ "account": "card" })).await;
        assert_eq!(shop.gateway.openings().len(), number, "{key:?}");
        let given: HashSet<&[u8]> = answers.iter().map(|answer| answer.bytes.as_slice()).collect();
        assert_eq!(given.len(), 1, "{key:?}");
        assert_eq!(shop.read(&id).await["payments"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_gives_the_same_answer_for_as_long_as_it_is_kept() {
    let shop = CardShop::open("keys").await;
    let mut body = order("order-7", 3600);
    body["account"] = Value::Null;
    let made = send(&shop.caller, "/v1/orders", Some("first"), &body).await.expect(201);
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let again = send(&shop.caller, "/v1/orders", Some("second"), &body).await.expect(200);
    let cancel = format!("/v1/orders/{id}/cancel");
    let cancelled = send(&shop.caller, &cancel, Some("third"), &json!({})).await.expect(200);
    assert_eq!(cancelled.json()["status"], "cancelled");
    shop.pass_s(29 * 24 * 3600).await;
    for (path, key, body, first) in [
        ("/v1/orders", "first", &body, &made),
        ("/v1/orders", "second", &body, &again),
        (cancel.as_str(), "third", &json!({}), &cancelled),
    ] {
        let replayed = send(&shop.caller, path, Some(key), body).await;
        assert_eq!((replayed.status, &replayed.bytes), (first.status, &first.bytes), "{key}");
        assert_eq!(replayed.header("idempotency-replayed"), "true", "{key}");
        let other = send(&shop.caller, path, Some(key), &json!({ "reference": "another" })).await;
        assert_eq!(other.expect(422).json()["code"], "idempotency_key_reused", "{key}");
    }
}
