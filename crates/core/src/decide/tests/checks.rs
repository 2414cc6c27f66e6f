//! When the gateway is asked: callbacks, waiting customers, clocks set back.

use std::sync::Arc;

use super::*;

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
            0:00:37  A called back              noted
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

/// The gateway was asked before the callback came and answers after it.
#[test]
fn a_callback_during_a_check_is_not_forgotten_when_that_check_saw_nothing() {
    let asked = |at_s: i64, mut event: Event| {
        if let Event::Checked { asked_at_ms, .. } = &mut event {
            *asked_at_ms = START_MS + at_s * 1_000;
        }
        event
    };
    check(
        shop_order(),
        &open_a(&[
            (31, Event::Tick),
            (32, callback(A)),
            (33, callback(A)),
            (34, asked(31, pending(A))),
            (39, Event::Tick),
            (40, asked(39, pending(A))),
            (71, asked(70, trouble(A))),
            (72, callback(A)),
            (78, asked(71, failed(A, FailureReason::Declined))),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  tick                       due: check A
            0:00:32  A called back              noted
            0:00:33  A called back              noted
            0:00:34  A seen pending             alarm: in 5 s
            0:00:39  tick                       due: check A
            0:00:40  A seen pending             alarm: in 30 s
            0:01:11  A seen nothing             payment.trouble | alarm: in 30 s
            0:01:12  A called back              payment.called_back | alarm: in 4 s
            0:01:18  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: in 5 s
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
    let terms = Arc::make_mut(&mut order.terms);
    terms.expires_at_ms = at(86_400);
    terms.watch_until_ms = at(2 * 86_400);
    let minutes = [(1, 30), (9, 30), (10, 60), (59, 60), (60, 300), (359, 300), (360, 900), (1_400, 900)];
    for (age_min, interval_s) in minutes {
        let mut order = order.clone();
        for (at_s, event) in open_a(&[(age_min * 60, pending(A))]) {
            order = after(&order, &decide(&order, &event, at(at_s)).unwrap());
        }
        assert_eq!(order.wake_at_ms(), Some(at(age_min * 60 + interval_s)), "{age_min} min");
    }
}

/// What was planned while the clock was ahead is planned anew, and what was planned before it went ahead stays.
#[test]
fn checks_come_nearer_when_the_clock_is_set_back() {
    let hour = 3_600;
    check(
        shop_order(),
        &open_a(&[(hour, pending(A)), (60, Event::ClockSetBack), (60, Event::ClockSetBack)]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            1:00:00  A seen pending             alarm: expiry
            0:01:00  clock set back             alarm: in 30 s
            0:01:00  clock set back             unchanged
        "#]],
    );
    check(
        shop_order(),
        &open_a(&[(20, Event::ClockSetBack)]),
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:00:20  clock set back             unchanged
    "#]],
    );
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
