//! Time: orders that expired too early, too late or never.

use guichet_sandbox::Action;
use jiff::Timestamp;
use serde_json::Value;

use crate::accidents::act;
use crate::support::call::text;
use crate::support::card_shop::{CardShop, order, webhooks};

const HOUR_S: i64 = 3600;

/// BTCPay ServerProcess, issue 1123: what should have expired while the server was off stayed new for ever.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_expires_while_the_server_is_off_is_expired_when_it_is_back() {
    let mut shop = CardShop::open("off").await;
    let lost = shop.caller.order(&order("nobody-paid", HOUR_S)).await;
    let paid = shop.caller.order(&order("paid-meanwhile", HOUR_S)).await;
    act(&shop, &paid, 0, Action::Pay);
    shop.off_for_s(3 * 3600).await;
    shop.pass_s(0).await;
    assert_eq!(shop.read(&text(&lost, "/id")).await["status"], "expired");
    let now = shop.read(&text(&paid, "/id")).await;
    assert_eq!(now["status"], "paid", "the gateway is asked before an order expires");
    assert_eq!(now["paid_late"], false);
    let told = webhooks(&shop.inbox.letters(), "order.expired");
    assert_eq!(told[&text(&lost, "/id")].len(), 1);
    assert_eq!(told.len(), 1);
}

/// The same for an opening whose answer nobody waited for: it is given up, and it lapses.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_without_an_end_when_the_watch_is_over() {
    let mut shop = CardShop::open("end").await;
    for (number, action) in
        [None, Some(Action::Initiate), Some(Action::Decline), Some(Action::Cancel), Some(Action::Pay)]
            .into_iter()
            .enumerate()
    {
        let made = shop.caller.order(&order(&format!("order-{number}"), HOUR_S)).await;
        if let Some(action) = action {
            act(&shop, &made, 0, action);
        }
    }
    shop.off_for_s(30 * 3600).await;
    shop.pass_s(0).await;
    shop.pass_s(26 * HOUR_S).await;
    let book = shop.server.rows();

    assert_eq!(book.count("SELECT COUNT(*) FROM orders WHERE wake_at_ms IS NOT NULL"), 0);
    let live = "SELECT COUNT(*) FROM orders o, json_each(unpacked(o.payments, COALESCE(o.account_id, ''))) p \
        WHERE json_extract(p.value, '$.state.status') IN ('opening', 'open', 'processing', 'unknown')";
    assert_eq!(book.count(live), 0);
}

/// Stacker News, pull request 2652: a time zone made orders expire at once.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_does_not_expire_early() {
    let shop = CardShop::open("early").await;
    for expires_in_s in [60, HOUR_S, 24 * HOUR_S, 30 * 24 * HOUR_S] {
        let made = shop.caller.order(&order(&format!("in-{expires_in_s}"), expires_in_s)).await;
        let moment = |field: &str| text(&made, field).parse::<Timestamp>().expect("RFC 3339").as_second();
        assert_eq!(moment("/expires_at") - moment("/created_at"), expires_in_s);
        shop.pass_s(expires_in_s - 30).await;
        let id = text(&made, "/id");
        let now = shop.read(&id).await;
        assert!(matches!(now["status"].as_str(), Some("pending" | "failed")), "{now}");
        shop.pass_s(31).await;
        assert_eq!(shop.read(&id).await["status"], "expired", "{expires_in_s}");
    }
}

/// A machine's clock that was set back neither expires an order nor keeps its money from being seen.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_loses_nothing() {
    let shop = CardShop::open("set-back").await;
    let made = shop.caller.order(&order("order-7", HOUR_S)).await;
    let id = text(&made, "/id");
    shop.pass_s(60).await;
    shop.set_clock_by_s(-3 * HOUR_S).await;
    assert_eq!(shop.read(&id).await["status"], "pending");
    act(&shop, &made, 0, Action::Pay);
    shop.pass_s(10).await;
    assert_eq!(shop.check(&id).await["status"], "paid");
    shop.pass_s(BELIEVED_S).await;
    let other = shop.caller.order(&order("order-8", HOUR_S)).await;
    shop.pass_s(2 * HOUR_S).await;
    assert_eq!(shop.read(&text(&other, "/id")).await["status"], "expired");
    shop.pass_s(0).await;
    assert_eq!(webhooks(&shop.inbox.letters(), "order.paid").len(), 1);
}

/// How long a step of the time of day stands until it is believed.
const BELIEVED_S: i64 = 15 * 60;

/// A time of day that was set forward, rightly or wrongly, and back again expires nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_forward_and_back_expires_nothing() {
    for step_s in [120, HOUR_S, 24 * HOUR_S] {
        let shop = CardShop::open(&format!("forward-{step_s}")).await;
        let made = shop.caller.order(&order("order-7", HOUR_S)).await;
        let id = text(&made, "/id");
        let is_waiting =
            async || matches!(shop.read(&id).await["status"].as_str(), Some("pending" | "failed"));
        shop.pass_s(60).await;
        shop.set_clock_by_s(step_s).await;
        shop.pass_s(BELIEVED_S - 60).await;
        assert!(is_waiting().await, "{step_s}");
        shop.set_clock_by_s(-step_s).await;
        shop.pass_s(BELIEVED_S).await;
        assert!(is_waiting().await, "{step_s}");
        let left_s = HOUR_S - 2 * BELIEVED_S;
        shop.pass_s(left_s - 60).await;
        assert!(is_waiting().await, "{step_s}");
        shop.pass_s(61).await;
        assert_eq!(shop.read(&id).await["status"], "expired", "{step_s}");
    }
}

/// How often it was tried to tell that an order was paid.
fn tries(shop: &CardShop, order: &Value) -> usize {
    let id = text(order, "/id");
    let bodies = shop.inbox.letters().into_iter().map(|letter| letter.json());
    bodies.filter(|body| body["type"] == "order.paid" && body["order"] == id.as_str()).count()
}

/// Steps of the time of day, one after the other, each followed by what is due then.
const STEPS_S: [&[i64]; 9] = [
    &[-120],
    &[-HOUR_S],
    &[-24 * HOUR_S],
    &[120],
    &[HOUR_S],
    &[24 * HOUR_S],
    &[120, -120],
    &[HOUR_S, -HOUR_S],
    &[24 * HOUR_S, -24 * HOUR_S],
];

/// Money and webhooks that wait are seen and sent as soon as ever, also by a server that was off while the clock was set.
#[tokio::test(flavor = "multi_thread")]
async fn no_step_of_the_clock_delays_what_is_due() {
    for (number, steps) in STEPS_S.into_iter().enumerate() {
        for restarts in [false, true] {
            let mut shop = CardShop::open(&format!("step-{number}-{restarts}")).await;
            let made = shop.caller.order(&order("stepped", 90 * HOUR_S)).await;
            let id = text(&made, "/id");
            // A link whose customer has begun to pay does not lapse.
            act(&shop, &made, 0, Action::Initiate);
            shop.inbox.answer(500);
            let told = shop.caller.order(&order("told", 90 * HOUR_S)).await;
            act(&shop, &told, 0, Action::Pay);
            assert_eq!(shop.check(&text(&told, "/id")).await["status"], "paid");
            shop.pass_s(1).await;
            for by_s in steps {
                shop.set_clock_by_s(*by_s).await;
            }
            if restarts {
                shop.off_for_s(1).await;
                shop.pass_s(0).await;
            }
            act(&shop, &made, 0, Action::Pay);
            shop.inbox.answer(204);
            let tries_before = tries(&shop, &told);
            // A check every half minute in the first ten minutes of a payment, every quarter of an hour in the end.
            let wait_s = if steps.iter().sum::<i64>() >= HOUR_S { 16 * 60 } else { 60 };
            shop.pass_s(wait_s).await;
            assert_eq!(shop.read(&id).await["status"], "paid", "{steps:?}, restarts: {restarts}");
            shop.pass_s(600).await;
            let letters = webhooks(&shop.inbox.letters(), "order.paid");
            assert_eq!(letters[&id].len(), 1, "{steps:?}, restarts: {restarts}");
            assert_eq!(tries(&shop, &told), tries_before + 1, "{steps:?}, restarts: {restarts}");
        }
    }
}
