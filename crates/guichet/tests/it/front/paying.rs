//! Orders are paid, declined, late or never paid; whatever happens, order and session agree.

use guichet_core::Environment;
use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind, On};
use serde_json::json;

use crate::front::shop::{Shops, order, refused, session};
use crate::support::call::text;

#[tokio::test(flavor = "multi_thread")]
async fn by_card() {
    let shops = Shops::open("front-card").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("card", 15).await;
    let read = amel.order(id).await;
    assert_eq!((&read["paymentUrl"], &read["isCompleted"]), (&json!(null), &json!(false)), "{read}");
    refused(&amel.get(&format!("/payments/sessions/order/{id}")).await, 404);
    let opened = amel.opens(id).await;
    assert!(text(&opened, "/paymentUrl").starts_with(&shops.server.sandbox_url), "{opened}");
    assert_eq!((&opened["paymentAccountId"], &opened["amount"]), (&json!(2), &json!(2500)));
    assert_eq!(amel.opens(id).await, opened, "the same session again");
    let (read, _) = amel.agreed(id, "waiting").await;
    assert_eq!(read["statusIdentifier"], "inProgress");

    shops.act(250_000, Action::Pay);
    shops.pass_s(31).await;
    let (read, paid) = amel.agreed(id, "completed").await;
    assert_eq!((&paid["id"], &read["statusIdentifier"]), (&opened["id"], &json!("done")));
    assert!(text(&paid, "/updatedDate") > text(&opened, "/updatedDate"));
    let message = refused(&amel.post("/payments/sessions", &session(id)).await, 400);
    assert!(message.contains("already paid"), "{message}");
}

/// Cash takes days: a storage that does not say how long its orders wait gives those in cash a week. One that expired is
/// over for its customer, whose next order has a number of its own; the shop may take it up again.
#[tokio::test(flavor = "multi_thread")]
async fn cash_is_given_a_week_and_what_expired_is_over() {
    let shops = Shops::open("front-cash-week").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let native = shops.server.shop().await;
    let body = order("cash", 14, 1);
    let waits_s = async |id: i64, storage: &str| {
        let found = native.get(&format!("/v1/orders?reference={storage}-{id}")).await.expect(200).json();
        let made = found["data"][0].clone();
        let moment =
            |field: &str| text(&made, field).parse::<jiff::Timestamp>().expect("RFC 3339").as_second();
        (moment("/expires_at") - moment("/created_at"), made)
    };
    let mut numbers = Vec::new();
    for (storage, expected_s) in [("pickup", 7 * 24 * 3600), ("orders", 3600)] {
        let path = format!("/orders-storage/marker/{storage}/orders");
        let made = amel.post(&path, &body).await.expect(201).json();
        let id = made["id"].as_i64().expect("a number");
        let (waited_s, _) = waits_s(id, storage).await;
        assert_eq!(waited_s, expected_s, "{storage}");
        numbers.push(id);
    }
    let id = numbers[1];
    shops.pass_s(2 * 3600).await;
    let message = refused(&amel.post("/payments/sessions", &session(id)).await, 400);
    assert!(message.contains("expired"), "{message}");
    // The shop's server cannot put another cart in the place of the customer's.
    let (_, closed) = waits_s(id, "orders").await;
    let other = json!({ "reference": closed["reference"], "amount": 250_000, "currency": "DZD" });
    assert_eq!(native.post("/v1/orders", &other).await.expect(409).json()["code"], "reference_taken");
    let reopen = format!("/v1/orders/{}/reopen", text(&closed, "/id"));
    assert_eq!(native.press(&reopen).await.expect(200).json()["status"], "pending");
    assert_eq!(amel.opens(id).await["status"], "waiting");
    assert_eq!(amel.order(id).await["products"][0]["id"], 14, "what the front knows of it stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_declined_and_another_link_is_paid() {
    let shops = Shops::open("front-declined").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("auto", 15).await;
    let first = amel.opens(id).await;
    assert_eq!(first["paymentAccountId"], 3, "{first}");
    shops.act(250_000, Action::Decline);
    shops.pass_s(31).await;
    let (read, _) = amel.agreed(id, "canceled").await;
    assert_eq!(read["statusIdentifier"], "inProgress", "the order still waits: {read}");

    let second = amel.opens(id).await;
    assert_eq!(second["id"], id * 32 + 2);
    assert_ne!(second["paymentUrl"], first["paymentUrl"]);
    amel.agreed(id, "waiting").await;
    let references: Vec<_> = shops.server.sandbox.payments();
    let open = references.iter().find(|payment| payment.status.as_str() == "created").expect("a second");
    shops.server.sandbox.act(&open.reference, Action::Pay).expect("it can be paid");
    shops.pass_s(31).await;
    amel.agreed(id, "completed").await;
    let first = amel.get(&format!("/payments/sessions/{}", first["id"])).await.expect(200).json();
    assert_eq!(first["status"], "canceled");
    let sessions = amel.get("/payments/sessions?limit=1").await.expect(200).json();
    assert_eq!((&sessions["total"], &sessions["items"][0]["id"]), (&json!(2), &json!(id * 32 + 2)));
    let sessions = amel.get("/payments/sessions/?limit=1&offset=1").await.expect(200).json();
    assert_eq!(sessions["items"][0]["id"], json!(id * 32 + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_cash_recorded_by_the_shop() {
    let shops = Shops::open("front-cash").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("cash", 14).await;
    let opened = amel.opens(id).await;
    assert_eq!((&opened["paymentUrl"], &opened["status"]), (&json!(null), &json!("waiting")));
    assert_eq!(amel.opens(id).await, opened);
    amel.agreed(id, "waiting").await;

    let shop = shops.server.shop().await;
    let listed = shop.get(&format!("/v1/orders?reference=orders-{id}")).await.expect(200).json();
    let (native, payment) = (text(&listed, "/data/0/id"), text(&listed, "/data/0/payments/0/id"));
    shop.post(&format!("/v1/orders/{native}/payments/{payment}/record"), &json!({})).await.expect(200);
    amel.agreed(id, "completed").await;
    shop.press(&format!("/v1/orders/{native}/fulfil")).await.expect(200);
    amel.agreed(id, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_pays() {
    let shops = Shops::open("front-expired").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let card = amel.orders("card", 15).await;
    amel.opens(card).await;
    let cash = amel.orders("cash", 14).await;
    amel.opens(cash).await;
    let untouched = amel.orders("cash", 14).await;

    shops.pass_s(25 * 60).await;
    // OCPay has one word for what was declined and what has lapsed.
    amel.agreed(card, "canceled").await;
    amel.agreed(cash, "waiting").await;
    shops.pass_s(36 * 60).await;
    let (read, _) = amel.agreed(card, "expired").await;
    assert_eq!(read["statusIdentifier"], "expired", "the storage has no word of its own for it");
    assert_eq!(read["statusLocalizeInfos"]["title"], "Time is over");
    amel.agreed(cash, "expired").await;
    assert_eq!(amel.order(untouched).await["isCompleted"], false);
    for id in [card, cash, untouched] {
        let message = refused(&amel.post("/payments/sessions", &session(id)).await, 400);
        assert!(message.contains("expired"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_comes_late_and_is_honoured() {
    let shops = Shops::open("front-late").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("card", 15).await;
    amel.opens(id).await;
    shops.pass_s(60 * 19).await;
    shops.act(250_000, Action::PayLate { seconds: 3600 });
    shops.pass_s(60 * 42).await;
    amel.agreed(id, "expired").await;
    shops.pass_s(60 * 60).await;
    amel.agreed(id, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_calls_it_off() {
    let shops = Shops::open("front-cancelled").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("card", 15).await;
    amel.opens(id).await;
    let shop = shops.server.shop().await;
    let listed = shop.get(&format!("/v1/orders?reference=orders-{id}")).await.expect(200).json();
    shop.press(&format!("/v1/orders/{}/cancel", text(&listed, "/data/0/id"))).await.expect(200);
    amel.agreed(id, "canceled").await;
    let message = refused(&amel.post("/payments/sessions", &session(id)).await, 400);
    assert!(message.contains("cancelled"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_does_not_fit_waits_for_the_shop() {
    let shops = Shops::open("front-held").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("card", 15).await;
    amel.opens(id).await;
    shops.act(250_000, Action::PayOther);
    shops.pass_s(31).await;
    let (_, held) = amel.agreed(id, "waiting").await;
    let page = text(&held, "/paymentUrl");
    assert!(page.contains("/status/"), "nobody is led to pay again: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_opens_nothing_is_no_cash() {
    let shops = Shops::open("front-refusing").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("card", 15).await;
    let fault = |kind| shops.server.sandbox.inject(Misbehaviour::next(kind).on(On::Open)).expect("a fault");
    fault(MisbehaviourKind::RateLimited);
    let message = refused(&amel.post("/payments/sessions", &session(id)).await, 502);
    assert!(message.contains("gateway_rate_limited"), "{message}");
    let (read, _) = amel.agreed(id, "canceled").await;
    assert_eq!(read["isCompleted"], false);

    // The answer is lost: nobody can tell, so the customer is led to our own page.
    fault(MisbehaviourKind::CutAfter);
    let unknown = amel.opens(id).await;
    assert_eq!(unknown["status"], "waiting", "{unknown}");
    let page = text(&unknown, "/paymentUrl");
    assert!(page.starts_with(&format!("{}/checkout/", shops.server.base_url)), "{page}");
    let opened = amel.opens(id).await;
    assert!(text(&opened, "/paymentUrl").starts_with(&shops.server.sandbox_url), "{opened}");
    amel.agreed(id, "waiting").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_soon_knows() {
    let shops = Shops::open("front-waiting").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("card", 15).await;
    amel.opens(id).await;
    // Long after the order was made a check is due every minute at most, unless somebody looks.
    shops.pass_s(15 * 60).await;
    shops.act(250_000, Action::Initiate);
    shops.pass_s(61).await;
    shops.act(250_000, Action::Pay);
    assert_eq!(amel.session(id).await["status"], "waiting");
    shops.pass_s(4).await;
    amel.agreed(id, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_environment_is_a_world_of_its_own() {
    let shops = Shops::open("front-worlds").await;
    let live = crate::front::shop::Front::of(&shops.server, "alger", Environment::Live).await;
    let amel = live.customer("amel@example.com").await;
    let wired = amel.post("/orders-storage/marker/orders/orders", &order("wire", 14, 1)).await.expect(201);
    let id = wired.json()["id"].as_i64().expect("a number");
    amel.opens(id).await;
    let accounts = amel.get("/payments/accounts").await.expect(200).json();
    let wire = accounts.as_array().expect("a list").iter().find(|account| account["identifier"] == "wire");
    let wire = wire.expect("the way to pay");
    assert_eq!((&wire["testMode"], &wire["settings"]["status"]), (&json!(false), &json!("connected")));
    let mine = shops.alger.customer("amel@example.com").await;
    assert_eq!(mine.get("/payments/sessions").await.expect(200).json()["total"], 0);
}
