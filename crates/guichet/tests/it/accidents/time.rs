//! Time: orders that expired too early, too late or never.

use guichet_sandbox::Action;
use jiff::Timestamp;

use crate::accidents::act;
use crate::support::book::Book;
use crate::support::call::text;
use crate::support::kiosk::{Kiosk, order, webhooks};

const HOUR_S: i64 = 3600;

/// BTCPay Server, issue 1123: what should have expired while the server was off stayed new for ever.
#[tokio::test]
async fn an_order_that_expires_while_the_server_is_off_is_expired_when_it_is_back() {
    let kiosk = Kiosk::open("off").await;
    let lost = kiosk.shop.order(&order("nobody-paid", HOUR_S)).await;
    let paid = kiosk.shop.order(&order("paid-meanwhile", HOUR_S)).await;
    act(&kiosk, &paid, 0, Action::Pay);
    let kiosk = kiosk.off_for_s(3 * 3600).await;
    kiosk.pass_s(0).await;
    assert_eq!(kiosk.read(&text(&lost, "/id")).await["status"], "expired");
    let now = kiosk.read(&text(&paid, "/id")).await;
    assert_eq!(now["status"], "paid", "the gateway is asked before an order expires");
    assert_eq!(now["paid_late"], false);
    let told = webhooks(&kiosk.inbox.letters(), "order.expired");
    assert_eq!(told[&text(&lost, "/id")].len(), 1);
    assert_eq!(told.len(), 1);
    Book::open(&kiosk.house.database).audit();
}

/// The same for an opening whose answer nobody waited for: it is given up, and it lapses.
#[tokio::test]
async fn nothing_is_left_without_an_end_when_the_watch_is_over() {
    let kiosk = Kiosk::open("end").await;
    for (number, action) in
        [None, Some(Action::Initiate), Some(Action::Decline), Some(Action::Cancel), Some(Action::Pay)]
            .into_iter()
            .enumerate()
    {
        let made = kiosk.shop.order(&order(&format!("order-{number}"), HOUR_S)).await;
        if let Some(action) = action {
            act(&kiosk, &made, 0, action);
        }
    }
    let kiosk = kiosk.off_for_s(30 * 3600).await;
    kiosk.pass_s(0).await;
    kiosk.pass_s(26 * HOUR_S).await;
    let book = Book::open(&kiosk.house.database);
    book.audit();
    assert_eq!(book.count("SELECT COUNT(*) FROM orders WHERE wake_at_ms IS NOT NULL"), 0);
    let live = "SELECT COUNT(*) FROM orders, json_each(orders.payments) p \
        WHERE json_extract(p.value, '$.state.status') IN ('opening', 'open', 'processing', 'unknown')";
    assert_eq!(book.count(live), 0);
}

/// Stacker News, pull request 2652: a time zone made orders expire at once.
#[tokio::test]
async fn an_order_does_not_expire_early() {
    let kiosk = Kiosk::open("early").await;
    for expires_in_s in [60, HOUR_S, 24 * HOUR_S, 30 * 24 * HOUR_S] {
        let made = kiosk.shop.order(&order(&format!("in-{expires_in_s}"), expires_in_s)).await;
        let moment = |field: &str| text(&made, field).parse::<Timestamp>().expect("RFC 3339").as_second();
        assert_eq!(moment("/expires_at") - moment("/created_at"), expires_in_s);
        kiosk.pass_s(expires_in_s - 30).await;
        let id = text(&made, "/id");
        let now = kiosk.read(&id).await;
        assert!(matches!(now["status"].as_str(), Some("pending" | "failed")), "{now}");
        kiosk.pass_s(31).await;
        assert_eq!(kiosk.read(&id).await["status"], "expired", "{expires_in_s}");
    }
}

/// A machine's clock that was set back neither expires an order nor keeps its money from being seen.
#[tokio::test]
async fn a_clock_that_is_set_back_loses_nothing() {
    let kiosk = Kiosk::open("set-back").await;
    let made = kiosk.shop.order(&order("order-7", HOUR_S)).await;
    let id = text(&made, "/id");
    kiosk.pass_s(60).await;
    kiosk.pass_s(-3 * HOUR_S).await;
    assert_eq!(kiosk.read(&id).await["status"], "pending");
    act(&kiosk, &made, 0, Action::Pay);
    assert_eq!(kiosk.check(&id).await["status"], "paid");
    let other = kiosk.shop.order(&order("order-8", HOUR_S)).await;
    kiosk.pass_s(2 * HOUR_S).await;
    assert_eq!(kiosk.read(&text(&other, "/id")).await["status"], "expired");
    kiosk.pass_s(0).await;
    assert_eq!(webhooks(&kiosk.inbox.letters(), "order.paid").len(), 1);
    Book::open(&kiosk.house.database).audit();
}
