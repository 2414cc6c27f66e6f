//! The named cases of [`decide`]: each is a story of an order, told as lines of time and events,
//! with the answer to every line. `UPDATE_EXPECT=1 cargo test -p guichet-core` writes them anew.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use crate::event::{Actor, EntryKind, Event, Receipt, Resolution, Seen};
use crate::money::{Currency, Money};
use crate::order::{Environment, LatePolicy, Order, OrderState, Policy, Terms};
use crate::payment::{FailureReason, Payment, PaymentState};

use super::stage::{self, *};
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
        Event::CustomerWaiting => "customer waiting".to_owned(),
        Event::Tick => "tick".to_owned(),
        Event::CancelRequested { .. } => "cancel".to_owned(),
        Event::FulfilRequested { .. } => "fulfil".to_owned(),
        Event::HeldResolved { payment, resolution: Resolution::Honour, .. } => {
            format!("honour {}", letter(*payment))
        }
        Event::HeldResolved { payment, resolution: Resolution::Dismiss, .. } => {
            format!("dismiss {}", letter(*payment))
        }
    }
}

fn sight(seen: &Seen) -> String {
    match seen {
        Seen::Pending { processing: false } => "pending".to_owned(),
        Seen::Pending { processing: true } => "processing".to_owned(),
        Seen::Paid(Receipt { money: Some(money), environment: None, .. }) => format!("paid {money}"),
        Seen::Paid(Receipt { money: None, .. }) => "paid".to_owned(),
        Seen::Paid(Receipt { environment: Some(environment), .. }) => {
            format!("paid {} money", environment.as_str())
        }
        Seen::Failed { reason } => reason.code().to_owned(),
        Seen::Unknown { .. } => "nothing".to_owned(),
    }
}

fn shop_order() -> Order {
    stage::order(Environment::Live, Policy::default())
}

fn with(policy: LatePolicy) -> Order {
    stage::order(Environment::Live, both(policy))
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

fn declined(payment: u8) -> Event {
    failed(payment, FailureReason::Declined)
}

#[test]
fn every_event_that_comes_twice_changes_nothing_more() {
    for situation in table::situations() {
        for case in table::cases(&situation) {
            let place = format!("{} / {}", situation.name, case.name);
            let Ok(first) = decide(&case.order, &case.event, case.now_ms) else { continue };
            let order = after(&case.order, &first);
            let again = decide(&order, &case.event, case.now_ms);
            if case.event != Event::Tick {
                assert!(!matches!(again, Ok(Decision::Changed(_))), "{place}: {again:?}");
            }
            let Ok(later) = decide(&order, &case.event, case.now_ms + 3_600_000) else { continue };
            assert_eq!(
                order.state.paid_by(),
                after(&order, &later).state.paid_by(),
                "{place}, an hour later"
            );
            // Only a tick may find more to ask a person: a watch that has ended since.
            let held = after(&order, &later).held;
            let the_same =
                if case.event == Event::Tick { held.starts_with(&order.held) } else { held == order.held };
            assert!(the_same, "{place}, an hour later: {held:?}");
        }
    }
}

#[test]
fn paid_once() {
    let order = check(
        shop_order(),
        &open_a(&[
            (31, pending(A)),
            (61, processing(A)),
            (91, paid(A)),
            (92, paid(A)),
            (93, callback(A)),
            (94, Event::Tick),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  A seen pending             alarm: in 30 s
            0:01:01  A seen processing          A open → processing | payment.processing | alarm: in 30 s
            0:01:31  A seen paid 2500.00 DZD    pending → paid | A processing → paid | payment.paid, order.paid | alarm: none
            0:01:32  A seen paid 2500.00 DZD    unchanged
            0:01:33  A called back              unchanged
            0:01:34  tick                       unchanged
        "#]],
    );
    assert_eq!(order.state, OrderState::Paid { payment: pay(A), at_ms: at(91), late: false });
    assert_eq!((order.version, order.needs_you()), (6, false));
}

#[test]
fn paid_without_an_amount_is_taken_and_says_so() {
    let order = open_order();
    let decision = decide(&order, &receipt(A, None, None), at(60)).unwrap();
    assert_eq!(after(&order, &decision).state.paid_by(), Some(pay(A)));
    expect!["A check at the gateway saw it paid (the gateway's answer states no amount) under its reference ref-A."].assert_eq(&entries(&decision)[1].why);
}

#[test]
fn a_check_that_the_shop_asked_for_is_not_a_record_by_hand() {
    for (terms, expected) in [
        (LAPSES, expect!["A check at the gateway saw 2500.00 DZD paid under its reference ref-A."]),
        (CASH, expect!["The shop (key_shop) recorded by hand: 2500.00 DZD paid under ref-A."]),
    ] {
        let mut order = open_order();
        order.payments[0].terms = terms;
        let money = Some(Money::new(PRICE, Currency::DZD));
        let seen = Seen::Paid(Receipt { money, reference: reference(A), environment: None });
        let event = Event::Checked { payment: pay(A), seen, actor: shop() };
        expected.assert_eq(&entries(&decide(&order, &event, at(60)).unwrap())[0].why);
    }
}

fn open_order() -> Order {
    open_a(&[])
        .iter()
        .fold(shop_order(), |order, (at_s, event)| after(&order, &decide(&order, event, at(*at_s)).unwrap()))
}

#[test]
fn paid_twice_is_held() {
    let order = check(
        shop_order(),
        &open_both(&[
            (60, paid(A)),
            (61, paid(B)),
            (62, paid(B)),
            (63, resolve(B, Resolution::Honour)),
            (64, resolve(B, Resolution::Dismiss)),
            (65, resolve(B, Resolution::Dismiss)),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:00:03  B opened                   B opening → open | payment.opened
            0:01:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: in 30 s
            0:01:01  B seen paid 2500.00 DZD    needs you: paid_twice | B open → paid | payment.paid, order.needs_you | alarm: none
            0:01:02  B seen paid 2500.00 DZD    unchanged
            0:01:03  honour B                   refused: not_honourable
            0:01:04  dismiss B                  resolved: paid_twice | order.resolved
            0:01:05  dismiss B                  refused: nothing_held
        "#]],
    );
    assert_eq!((order.state.paid_by(), order.held.len()), (Some(pay(A)), 1));
}

#[test]
fn paid_twice_is_held_after_the_goods_left_too() {
    check(
        shop_order(),
        &open_both(&[(60, paid(B)), (61, fulfil()), (62, fulfil()), (63, paid(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:00:03  B opened                   B opening → open | payment.opened
            0:01:00  B seen paid 2500.00 DZD    pending → paid | B open → paid | payment.paid, order.paid | alarm: in 30 s
            0:01:01  fulfil                     paid → fulfilled | order.fulfilled
            0:01:02  fulfil                     unchanged
            0:01:03  A seen paid 2500.00 DZD    needs you: paid_twice | A open → paid | payment.paid, order.needs_you | alarm: none
        "#]],
    );
}

#[test]
fn money_after_expiry_is_honoured_or_held() {
    let story = open_a(&[
        (EXPIRY - 10, pending(A)),
        (EXPIRY, Event::Tick),
        (EXPIRY + 600, paid(A)),
        (EXPIRY + 601, fulfil()),
    ]);
    let order = check(
        with(LatePolicy::Honour),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:29:50  A seen pending             alarm: expiry
            0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
            0:40:00  A seen paid 2500.00 DZD    expired → paid | A open → paid | payment.paid, order.paid | alarm: none
            0:40:01  fulfil                     paid → fulfilled | order.fulfilled
        "#]],
    );
    let fulfilled = OrderState::Fulfilled {
        payment: pay(A),
        paid_at_ms: at(EXPIRY + 600),
        at_ms: at(EXPIRY + 601),
        late: true,
    };
    assert_eq!(order.state, fulfilled);
    let order = check(
        with(LatePolicy::Hold),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:29:50  A seen pending             alarm: expiry
            0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
            0:40:00  A seen paid 2500.00 DZD    needs you: paid_late | A open → paid | payment.paid, order.needs_you | alarm: none
            0:40:01  fulfil                     refused: order_not_paid
        "#]],
    );
    assert!(order.needs_you());
}

#[test]
fn money_after_cancelling_is_honoured_or_held() {
    let story = open_a(&[(30, cancel()), (31, cancel()), (60, paid(A))]);
    check(
        with(LatePolicy::Honour),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:30  cancel                     pending → cancelled | order.cancelled | alarm: in 30 s
            0:00:31  cancel                     unchanged
            0:01:00  A seen paid 2500.00 DZD    cancelled → paid | A open → paid | payment.paid, order.paid | alarm: none
        "#]],
    );
    check(
        with(LatePolicy::Hold),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:30  cancel                     pending → cancelled | order.cancelled | alarm: in 30 s
            0:00:31  cancel                     unchanged
            0:01:00  A seen paid 2500.00 DZD    needs you: paid_late | A open → paid | payment.paid, order.needs_you | alarm: none
        "#]],
    );
}

#[test]
fn each_way_of_being_late_has_its_own_policy() {
    let (honour, hold) = (LatePolicy::Honour, LatePolicy::Hold);
    for (policy, expired_settles, cancelled_settles) in [
        (Policy::default(), true, false),
        (Policy { paid_after_expiry: hold, paid_after_cancel: honour }, false, true),
    ] {
        let order = Order { terms: Terms { policy, ..open_order().terms }, ..open_order() };
        for (state, settles) in [
            (OrderState::Expired { at_ms: at(50) }, expired_settles),
            (OrderState::Cancelled { at_ms: at(50) }, cancelled_settles),
        ] {
            let order = Order { state, ..order.clone() };
            let order = after(&order, &decide(&order, &paid(A), at(60)).unwrap());
            assert_eq!(
                (order.state.paid_by().is_some(), order.needs_you()),
                (settles, !settles),
                "{policy:?}"
            );
        }
    }
}

#[test]
fn nothing_is_opened_from_the_moment_of_expiry_on() {
    check(
        shop_order(),
        &[(EXPIRY, ask(A, 1, LAPSES)), (EXPIRY - 1, ask(A, 1, LAPSES))],
        expect![[r#"
        0:30:00  ask A at account 1         refused: order_expired
        0:29:59  ask A at account 1         A new → opening | payment.opening | due: open A
    "#]],
    );
}

#[test]
fn a_customer_who_has_paid_waits_for_nothing() {
    let story = open_both(&[(60, Event::CustomerWaiting), (61, paid(A)), (62, pending(B))]);
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
        0:00:03  B opened                   B opening → open | payment.opened
        0:01:00  customer waiting           noted
        0:01:01  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: in 30 s
        0:01:02  B seen pending             alarm: in 30 s
    "#]],
    );
}

#[test]
fn late_money_is_honoured_once_and_only_by_one_payment() {
    let story = open_both(&[
        (30, cancel()),
        (60, paid(A)),
        (61, paid(B)),
        (90, resolve(B, Resolution::Honour)),
        (91, resolve(B, Resolution::Honour)),
        (92, resolve(A, Resolution::Honour)),
        (93, resolve(A, Resolution::Dismiss)),
        (94, resolve(C, Resolution::Dismiss)),
    ]);
    let order = check(
        with(LatePolicy::Hold),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:00:03  B opened                   B opening → open | payment.opened
            0:00:30  cancel                     pending → cancelled | order.cancelled | alarm: in 30 s
            0:01:00  A seen paid 2500.00 DZD    needs you: paid_late | A open → paid | payment.paid, order.needs_you
            0:01:01  B seen paid 2500.00 DZD    needs you: paid_late | B open → paid | payment.paid, order.needs_you | alarm: none
            0:01:30  honour B                   cancelled → paid, resolved: paid_late | order.resolved, order.paid
            0:01:31  honour B                   refused: nothing_held
            0:01:32  honour A                   refused: order_already_paid
            0:01:33  dismiss A                  resolved: paid_late | order.resolved
            0:01:34  dismiss C                  refused: no_such_payment
        "#]],
    );
    assert_eq!(order.state, OrderState::Paid { payment: pay(B), at_ms: at(90), late: true });
}

#[test]
fn a_wrong_amount_or_currency_settles_nothing() {
    let story = open_both(&[
        (60, underpaid(A)),
        (61, resolve(A, Resolution::Honour)),
        (62, receipt(B, Some(Money::new(PRICE, Currency::XOF)), None)),
        (63, fulfil()),
        (64, resolve(A, Resolution::Dismiss)),
        (EXPIRY, Event::Tick),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:00:03  B opened                   B opening → open | payment.opened
            0:01:00  A seen paid 0.05 DZD       needs you: amount_mismatch | A open → paid | payment.paid, order.needs_you | alarm: now
            0:01:01  honour A                   refused: not_honourable
            0:01:02  B seen paid 250000 XOF     needs you: amount_mismatch | B open → paid | payment.paid, order.needs_you | alarm: expiry
            0:01:03  fulfil                     refused: order_not_paid
            0:01:04  dismiss A                  resolved: amount_mismatch | order.resolved
            0:30:00  tick                       pending → expired | order.expired | alarm: none
        "#]],
    );
}

#[test]
fn a_right_payment_settles_after_a_wrong_one() {
    check(
        shop_order(),
        &open_both(&[(60, underpaid(A)), (61, paid(B))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:00:03  B opened                   B opening → open | payment.opened
            0:01:00  A seen paid 0.05 DZD       needs you: amount_mismatch | A open → paid | payment.paid, order.needs_you | alarm: now
            0:01:01  B seen paid 2500.00 DZD    pending → paid | B open → paid | payment.paid, order.paid | alarm: none
        "#]],
    );
}

#[test]
fn the_amount_is_matched_to_the_last_centime() {
    let order = open_order();
    for (amount, settles) in
        [(PRICE - 1, false), (PRICE, true), (PRICE + 1, false), (PRICE / 100, false), (0, false)]
    {
        let event = receipt(A, Some(Money::new(amount, Currency::DZD)), None);
        let order = after(&order, &decide(&order, &event, at(60)).unwrap());
        assert_eq!((order.state.paid_by().is_some(), order.needs_you()), (settles, !settles), "{amount}");
    }
}

#[test]
fn play_money_and_real_money_never_mix() {
    for (environment, seen, settles) in [
        (Environment::Live, Environment::Test, false),
        (Environment::Test, Environment::Live, false),
        (Environment::Live, Environment::Live, true),
        (Environment::Test, Environment::Test, true),
    ] {
        let order = Order { environment, ..open_order() };
        let event = receipt(A, Some(Money::new(PRICE, Currency::DZD)), Some(seen));
        let order = after(&order, &decide(&order, &event, at(60)).unwrap());
        assert_eq!(order.state.paid_by().is_some(), settles, "{environment:?} {seen:?}");
        assert_eq!(order.needs_you(), !settles, "{environment:?} {seen:?}");
    }
}

#[test]
fn failed_after_paid_overwrites_nothing() {
    check(
        shop_order(),
        &open_a(&[
            (60, paid(A)),
            (61, declined(A)),
            (62, trouble(A)),
            (63, pending(A)),
            (64, underpaid(A)),
            (65, refused(A)),
            (66, lost(A)),
            (67, opened(A, at(67))),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:01:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
            0:01:01  A seen declined            unchanged
            0:01:02  A seen nothing             unchanged
            0:01:03  A seen pending             unchanged
            0:01:04  A seen paid 0.05 DZD       unchanged
            0:01:05  A not opened               unchanged
            0:01:06  A answer lost              unchanged
            0:01:07  A opened                   unchanged
        "#]],
    );
}

#[test]
fn paid_after_failed_settles() {
    check(
        shop_order(),
        &open_a(&[(60, declined(A)), (90, callback(A)), (91, paid(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
            0:01:30  A called back              payment.called_back | alarm: now
            0:01:31  A seen paid 2500.00 DZD    failed → paid | A failed → paid | payment.paid, order.paid | alarm: none
        "#]],
    );
}

#[test]
fn a_failed_payment_is_looked_at_again_before_expiry_and_before_the_end_of_watch() {
    let story = open_a(&[
        (60, declined(A)),
        (EXPIRY - 10, Event::Tick),
        (EXPIRY - 9, declined(A)),
        (EXPIRY, Event::Tick),
        (WATCH_END - 10, Event::Tick),
        (WATCH_END - 9, paid(A)),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
            0:29:50  tick                       due: check A
            0:29:51  A seen declined            alarm: expiry
            0:30:00  tick                       failed → expired | order.expired | alarm: 10 s before the end of watch
            24:29:50 tick                       due: check A
            24:29:51 A seen paid 2500.00 DZD    expired → paid | A failed → paid | payment.paid, order.paid | alarm: none
        "#]],
    );
}

#[test]
fn a_failed_order_reopens_with_the_next_payment() {
    let story = open_a(&[
        (60, declined(A)),
        (61, ask(B, 1, LAPSES)),
        (62, refused(B)),
        (63, ask(C, 2, LAPSES)),
        (64, opened(C, at(64))),
        (65, paid(C)),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
            0:01:01  ask B at account 1         failed → pending | B new → opening | payment.opening, order.reopened | alarm: in 90 s, due: open B
            0:01:02  B not opened               pending → failed | B opening → failed | payment.failed, order.failed | alarm: 10 s before expiry
            0:01:03  ask C at account 2         failed → pending | C new → opening | payment.opening, order.reopened | alarm: in 90 s, due: open C
            0:01:04  C opened                   C opening → open | payment.opened | alarm: in 30 s
            0:01:05  C seen paid 2500.00 DZD    pending → paid | C open → paid | payment.paid, order.paid | alarm: 10 s before the end of watch
        "#]],
    );
}

#[test]
fn unknown_stays_unknown_until_the_gateway_speaks() {
    let lost_then = |more: &[(i64, Event)]| [&[(0, ask(A, 1, LOOKUP)), (30, lost(A))], more].concat();
    let hours = [
        (60, trouble(A)),
        (90, trouble(A)),
        (EXPIRY, Event::Tick),
        (43_200, trouble(A)),
        (80_000, Event::Tick),
    ];
    let order = check(
        shop_order(),
        &lost_then(&hours),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
            0:01:00  A seen nothing             payment.trouble | alarm: in 30 s
            0:01:30  A seen nothing             alarm: in 30 s
            0:30:00  tick                       due: check A
            12:00:00 A seen nothing             alarm: expiry
            22:13:20 tick                       pending → expired | order.expired | alarm: in 15 min, due: check A
        "#]],
    );
    assert!(matches!(order.payments[0].state, PaymentState::Unknown { .. }));
    check(
        shop_order(),
        &lost_then(&[(60, pending(A)), (90, declined(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
            0:01:00  A seen pending             alarm: in 30 s
            0:01:30  A seen declined            pending → failed | A unknown → failed | payment.failed, order.failed | alarm: expiry
        "#]],
    );
    check(
        shop_order(),
        &lost_then(&[(60, paid(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
            0:01:00  A seen paid 2500.00 DZD    pending → paid | A unknown → paid | payment.paid, order.paid | alarm: none
        "#]],
    );
    check(
        shop_order(),
        &lost_then(&[(60, opened(A, at(60)))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
            0:01:00  A opened                   A unknown → open | payment.opened | alarm: in 30 s
        "#]],
    );
}

#[test]
fn an_opening_nobody_answered_becomes_unknown() {
    for terms in [LAPSES, LOOKUP, AGAIN] {
        let story = [
            (0, ask(A, 1, terms)),
            (89, Event::Tick),
            (90, Event::Tick),
            (91, lost(A)),
            (92, opened(A, at(92))),
        ];
        let expected = match terms {
            LAPSES => expect![[r#"
                0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
                0:01:29  tick                       unchanged
                0:01:30  tick                       A opening → unknown | payment.unknown | alarm: in 19 min
                0:01:31  A answer lost              unchanged
                0:01:32  A opened                   A unknown → open | payment.opened | alarm: in 30 s
            "#]],
            LOOKUP => expect![[r#"
                0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
                0:01:29  tick                       unchanged
                0:01:30  tick                       A opening → unknown | payment.unknown | alarm: in 30 s
                0:01:31  A answer lost              alarm: in 30 s
                0:01:32  A opened                   A unknown → open | payment.opened | alarm: in 30 s
            "#]],
            _ => expect![[r#"
                0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
                0:01:29  tick                       unchanged
                0:01:30  tick                       A opening → unknown | payment.unknown | alarm: in 30 s
                0:01:31  A answer lost              alarm: in 30 s
                0:01:32  A opened                   A unknown → open | payment.opened | alarm: in 30 s
            "#]],
        };
        check(shop_order(), &story, expected);
    }
}

#[test]
fn a_lost_link_that_nobody_saw_lets_a_second_payment_begin() {
    let story = [
        (0, ask(A, 1, LAPSES)),
        (30, lost(A)),
        (31, ask(B, 1, LAPSES)),
        (32, opened(B, at(32))),
        (20 * 60 + 60, Event::Tick),
        (21 * 60 + 60, opened(A, at(1_320))),
    ];
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 20 min
            0:00:31  ask B at account 1         B new → opening | payment.opening | alarm: in 90 s, due: open B
            0:00:32  B opened                   B opening → open | payment.opened | alarm: in 30 s
            0:21:00  tick                       A unknown → expired | payment.expired | due: check B
            0:22:00  A opened                   A expired → open | payment.opened
        "#]],
    );
}

#[test]
fn a_lost_payment_that_can_be_asked_about_keeps_others_out() {
    for terms in [LOOKUP, AGAIN] {
        let mut story =
            vec![(0, ask(A, 1, terms)), (30, lost(A)), (31, ask(B, 1, terms)), (32, ask(B, 2, LAPSES))];
        story.extend([(60, Event::Tick), (61, declined(A)), (62, ask(B, 2, LAPSES))]);
        let expected = if terms == LOOKUP {
            expect![[r#"
                0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
                0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
                0:00:31  ask B at account 1         refused: payment_undecided
                0:00:32  ask B at account 2         refused: payment_undecided
                0:01:00  tick                       due: check A
                0:01:01  A seen declined            pending → failed | A unknown → failed | payment.failed, order.failed | alarm: expiry
                0:01:02  ask B at account 2         failed → pending | B new → opening | payment.opening, order.reopened | alarm: in 90 s, due: open B
            "#]]
        } else {
            expect![[r#"
                0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
                0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
                0:00:31  ask B at account 1         refused: payment_undecided
                0:00:32  ask B at account 2         refused: payment_undecided
                0:01:00  tick                       due: open A
                0:01:01  A seen declined            pending → failed | A unknown → failed | payment.failed, order.failed | alarm: expiry
                0:01:02  ask B at account 2         failed → pending | B new → opening | payment.opening, order.reopened | alarm: in 90 s, due: open B
            "#]]
        };
        check(shop_order(), &story, expected);
    }
}

#[test]
fn a_second_request_gets_the_first_link() {
    let story = [
        (0, ask(A, 1, LAPSES)),
        (1, ask(B, 1, LAPSES)),
        (2, opened(A, at(2))),
        (3, ask(B, 1, LAPSES)),
        (1_202, ask(B, 1, LAPSES)),
    ];
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  ask B at account 1         refused: payment_in_progress
            0:00:02  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:03  ask B at account 1         unchanged
            0:20:02  ask B at account 1         B new → opening | payment.opening | due: open B
        "#]],
    );
}

#[test]
fn money_on_its_way_keeps_other_payments_out() {
    let story = open_both(&[
        (60, processing(B)),
        (61, ask(C, 1, LAPSES)),
        (62, ask(C, 2, LAPSES)),
        (1_300, ask(C, 2, LAPSES)),
        (1_301, declined(B)),
        (1_302, ask(C, 2, LAPSES)),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:00:03  B opened                   B opening → open | payment.opened
            0:01:00  B seen processing          B open → processing | payment.processing
            0:01:01  ask C at account 1         refused: payment_undecided
            0:01:02  ask C at account 2         unchanged
            0:21:40  ask C at account 2         refused: payment_undecided
            0:21:41  B seen declined            B processing → failed | payment.failed
            0:21:42  ask C at account 2         C new → opening | payment.opening | due: open C
        "#]],
    );
}

#[test]
fn an_order_that_should_have_expired_while_the_server_was_off_is_looked_at_once() {
    let night = EXPIRY + 8 * 3_600;
    let asleep = |seen| {
        open_a(&[
            (31, pending(A)),
            (night, Event::Tick),
            (night, ask(B, 2, LAPSES)),
            (night + 1, seen),
            (night + 2, Event::Tick),
        ])
    };
    check(
        shop_order(),
        &asleep(pending(A)),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  A seen pending             alarm: in 30 s
            8:30:00  tick                       due: check A
            8:30:00  ask B at account 2         refused: order_expired
            8:30:01  A seen pending             alarm: expiry
            8:30:02  tick                       pending → expired | order.expired | alarm: in 15 min
        "#]],
    );
    check(
        shop_order(),
        &asleep(trouble(A)),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  A seen pending             alarm: in 30 s
            8:30:00  tick                       due: check A
            8:30:00  ask B at account 2         refused: order_expired
            8:30:01  A seen nothing             payment.trouble | alarm: expiry
            8:30:02  tick                       pending → expired | order.expired | alarm: in 15 min
        "#]],
    );
    let order = check(
        shop_order(),
        &asleep(paid(A)),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  A seen pending             alarm: in 30 s
            8:30:00  tick                       due: check A
            8:30:00  ask B at account 2         refused: order_expired
            8:30:01  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
            8:30:02  tick                       unchanged
        "#]],
    );
    assert!(matches!(order.state, OrderState::Paid { late: false, .. }));
}

#[test]
fn a_last_look_is_made_within_ten_seconds_before_expiry() {
    let story = open_a(&[
        (EXPIRY - 11, pending(A)),
        (EXPIRY - 10, Event::Tick),
        (EXPIRY - 9, pending(A)),
        (EXPIRY - 1, Event::Tick),
        (EXPIRY, Event::Tick),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:29:49  A seen pending             alarm: 10 s before expiry
            0:29:50  tick                       due: check A
            0:29:51  A seen pending             alarm: expiry
            0:29:59  tick                       unchanged
            0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
        "#]],
    );
}

#[test]
fn the_watch_ends() {
    let story = open_a(&[
        (EXPIRY - 10, pending(A)),
        (EXPIRY, Event::Tick),
        (WATCH_END - 11, pending(A)),
        (WATCH_END - 10, Event::Tick),
        (WATCH_END - 9, pending(A)),
        (WATCH_END, Event::Tick),
        (WATCH_END + 60, Event::Tick),
        (WATCH_END + 90, callback(A)),
        (WATCH_END + 91, Event::Tick),
        (WATCH_END + 92, paid(A)),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:29:50  A seen pending             alarm: expiry
            0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
            24:29:49 A seen pending             alarm: 10 s before the end of watch
            24:29:50 tick                       due: check A
            24:29:51 A seen pending             alarm: end of watch
            24:30:00 tick                       A open → expired | payment.expired | alarm: none
            24:31:00 tick                       unchanged
            24:31:30 A called back              payment.called_back | alarm: now
            24:31:31 tick                       alarm: none, due: check A
            24:31:32 A seen paid 2500.00 DZD    expired → paid | A expired → paid | payment.paid, order.paid
        "#]],
    );
}

#[test]
fn a_second_open_payment_of_a_paid_order_is_watched_too() {
    let story = open_both(&[
        (60, paid(A)),
        (90, Event::Tick),
        (91, declined(B)),
        (WATCH_END - 10, Event::Tick),
        (WATCH_END - 9, paid(B)),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:00:03  B opened                   B opening → open | payment.opened
            0:01:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: in 30 s
            0:01:30  tick                       due: check B
            0:01:31  B seen declined            B open → failed | payment.failed | alarm: 10 s before the end of watch
            24:29:50 tick                       due: check B
            24:29:51 B seen paid 2500.00 DZD    needs you: paid_twice | B failed → paid | payment.paid, order.needs_you | alarm: none
        "#]],
    );
}

#[test]
fn cash_is_recorded_by_hand_or_lapses_with_its_order() {
    let cash = |more: &[(i64, Event)]| [&[(0, ask(A, 1, CASH)), (0, opened(A, at(0)))], more].concat();
    check(
        shop_order(),
        &cash(&[(60, callback(A)), (61, Event::CustomerWaiting), (62, Event::Tick), (900, paid(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:00  A opened                   A opening → open | payment.opened | alarm: expiry
            0:01:00  A called back              unchanged
            0:01:01  customer waiting           noted
            0:01:02  tick                       unchanged
            0:15:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
        "#]],
    );
    check(
        shop_order(),
        &cash(&[(EXPIRY, Event::Tick), (EXPIRY + 9, paid(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:00  A opened                   A opening → open | payment.opened | alarm: expiry
            0:30:00  tick                       pending → expired | A open → expired | order.expired, payment.expired | alarm: none
            0:30:09  A seen paid 2500.00 DZD    expired → paid | A expired → paid | payment.paid, order.paid
        "#]],
    );
    let order = check(
        shop_order(),
        &cash(&[(60, cancel())]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:00  A opened                   A opening → open | payment.opened | alarm: expiry
            0:01:00  cancel                     pending → cancelled | A open → cancelled | order.cancelled, payment.cancelled | alarm: none
        "#]],
    );
    assert!(order.payments[0].state.link().is_some(), "the record keeps its number");
}

#[test]
fn an_order_is_cancelled_only_while_it_waits() {
    check(
        shop_order(),
        &[(1, cancel()), (2, cancel()), (3, ask(A, 1, LAPSES)), (EXPIRY, Event::Tick)],
        expect![[r#"
            0:00:01  cancel                     pending → cancelled | order.cancelled | alarm: none
            0:00:02  cancel                     unchanged
            0:00:03  ask A at account 1         refused: order_cancelled
            0:30:00  tick                       unchanged
        "#]],
    );
    check(
        shop_order(),
        &open_a(&[(60, declined(A)), (61, cancel())]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
            0:01:01  cancel                     failed → cancelled | order.cancelled | alarm: 10 s before the end of watch
        "#]],
    );
    check(
        shop_order(),
        &open_a(&[(60, paid(A)), (61, cancel()), (62, fulfil()), (63, cancel())]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:01:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
            0:01:01  cancel                     refused: order_already_paid
            0:01:02  fulfil                     paid → fulfilled | order.fulfilled
            0:01:03  cancel                     refused: order_already_paid
        "#]],
    );
    check(
        shop_order(),
        &[(EXPIRY, Event::Tick), (EXPIRY + 1, cancel())],
        expect![[r#"
            0:30:00  tick                       pending → expired | order.expired | alarm: none
            0:30:01  cancel                     refused: order_expired
        "#]],
    );
}

#[test]
fn only_a_paid_order_is_fulfilled() {
    check(
        shop_order(),
        &open_a(&[
            (2, fulfil()),
            (60, declined(A)),
            (61, fulfil()),
            (62, paid(A)),
            (63, fulfil()),
            (64, fulfil()),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  fulfil                     refused: order_not_paid
            0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
            0:01:01  fulfil                     refused: order_not_paid
            0:01:02  A seen paid 2500.00 DZD    failed → paid | A failed → paid | payment.paid, order.paid | alarm: none
            0:01:03  fulfil                     paid → fulfilled | order.fulfilled
            0:01:04  fulfil                     unchanged
        "#]],
    );
    check(
        shop_order(),
        &[(0, cancel()), (1, fulfil())],
        expect![[r#"
            0:00:00  cancel                     pending → cancelled | order.cancelled | alarm: none
            0:00:01  fulfil                     refused: order_not_paid
        "#]],
    );
    check(
        shop_order(),
        &[(EXPIRY, Event::Tick), (EXPIRY + 1, fulfil())],
        expect![[r#"
            0:30:00  tick                       pending → expired | order.expired | alarm: none
            0:30:01  fulfil                     refused: order_not_paid
        "#]],
    );
}

#[test]
fn an_order_has_twenty_payments_at_the_most() {
    let mut order = shop_order();
    for number in 0..20 {
        for event in [ask(A + number, 1, LAPSES), refused(A + number)] {
            order = after(&order, &decide(&order, &event, at(1)).unwrap());
        }
    }
    check(
        order,
        &[(2, ask(A, 1, LAPSES)), (3, ask(b'z', 1, LAPSES))],
        expect![[r#"
            0:00:02  ask A at account 1         unchanged
            0:00:03  ask z at account 1         refused: too_many_payments
        "#]],
    );
}

#[test]
fn a_flood_of_callbacks_brings_one_check_forward_and_no_earlier_than_the_gateway_lets_us() {
    let story = open_a(&[
        (31, pending(A)),
        (32, callback(A)),
        (33, callback(A)),
        (34, callback(A)),
        (35, Event::Tick),
        (36, Event::Tick),
        (37, callback(A)),
        (38, pending(A)),
        (39, callback(A)),
        (40, paid(A)),
        (41, callback(A)),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  A seen pending             alarm: in 30 s
            0:00:32  A called back              payment.called_back | alarm: in 4 s
            0:00:33  A called back              unchanged
            0:00:34  A called back              unchanged
            0:00:35  tick                       unchanged
            0:00:36  tick                       due: check A
            0:00:37  A called back              unchanged
            0:00:38  A seen pending             alarm: in 30 s
            0:00:39  A called back              payment.called_back | alarm: in 4 s
            0:00:40  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
            0:00:41  A called back              unchanged
        "#]],
    );
    check(
        shop_order(),
        &[(1, callback(A)), (2, ask(A, 1, LAPSES)), (3, callback(A)), (4, lost(A)), (5, callback(A))],
        expect![[r#"
            0:00:01  A called back              refused: no_such_payment
            0:00:02  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:03  A called back              unchanged
            0:00:04  A answer lost              A opening → unknown | payment.unknown | alarm: in 20 min
            0:00:05  A called back              unchanged
        "#]],
    );
}

#[test]
fn a_waiting_customer_makes_checks_frequent_for_two_minutes() {
    let eager = crate::payment::PaymentTerms { min_check_interval_ms: 1_000, ..LAPSES };
    let story = [
        (0, ask(A, 1, eager)),
        (1, opened(A, at(1))),
        (2, Event::CustomerWaiting),
        (3, Event::CustomerWaiting),
        (4, pending(A)),
        (32, Event::CustomerWaiting),
        (33, pending(A)),
        (151, pending(A)),
        (152, pending(A)),
        (153, paid(A)),
        (200, Event::CustomerWaiting),
    ];
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  customer waiting           alarm: now
            0:00:03  customer waiting           unchanged
            0:00:04  A seen pending             alarm: in 3 s
            0:00:32  customer waiting           noted
            0:00:33  A seen pending             alarm: in 3 s
            0:02:31  A seen pending             alarm: in 3 s
            0:02:32  A seen pending             alarm: in 30 s
            0:02:33  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
            0:03:20  customer waiting           unchanged
        "#]],
    );
    check(
        shop_order(),
        &open_a(&[(2, Event::CustomerWaiting), (3, pending(A)), (5, trouble(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  customer waiting           alarm: now
            0:00:03  A seen pending             alarm: in 5 s
            0:00:05  A seen nothing             payment.trouble | alarm: in 5 s
        "#]],
    );
}

#[test]
fn checks_become_rarer_with_the_age_of_the_payment() {
    let mut order = shop_order();
    order.terms.expires_at_ms = at(86_400);
    order.terms.watch_until_ms = at(2 * 86_400);
    let minutes = [(1, 30), (9, 30), (10, 60), (59, 60), (60, 300), (359, 300), (360, 900), (1_400, 900)];
    for (age_min, interval_s) in minutes {
        let mut order = order.clone();
        for (at_s, event) in open_a(&[(age_min * 60, pending(A))]) {
            order = after(&order, &decide(&order, &event, at(at_s)).unwrap());
        }
        assert_eq!(order.wake_at_ms(), Some(at(age_min * 60 + interval_s)), "{age_min} min");
    }
}

#[test]
fn a_clock_that_was_set_back_keeps_nobody_waiting() {
    let day = 86_400;
    let story = open_a(&[
        (day, pending(A)),
        (day, Event::CustomerWaiting),
        (60, callback(A)),
        (61, Event::CustomerWaiting),
        (62, pending(A)),
        (200, pending(A)),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        24:00:00 A seen pending             alarm: expiry
        24:00:00 customer waiting           noted
        0:01:00  A called back              payment.called_back | alarm: now
        0:01:01  customer waiting           noted
        0:01:02  A seen pending             alarm: in 5 s
        0:03:20  A seen pending             alarm: in 30 s
    "#]],
    );
    // What was looked at in a future that never came is looked at again before it expires.
    check(
        shop_order(),
        &open_a(&[(day, pending(A)), (EXPIRY, Event::Tick), (EXPIRY + 1, paid(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            24:00:00 A seen pending             alarm: expiry
            0:30:00  tick                       due: check A
            0:30:01  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
        "#]],
    );
}

#[test]
fn a_lost_payment_is_asked_about_before_its_order_expires_and_before_the_watch_over_it_ends() {
    let story = [
        (0, ask(A, 1, LOOKUP)),
        (WATCH_END + 1, Event::Tick),
        (WATCH_END + 1, Event::Tick),
        (WATCH_END + 2, trouble(A)),
        (WATCH_END + 3, Event::Tick),
        (WATCH_END + 4, Event::Tick),
    ];
    check(
        shop_order(),
        &story,
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            24:30:01 tick                       A opening → unknown | payment.unknown | alarm: expiry, due: check A
            24:30:01 tick                       due: check A
            24:30:02 A seen nothing             payment.trouble
            24:30:03 tick                       pending → expired | order.expired | alarm: end of watch
            24:30:04 tick                       needs you: undecided | A unknown → expired | order.needs_you, payment.expired | alarm: none
        "#]],
    );
}

#[test]
fn money_is_taken_only_under_a_name_of_its_payment() {
    let play = |reference: String| {
        let order = open_order();
        after(&order, &decide(&order, &paid_under(A, reference), at(60)).unwrap())
    };
    for name in [reference(A), pay(A).to_string()] {
        assert_eq!(play(name).state.paid_by(), Some(pay(A)));
    }
    for name in [reference(B), pay(B).to_string(), "REF-A".to_owned(), " ref-A".to_owned(), String::new()] {
        let order = play(name.clone());
        let payment = &order.payments[0];
        assert_eq!((order.state.status(), payment.state.status()), ("pending", "open"), "{name:?}");
        assert!(payment.in_trouble && !order.needs_you(), "{name:?}");
        assert_eq!(payment.check_at_ms, Some(at(90)), "{name:?}");
    }
    let decision = decide(&open_order(), &paid_under(A, reference(B)), at(60)).unwrap();
    expect!["A check told us nothing (other_reference); the checks go on. ref-B"]
        .assert_eq(&entries(&decision)[0].why);
}

/// A, whose gateway told nothing to the end of the watch; then what follows.
fn silent_a(more: &[(i64, Event)]) -> Vec<(i64, Event)> {
    let story = [
        (EXPIRY - 9, trouble(A)),
        (EXPIRY, Event::Tick),
        (WATCH_END - 9, trouble(A)),
        (WATCH_END, Event::Tick),
        (WATCH_END, Event::Tick),
    ];
    open_a(&[&story[..], more].concat())
}

#[test]
fn what_nobody_could_tell_is_held_for_a_person_to_dismiss() {
    let order = check(
        shop_order(),
        &silent_a(&[
            (WATCH_END + 60, trouble(A)),
            (WATCH_END + 61, pending(A)),
            (WATCH_END + 62, Event::Tick),
            (WATCH_END + 63, resolve(A, Resolution::Honour)),
            (WATCH_END + 64, resolve(A, Resolution::Dismiss)),
            (WATCH_END + 65, resolve(A, Resolution::Dismiss)),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:29:51  A seen nothing             payment.trouble | alarm: expiry
            0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
            24:29:51 A seen nothing             alarm: end of watch
            24:30:00 tick                       needs you: undecided | A open → expired | order.needs_you, payment.expired | alarm: none
            24:30:00 tick                       unchanged
            24:31:00 A seen nothing             noted
            24:31:01 A seen pending             noted
            24:31:02 tick                       unchanged
            24:31:03 honour A                   refused: not_honourable
            24:31:04 dismiss A                  resolved: undecided | order.resolved
            24:31:05 dismiss A                  refused: nothing_held
        "#]],
    );
    assert_eq!((order.held.len(), order.needs_you()), (1, false));
}

#[test]
fn what_nobody_could_tell_is_settled_by_the_gateways_late_word() {
    for policy in [LatePolicy::Honour, LatePolicy::Hold] {
        let story = silent_a(&[(WATCH_END + 60, paid(A)), (WATCH_END + 90, resolve(A, Resolution::Honour))]);
        let expected = match policy {
            LatePolicy::Honour => expect![[r#"
                0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
                0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
                0:29:51  A seen nothing             payment.trouble | alarm: expiry
                0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
                24:29:51 A seen nothing             alarm: end of watch
                24:30:00 tick                       needs you: undecided | A open → expired | order.needs_you, payment.expired | alarm: none
                24:30:00 tick                       unchanged
                24:31:00 A seen paid 2500.00 DZD    expired → paid, resolved: undecided | A expired → paid | payment.paid, order.resolved, order.paid
                24:31:30 honour A                   refused: nothing_held
            "#]],
            LatePolicy::Hold => expect![[r#"
                0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
                0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
                0:29:51  A seen nothing             payment.trouble | alarm: expiry
                0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
                24:29:51 A seen nothing             alarm: end of watch
                24:30:00 tick                       needs you: undecided | A open → expired | order.needs_you, payment.expired | alarm: none
                24:30:00 tick                       unchanged
                24:31:00 A seen paid 2500.00 DZD    resolved: undecided, needs you: paid_late | A expired → paid | payment.paid, order.resolved, order.needs_you
                24:31:30 honour A                   expired → paid, resolved: paid_late | order.resolved, order.paid
            "#]],
        };
        let order = check(with(policy), &story, expected);
        assert_eq!((order.state.paid_by(), order.needs_you()), (Some(pay(A)), false));
    }
    let order = check(
        shop_order(),
        &silent_a(&[(WATCH_END + 60, declined(A)), (WATCH_END + 90, paid(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:29:51  A seen nothing             payment.trouble | alarm: expiry
            0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
            24:29:51 A seen nothing             alarm: end of watch
            24:30:00 tick                       needs you: undecided | A open → expired | order.needs_you, payment.expired | alarm: none
            24:30:00 tick                       unchanged
            24:31:00 A seen declined            resolved: undecided | order.resolved
            24:31:30 A seen paid 2500.00 DZD    expired → paid | A expired → paid | payment.paid, order.paid
        "#]],
    );
    assert!(!order.needs_you());
}

#[test]
fn what_a_person_dismissed_may_still_be_paid() {
    check(
        shop_order(),
        &silent_a(&[
            (WATCH_END + 60, resolve(A, Resolution::Dismiss)),
            (WATCH_END + 90, callback(A)),
            (WATCH_END + 91, Event::Tick),
            (WATCH_END + 92, paid(A)),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:29:51  A seen nothing             payment.trouble | alarm: expiry
            0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
            24:29:51 A seen nothing             alarm: end of watch
            24:30:00 tick                       needs you: undecided | A open → expired | order.needs_you, payment.expired | alarm: none
            24:30:00 tick                       unchanged
            24:31:00 dismiss A                  resolved: undecided | order.resolved
            24:31:30 A called back              payment.called_back | alarm: now
            24:31:31 tick                       alarm: none, due: check A
            24:31:32 A seen paid 2500.00 DZD    expired → paid | A expired → paid | payment.paid, order.paid
        "#]],
    );
}

#[test]
fn an_answer_that_comes_after_the_watch_asks_a_person_once() {
    let story = [
        (0, ask(A, 1, LOOKUP)),
        (30, lost(A)),
        (EXPIRY - 9, trouble(A)),
        (EXPIRY, Event::Tick),
        (WATCH_END - 9, trouble(A)),
        (WATCH_END, Event::Tick),
        (WATCH_END, Event::Tick),
        (WATCH_END + 60, opened(A, at(WATCH_END + 60))),
        (WATCH_END + 61, Event::Tick),
        (WATCH_END + 62, Event::Tick),
    ];
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
        0:29:51  A seen nothing             payment.trouble | alarm: expiry
        0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
        24:29:51 A seen nothing             alarm: end of watch
        24:30:00 tick                       needs you: undecided | A unknown → expired | order.needs_you, payment.expired | alarm: none
        24:30:00 tick                       unchanged
        24:31:00 A opened                   A expired → open | payment.opened | alarm: end of watch
        24:31:01 tick                       A open → expired | payment.expired | alarm: none
        24:31:02 tick                       unchanged
    "#]],
    );
}

#[test]
fn a_gateway_that_spoke_in_the_end_leaves_nothing_undecided() {
    check(
        shop_order(),
        &open_a(&[
            (EXPIRY - 9, trouble(A)),
            (EXPIRY, Event::Tick),
            (WATCH_END - 9, pending(A)),
            (WATCH_END, Event::Tick),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:29:51  A seen nothing             payment.trouble | alarm: expiry
            0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
            24:29:51 A seen pending             alarm: end of watch
            24:30:00 tick                       A open → expired | payment.expired | alarm: none
        "#]],
    );
}

#[test]
fn a_second_payment_that_nobody_could_tell_of_is_held_though_the_order_is_paid() {
    check(
        shop_order(),
        &open_both(&[
            (60, paid(A)),
            (WATCH_END - 9, trouble(B)),
            (WATCH_END, Event::Tick),
            (WATCH_END, Event::Tick),
            (WATCH_END + 60, paid(B)),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:00:03  B opened                   B opening → open | payment.opened
            0:01:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: in 30 s
            24:29:51 B seen nothing             payment.trouble | alarm: end of watch
            24:30:00 tick                       needs you: undecided | B open → expired | order.needs_you, payment.expired | alarm: none
            24:30:00 tick                       unchanged
            24:31:00 B seen paid 2500.00 DZD    resolved: undecided, needs you: paid_twice | B expired → paid | payment.paid, order.resolved, order.needs_you
        "#]],
    );
}

#[test]
fn a_question_about_a_failed_payment_is_put_until_it_is_answered() {
    for reason in [FailureReason::Declined, FailureReason::Cancelled, FailureReason::LinkExpired] {
        let word = failed(A, reason.clone());
        let order = open_a(&[(60, word.clone())]).iter().fold(shop_order(), |order, (at_s, event)| {
            after(&order, &decide(&order, event, at(*at_s)).unwrap())
        });
        let mut alarms = Vec::new();
        let mut playing = order;
        for (at_s, event) in [
            (EXPIRY - 10, trouble(A)),
            (EXPIRY, Event::Tick),
            (EXPIRY + 60, trouble(A)),
            (EXPIRY + 120, word),
            (WATCH_END - 10, trouble(A)),
            (WATCH_END, Event::Tick),
        ] {
            playing = after(&playing, &decide(&playing, &event, at(at_s)).unwrap());
            alarms.push(moment(playing.wake_at_ms(), at(at_s)));
        }
        let expected = ["expiry", "in 60 s", "in 60 s", "10 s before the end of watch", "none", "none"];
        assert_eq!(alarms, expected, "{reason:?}");
        assert!(!playing.needs_you(), "{reason:?}");
    }
}

#[test]
fn the_failed_payment_of_a_paid_order_is_looked_at_once_more_and_the_paying_one_is_not() {
    let order = check(
        shop_order(),
        &open_both(&[(30, declined(B)), (60, paid(A)), (61, fulfil()), (WATCH_END - 10, Event::Tick)]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:00:03  B opened                   B opening → open | payment.opened
            0:00:30  B seen declined            B open → failed | payment.failed
            0:01:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: 10 s before the end of watch
            0:01:01  fulfil                     paid → fulfilled | order.fulfilled
            24:29:50 tick                       due: check B
        "#]],
    );
    let checks: Vec<_> = order.payments.iter().map(|payment| payment.check_at_ms).collect();
    assert_eq!(checks, [None, Some(at(WATCH_END - 10))]);
    check(
        order,
        &[(WATCH_END - 9, declined(B)), (WATCH_END, Event::Tick)],
        expect![[r#"
        24:29:51 B seen declined            alarm: none
        24:30:00 tick                       unchanged
    "#]],
    );
}

#[test]
fn a_link_is_opened_again_only_while_its_order_waits() {
    let lost_then = |more: &[(i64, Event)]| [&[(0, ask(A, 1, AGAIN)), (30, lost(A))], more].concat();
    check(
        shop_order(),
        &lost_then(&[(60, Event::Tick), (61, cancel()), (91, Event::Tick)]),
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
        0:01:00  tick                       due: open A
        0:01:01  cancel                     pending → cancelled | order.cancelled | alarm: in 30 s
        0:01:31  tick                       alarm: end of watch
    "#]],
    );
    // Not even in the tick that ends the waiting.
    check(
        shop_order(),
        &lost_then(&[(EXPIRY, Event::Tick), (EXPIRY + 60, Event::Tick), (WATCH_END, Event::Tick)]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
            0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
            0:31:00  tick                       alarm: end of watch
            24:30:00 tick                       A unknown → expired | payment.expired | alarm: none
        "#]],
    );
}

#[test]
fn a_callback_after_the_watch_is_answered_by_one_check() {
    let story = [
        (0, ask(A, 1, LAPSES)),
        (1, opened(A, at(1))),
        (WATCH_END, pending(A)),
        (WATCH_END, Event::Tick),
        (WATCH_END + 1, Event::Tick),
        (WATCH_END + 2, callback(A)),
        (WATCH_END + 3, Event::Tick),
        (WATCH_END + 5, Event::Tick),
        (WATCH_END + 6, Event::Tick),
    ];
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        24:30:00 A seen pending             alarm: expiry
        24:30:00 tick                       pending → expired | order.expired | alarm: end of watch
        24:30:01 tick                       A open → expired | payment.expired | alarm: none
        24:30:02 A called back              payment.called_back | alarm: in 3 s
        24:30:03 tick                       unchanged
        24:30:05 tick                       alarm: none, due: check A
        24:30:06 tick                       unchanged
    "#]],
    );
}

#[test]
fn the_alarm_is_the_earliest_of_what_is_due() {
    let order = open_order();
    let with_check = |check_at_ms| {
        let payments = vec![Payment { check_at_ms, ..order.payments[0].clone() }];
        Order { payments, ..order.clone() }
    };
    let expired = OrderState::Expired { at_ms: EXPIRY_MS };
    for (order, expected, case) in [
        (shop_order(), Some(EXPIRY_MS), "no payment: the expiry"),
        (with_check(Some(at(40))), Some(at(40)), "a check before the expiry"),
        (with_check(Some(at(EXPIRY + 40))), Some(EXPIRY_MS), "the expiry before a check"),
        (with_check(None), Some(EXPIRY_MS), "nothing to ask: the expiry"),
        (Order { state: OrderState::Failed, ..with_check(None) }, Some(EXPIRY_MS), "failed waits too"),
        (
            Order { state: expired.clone(), ..with_check(None) },
            Some(WATCH_END_MS),
            "a live payment: the watch",
        ),
        (Order { state: expired.clone(), ..shop_order() }, None, "expired, nothing lives"),
        (Order { state: expired, ..with_check(Some(at(9_999))) }, Some(at(9_999)), "a check in the watch"),
    ] {
        assert_eq!(order.wake_at_ms(), expected, "{case}");
    }
}

#[test]
fn the_shop_is_told_who_did_it() {
    let event = Event::CancelRequested { actor: Actor::Operator };
    let decision = decide(&shop_order(), &event, at(1)).unwrap();
    expect!["The operator called the order off."].assert_eq(&entries(&decision)[0].why);
}
