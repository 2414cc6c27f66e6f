//! The state machine of one payment, at the first dialect, whose link lives for `ttl` minutes.

use guichet_gateways::{ClientCredential, Currency, DIALECTS, Money};

use super::*;
use crate::misbehaviour_kind::CallKind;

const MINUTE_MS: i64 = 60_000;

/// A payment of the first dialect, made at 0.
fn payment(title: &str) -> Payment {
    let dialect = DIALECTS[0];
    let issued = dialect.issue([7; 64]);
    let client = ClientCredential { dialect: dialect.name(), key: &issued.key, account: &issued.account };
    let tenant = Tenant::admit(client, CallKind::Open).unwrap();
    let price = Money::new(250_000, Currency::DZD);
    let request = PayinRequest { title: title.into(), ..PayinRequest::of(price) };
    Payment::new("REF".into(), tenant, request, "http://sandbox", 0)
}

/// How long its link lives, in minutes.
fn ttl() -> i64 {
    DIALECTS[0].profile().link_ttl_ms / MINUTE_MS
}

fn catch_up(payment: &mut Payment, minute: i64) -> Status {
    while payment.step(minute * MINUTE_MS) {}
    payment.status()
}

fn act(payment: &mut Payment, action: Action, minute: i64) -> Result<(), Refusal> {
    catch_up(payment, minute);
    payment.act(action, Means::default(), minute * MINUTE_MS)
}

/// Plays actions at minutes, then says where the payment stands at the last minute.
fn check(steps: &[(i64, Action)], looked_at_minute: i64, expected: Status) {
    let mut payment = payment("Order 7");
    for (minute, action) in steps {
        act(&mut payment, *action, *minute).unwrap();
    }
    assert_eq!(catch_up(&mut payment, looked_at_minute), expected, "{steps:?}");
}

#[test]
fn every_action_and_the_passing_of_time() {
    let last = ttl() - 1;
    check(&[], last, Status::Created);
    check(&[], ttl(), Status::Expired);
    check(&[(last, Action::Initiate)], 10_000, Status::Initiated);
    check(&[(last, Action::Initiate), (25, Action::Pay)], 25, Status::Paid);
    check(&[(1, Action::Pay)], 60, Status::Paid);
    check(&[(1, Action::Decline)], 60, Status::Declined);
    check(&[(1, Action::Initiate), (2, Action::Cancel)], 60, Status::Cancelled);
    check(&[(1, Action::Expire)], 2, Status::Expired);
    check(&[(1, Action::PayLate { seconds: 180 })], 3, Status::Confirming);
    check(&[(1, Action::PayLate { seconds: 180 })], 4, Status::Paid);
    check(&[(1, Action::PayLate { seconds: 0 })], 1, Status::Paid);
    check(&[(last, Action::PayLate { seconds: 600 })], last + 9, Status::Confirming);
    check(&[(last, Action::PayLate { seconds: u64::MAX })], 10_000, Status::Confirming);
}

#[test]
fn a_link_works_once() {
    let every = [
        Action::Initiate,
        Action::Pay,
        Action::PayLate { seconds: 1 },
        Action::PayOther,
        Action::Decline,
        Action::Cancel,
        Action::Expire,
    ];
    for first in &every[1..] {
        let mut payment = payment("Order 7");
        act(&mut payment, *first, 0).unwrap();
        let status = payment.status();
        for second in every {
            let refused = act(&mut payment, second, 0);
            assert_eq!(refused, Err(Refusal::Closed { status }), "{first:?} {second:?}");
            assert_eq!(payment.status(), status);
        }
    }
}

#[test]
fn what_is_due_happens_in_the_order_in_which_it_was_due() {
    let (last_s, lapse_s) = (ttl() * 60 - 60, ttl() * 60);
    for (title, expected) in [
        (format!("[paid after {last_s}]"), Status::Paid),
        (format!("[paid after {lapse_s}]"), Status::Expired),
        (format!("[never after {last_s}]"), Status::Initiated),
        (format!("[processing after {lapse_s}] [late after 600]"), Status::Paid),
        (format!("[processing after {lapse_s}] [declined]"), Status::Declined),
    ] {
        let mut payment = payment(&title);
        assert_eq!(catch_up(&mut payment, ttl() + 60), expected, "{title}");
        assert_eq!(payment.next_due_ms(), None, "{title}");
    }
}

#[test]
fn the_merchant_hears_of_every_change_once_and_of_none_when_it_is_silent() {
    for (title, expected) in [("[processing]", [true, true]), ("[processing] [no-callback]", [false, false])]
    {
        let mut payment = payment(title);
        assert!(!payment.take_status_change());
        for news in expected {
            assert!(payment.step(MINUTE_MS));
            assert_eq!(payment.take_status_change(), news, "{title}");
            assert!(!payment.take_status_change());
        }
        assert!(!payment.step(MINUTE_MS));
    }
}

#[test]
fn another_amount_is_shown_as_paid() {
    let mut payment = payment("Order 7");
    act(&mut payment, Action::PayOther, 0).unwrap();
    let view = payment.view();
    assert_eq!((view.amount_minor, view.paid_minor), (250_000, Some(249_900)));
}

#[test]
fn means_that_make_no_sense_are_refused_and_change_nothing() {
    let mut payment = payment("Order 7");
    for (operator, phone, field) in [(Some("no such"), None, "operator"), (None, Some("x"), "phone")] {
        let means = Means { operator: operator.map(str::to_owned), phone: phone.map(str::to_owned) };
        let refused = payment.act(Action::Pay, means, 0);
        assert!(
            matches!(&refused, Err(Refusal::Invalid { field: found, .. }) if found == field),
            "{refused:?}"
        );
        assert_eq!(payment.status(), Status::Created);
    }
}
