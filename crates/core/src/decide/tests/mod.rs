//! The named cases of [`decide`]: each is a story of an order, told as lines of time and events,
//! with the answer to every line. `UPDATE_EXPECT=1 cargo test -p guichet-core` writes them anew.

mod book;
mod checks;
mod misfits;
mod opening;
mod paid;
mod refunded;
mod reopen;
mod revise;
mod tied;
mod time;
mod undecided;

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use crate::event::{Actor, EntryKind, Event, Evidence, Resolution, Seen};
use crate::money::{Currency, Money};
use crate::order::{Environment, LatePolicy, Order, OrderState, Policy, Terms};
use crate::payment::{FailureReason, Payment, PaymentState};
use crate::receipt::Receipt;

use super::fixtures::{self, *};
use super::table;
use super::{Decision, decide};

/// Plays the lines (seconds since the order was made, event) and compares what came of each.
/// Whatever the story, an event that comes twice at once changes nothing more, and nothing is
/// settled twice.
fn check(mut order: Order, story: &[(i64, Event)], expected: Expect) -> Order {
    let (mut told, mut settled) = (String::new(), 0);
    for (at_s, event) in story {
        let now_ms = START_MS + at_s * 1_000;
        let result = decide(&order, event, now_ms);
        let cells = answer(&order, &result, now_ms).into_iter().filter(|cell| !cell.is_empty());
        let line =
            format!("{:<8} {:<26} {}", clock(*at_s), say(event), cells.collect::<Vec<_>>().join(" | "));
        writeln!(told, "{line}").expect("text takes text");
        let Ok(decision) = result else { continue };
        settled += entries(&decision).iter().filter(|entry| entry.kind == EntryKind::OrderPaid).count();
        order = after(&order, &decision);
        // Ticks may have more than one thing to do at one moment.
        if *event != Event::Tick {
            let again = decide(&order, event, now_ms);
            assert!(!matches!(again, Ok(Decision::Changed(_))), "{line}\nagain: {again:?}");
        }
    }
    assert!(settled <= 1, "settled {settled} times:\n{told}");
    expected.assert_eq(&told);
    order
}

fn clock(at_s: i64) -> String {
    format!("{}:{:02}:{:02}", at_s / 3_600, at_s / 60 % 60, at_s % 60)
}

fn say(event: &Event) -> String {
    match event {
        Event::PaymentRequested { payment, account: to, .. } => {
            let number = if *to == account(1) { 1 } else { 2 };
            format!("ask {} at account {number}", letter(*payment))
        }
        Event::PaymentOpened { payment, .. } => format!("{} opened", letter(*payment)),
        Event::OpenFailed { payment, .. } => format!("{} not opened", letter(*payment)),
        Event::OpenLost { payment, .. } => format!("{} answer lost", letter(*payment)),
        Event::Checked { payment, seen, .. } => format!("{} seen {}", letter(*payment), sight(seen)),
        Event::CallbackReceived { payment, .. } => format!("{} called back", letter(*payment)),
        Event::PaymentTied { payment, .. } => format!("{} tied", letter(*payment)),
        Event::CustomerWaiting => "customer waiting".to_owned(),
        Event::Tick => "tick".to_owned(),
        Event::ClockSetBack => "clock set back".to_owned(),
        Event::CancelRequested { .. } => "cancel".to_owned(),
        Event::FulfilRequested { .. } => "fulfil".to_owned(),
        Event::RevisionRequested { terms, .. } => format!("revise to {}", terms.money),
        Event::ReopenRequested { terms, .. } => format!("take up for {}", terms.money),
        Event::PayerCompleted { .. } => "fill in the phone".to_owned(),
        Event::HeldResolved { payment, resolution: Resolution::Honour, .. } => {
            format!("honour {}", letter(*payment))
        }
        Event::HeldResolved { payment, resolution: Resolution::Dismiss, .. } => {
            format!("dismiss {}", letter(*payment))
        }
        Event::RefundRecorded { refund, .. } => {
            format!("{} of {} went back", refund.money, letter(refund.payment))
        }
        Event::RefundWithdrawn { .. } => "a refund withdrawn".to_owned(),
    }
}

fn sight(seen: &Seen) -> String {
    match seen {
        Seen::Pending { processing: false } => "pending".to_owned(),
        Seen::Pending { processing: true } => "processing".to_owned(),
        Seen::Paid(Evidence { money: Some(money), environment: None, .. }) => format!("paid {money}"),
        Seen::Paid(Evidence { money: None, .. }) => "paid".to_owned(),
        Seen::Paid(Evidence { environment: Some(environment), .. }) => {
            format!("paid {} money", environment.as_str())
        }
        Seen::Failed { reason } => reason.code().to_owned(),
        Seen::Unknown { unclear: false, .. } => "nothing".to_owned(),
        Seen::Unknown { unclear: true, .. } => "something unclear".to_owned(),
    }
}

fn shop_order() -> Order {
    fixtures::order(Environment::Live, Policy::default())
}

fn with(policy: LatePolicy) -> Order {
    fixtures::order(Environment::Live, both(policy))
}

const EXPIRY: i64 = 1_800;
const WATCH_END: i64 = EXPIRY + 86_400;

fn at(at_s: i64) -> i64 {
    START_MS + at_s * 1_000
}

/// A link at account 1, opened one second after the order was made; then what follows.
fn open_a(more: &[(i64, Event)]) -> Vec<(i64, Event)> {
    [&[(0, ask(A, 1, LAPSES)), (1, opened(A, at(1)))], more].concat()
}

/// A and B, at two accounts, both open; then what follows.
fn open_both(more: &[(i64, Event)]) -> Vec<(i64, Event)> {
    open_a(&[&[(2, ask(B, 2, LAPSES)), (3, opened(B, at(3)))], more].concat())
}

fn open_order() -> Order {
    open_a(&[])
        .iter()
        .fold(shop_order(), |order, (at_s, event)| after(&order, &decide(&order, event, at(*at_s)).unwrap()))
}

fn declined(payment: u8) -> Event {
    failed(payment, FailureReason::Declined)
}

#[test]
fn every_event_that_comes_twice_changes_nothing_more() {
    for situation in table::situations() {
        for case in table::cases(&situation) {
            let label = format!("{} / {}", situation.name, case.name);
            let Ok(first) = decide(&case.order, &case.event, case.now_ms) else { continue };
            let order = after(&case.order, &first);
            let again = decide(&order, &case.event, case.now_ms);
            if case.event != Event::Tick {
                assert!(!matches!(again, Ok(Decision::Changed(_))), "{label}: {again:?}");
            }
            let Ok(later) = decide(&order, &case.event, case.now_ms + 3_600_000) else { continue };
            assert_eq!(
                order.state.paid_by(),
                after(&order, &later).state.paid_by(),
                "{label}, an hour later"
            );
            // Only a tick may find more to ask a person, a watch that has ended since, and an answer that was not
            // understood the first time either.
            let held = after(&order, &later).held;
            let more = case.event == Event::Tick
                || order.payments.iter().any(|payment| payment.unclear_since_ms.is_some());
            let the_same = if more { held.starts_with(&order.held) } else { held == order.held };
            assert!(the_same, "{label}, an hour later: {held:?}");
        }
    }
}
