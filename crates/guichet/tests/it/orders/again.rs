//! The next day: an order that expired or was cancelled without money is paid under its own reference after all.

use guichet_sandbox::Action;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::call::{Answer, text};
use crate::support::card_shop::{CardShop, LEAST_MS, order, webhooks};

const DAY_S: i64 = 24 * 3600;

/// How an order without money closes.
#[derive(Debug, Clone, Copy)]
enum End {
    Expired,
    Cancelled,
}

/// How the shop takes it up again.
#[derive(Debug, Clone, Copy)]
enum Way {
    SentAgain,
    SentWithAnotherCart,
    PaymentAskedFor,
    Reopened,
}

fn act(shop: &CardShop, order: &Value, index: usize, action: Action) {
    let reference = text(order, &format!("/payments/{index}/reference"));
    shop.server.sandbox.act(&reference, action).expect("the link is open");
}

/// An order that is closed, its only payment declined.
async fn closed(shop: &CardShop, reference: &str, end: End) -> Value {
    let made = shop.caller.order(&order(reference, 3600)).await;
    act(shop, &made, 0, Action::Decline);
    let id = text(&made, "/id");
    shop.check(&id).await;
    if let End::Cancelled = end {
        shop.caller.press(&format!("/v1/orders/{id}/cancel")).await.expect(200);
    }
    shop.pass_s(DAY_S).await;
    let now = shop.read(&id).await;
    assert!(matches!(now["status"].as_str(), Some("expired" | "cancelled")), "{now}");
    assert_eq!(now["payment_url"], Value::Null);
    now
}

async fn taken_up(shop: &CardShop, closed: &Value, way: Way) -> Value {
    let (id, reference) = (text(closed, "/id"), text(closed, "/reference"));
    let payments = format!("/v1/orders/{id}/payments");
    let card = json!({ "account": "card" });
    match way {
        Way::SentAgain => shop.caller.post("/v1/orders", &order(&reference, 3600)).await.expect(200).json(),
        Way::SentWithAnotherCart => {
            let mut other = order(&reference, 7200);
            other["amount"] = json!(300_000);
            let now = shop.caller.post("/v1/orders", &other).await.expect(200).json();
            // From now on that is the order's content, and the former is another's.
            assert_eq!(shop.caller.post("/v1/orders", &other).await.expect(200).json()["id"], now["id"]);
            let before = shop.caller.post("/v1/orders", &order(&reference, 3600)).await.expect(409).json();
            assert_eq!(before["code"], "reference_taken");
            assert_eq!(now["amount"], 300_000);
            now
        }
        Way::PaymentAskedFor => shop.caller.post(&payments, &card).await.expect(201).json(),
        Way::Reopened => {
            let path = format!("/v1/orders/{id}/reopen");
            let now = shop.caller.press(&path).await.expect(200).json();
            assert_eq!((&now["status"], &now["payment_url"]), (&json!("pending"), &Value::Null));
            // It waits already: nothing more happens.
            let again = shop.caller.post(&path, &json!({ "expires_in": 60 })).await.expect(200).json();
            assert_eq!((&again["status"], &again["expires_at"]), (&now["status"], &now["expires_at"]));
            shop.caller.post(&payments, &card).await.expect(201).json()
        }
    }
}

/// The order once a check saw its money: one that was under way when the customer paid, because somebody looked at the
/// page, has not seen it.
async fn seen_paid(shop: &CardShop, id: &str) -> Value {
    for _ in 0..5 {
        shop.server.clock.advance(LEAST_MS);
        let now = shop.check(id).await;
        if now["status"] == "paid" {
            return now;
        }
    }
    shop.read(id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_without_money_is_paid_the_next_day() {
    let shop = CardShop::open("again").await;
    for end in [End::Expired, End::Cancelled] {
        for way in [Way::SentAgain, Way::SentWithAnotherCart, Way::PaymentAskedFor, Way::Reopened] {
            let name = format!("{end:?}, {way:?}");
            let closed = closed(&shop, &name, end).await;
            let id = text(&closed, "/id");
            let now = taken_up(&shop, &closed, way).await;
            assert_eq!((&now["id"], &now["status"]), (&closed["id"], &json!("pending")), "{name}");
            for kept in ["created_at", "checkout_url", "status_url", "reference"] {
                assert_eq!(now[kept], closed[kept], "{name}: {kept}");
            }
            assert_eq!(now["payments"][0], closed["payments"][0], "{name}");
            assert_eq!(now["payment_url"], now["payments"][1]["payment_url"], "{name}");
            assert!(now["payment_url"].is_string(), "{name}: {now}");
            for page in ["checkout_url", "status_url"] {
                let page = shop.caller.without_key().get(&text(&now, &format!("/{page}"))).await.expect(200);
                assert!(page.text().contains(&name), "{name}: the page is about the order");
            }
            act(&shop, &now, 1, Action::Pay);
            let paid = seen_paid(&shop, &id).await;
            assert_eq!(
                (&paid["status"], &paid["paid_late"]),
                (&json!("paid"), &json!(false)),
                "{name}: {paid}"
            );
            shop.pass_s(3 * DAY_S).await;
            for (kind, times) in [("order.paid", 1), ("order.reopened", 1), ("order.created", 1)] {
                let told = webhooks(&shop.inbox.letters(), kind);
                assert_eq!(told[&id].len(), times, "{name}: {kind}");
            }
            let journal = shop.caller.get(&format!("/v1/orders/{id}/events")).await.expect(200).json();
            let entries = journal["data"].as_array().expect("entries");
            let reopened = entries.iter().find(|entry| entry["type"] == "order.reopened").expect("an entry");
            assert!(text(reopened, "/why").starts_with("The shop (key_"), "{name}: {reopened}");
            assert_eq!(entries[0]["type"], "order.created", "{name}: the first life stays in the journal");
        }
    }
}

/// The link of before can still be paid: it is handed out again, and nobody opens a second one.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_still_open_serves_on() {
    let shop = CardShop::open("again-open").await;
    let made = shop.caller.order(&order("short", 60)).await;
    let id = text(&made, "/id");
    shop.pass_s(180).await;
    assert_eq!(shop.read(&id).await["status"], "expired");
    let mut dearer = order("short", 60);
    dearer["amount"] = json!(300_000);
    let refused = shop.caller.post("/v1/orders", &dearer).await.expect(409).json();
    assert_eq!(refused["code"], "payment_open");
    let now = shop.caller.post("/v1/orders", &order("short", 60)).await.expect(200).json();
    assert_eq!((&now["status"], &now["payment_url"]), (&json!("pending"), &made["payment_url"]));
    assert_eq!(shop.server.sandbox.payments().len(), 1);
    act(&shop, &now, 0, Action::Pay);
    shop.server.clock.advance(LEAST_MS);
    assert_eq!(shop.check(&id).await["status"], "paid");
    shop.pass_s(0).await;
    assert_eq!(webhooks(&shop.inbox.letters(), "order.paid")[&id].len(), 1);
}

/// Money of the first life and money of the second: one settles, the other waits to be paid back.
#[tokio::test(flavor = "multi_thread")]
async fn money_of_both_lives_settles_once() {
    let shop = CardShop::open("again-both").await;
    let made = shop.caller.order(&order("both", 60)).await;
    let id = text(&made, "/id");
    shop.pass_s(120).await;
    let mut other = order("both", 60);
    other["account"] = json!("other");
    let now = shop.caller.post("/v1/orders", &other).await.expect(200).json();
    assert_eq!(now["payments"].as_array().expect("payments").len(), 2, "{now}");
    act(&shop, &now, 1, Action::Pay);
    act(&shop, &now, 0, Action::Pay);
    shop.check(&id).await;
    shop.pass_s(2 * DAY_S).await;
    let end = shop.read(&id).await;
    assert_eq!((&end["status"], &end["needs_you"]), (&json!("paid"), &json!(true)), "{end}");
    assert_eq!(end["held"][0]["kind"], "paid_twice");
    assert_eq!(webhooks(&shop.inbox.letters(), "order.paid")[&id].len(), 1);
    let refused = shop.caller.press(&format!("/v1/orders/{id}/reopen")).await.expect(409).json();
    assert_eq!(refused["code"], "order_already_paid");
}

/// A look before it finds the money that nobody had asked for yet.
#[tokio::test(flavor = "multi_thread")]
async fn money_that_came_unseen_is_found_and_pays_it() {
    let shop = CardShop::open("again-unseen").await;
    let made = shop.caller.order(&order("unseen", 60)).await;
    shop.pass_s(120).await;
    act(&shop, &made, 0, Action::Pay);
    shop.server.clock.advance(LEAST_MS);
    let now = shop.caller.post("/v1/orders", &order("unseen", 60)).await.expect(200).json();
    assert_eq!((&now["status"], &now["paid_late"]), (&json!("paid"), &json!(true)), "{now}");
    shop.pass_s(0).await;
    assert!(webhooks(&shop.inbox.letters(), "order.reopened").is_empty());
}

/// The moment between an order's expiry and the worker's word is not a dead end either.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_time_ran_out_a_moment_ago_is_taken_up() {
    let shop = CardShop::open("again-moment").await;
    for way in [Way::SentAgain, Way::SentWithAnotherCart, Way::PaymentAskedFor, Way::Reopened] {
        let name = format!("{way:?}");
        let made = shop.caller.order(&order(&name, 3600)).await;
        act(&shop, &made, 0, Action::Decline);
        shop.check(&text(&made, "/id")).await;
        shop.server.clock.advance(3_600_001);
        let now = taken_up(&shop, &shop.read(&text(&made, "/id")).await, way).await;
        assert_eq!((&now["status"], &now["id"]), (&json!("pending"), &made["id"]), "{name}");
    }
}

async fn keyed(shop: &CardShop, path: &str, key: &str, body: &Value) -> Answer {
    shop.caller.send("POST", path, &[("idempotency-key", key)], body.to_string().into_bytes()).await
}

/// What is sent again under its idempotency key is answered as it was, and takes nothing up.
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_takes_nothing_up() {
    let shop = CardShop::open("again-replay").await;
    let body = order("replay", 3600);
    let made = keyed(&shop, "/v1/orders", "made", &body).await.expect(201);
    let id = text(&made.json(), "/id");
    let payments = format!("/v1/orders/{id}/payments");
    let opened = keyed(&shop, &payments, "opened", &json!({ "account": "card" })).await.expect(201);
    shop.pass_s(2 * DAY_S).await;
    assert_eq!(shop.read(&id).await["status"], "expired");
    let before = shop.server.census();
    for (path, key, body, first) in [
        ("/v1/orders", "made", &body, &made),
        (payments.as_str(), "opened", &json!({ "account": "card" }), &opened),
    ] {
        let again = keyed(&shop, path, key, body).await.expect(201);
        assert_eq!(again.bytes, first.bytes, "{path}");
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
    }
    assert_eq!(shop.server.census(), before);
    let path = format!("/v1/orders/{id}/reopen");
    let reopened = keyed(&shop, &path, "reopened", &json!({ "expires_in": 60 })).await.expect(200);
    shop.pass_s(120).await;
    assert_eq!(shop.read(&id).await["status"], "expired");
    let again = keyed(&shop, &path, "reopened", &json!({ "expires_in": 60 })).await.expect(200);
    assert_eq!(again.bytes, reopened.bytes);
    assert_eq!(shop.read(&id).await["status"], "expired");
}

/// However many send it at the same moment, it is taken up once and has one new link.
#[tokio::test(flavor = "multi_thread")]
async fn twins_take_it_up_once() {
    let shop = CardShop::open("again-twins").await;
    let closed = closed(&shop, "twins", End::Expired).await;
    let id = text(&closed, "/id");
    let mut running = JoinSet::new();
    for number in 0..12 {
        let (caller, mut body) = (shop.caller.clone(), order("twins", 3600));
        if number % 2 == 1 {
            body["amount"] = json!(300_000);
        }
        running.spawn(async move { caller.post("/v1/orders", &body).await });
    }
    for answer in running.join_all().await {
        let body = answer.json();
        match answer.status {
            200 => assert_eq!(body["id"], closed["id"]),
            409 => assert!(
                matches!(
                    body["code"].as_str(),
                    Some("reference_taken" | "payment_in_progress" | "payment_open")
                ),
                "{body}"
            ),
            other => panic!("{other}: {body}"),
        }
    }
    shop.pass_s(0).await;
    let now = shop.read(&id).await;
    assert_eq!(now["payments"].as_array().expect("payments").len(), 2, "{now}");
    assert_eq!(webhooks(&shop.inbox.letters(), "order.reopened")[&id].len(), 1);
    let amounts: Vec<u64> =
        shop.server.sandbox.payments().iter().map(|payment| payment.amount_minor as u64).collect();
    assert_eq!(
        now["amount"].as_u64(),
        amounts.first().copied().or(None),
        "the link asks for what the order does"
    );
}
