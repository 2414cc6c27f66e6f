//! Gateways that tell nothing to the end, and the last looks.

use super::*;

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
            24:30:00 tick                       needs you: undecided | A unknown → expired | order.needs_you, payment.expired | alarm: none
        "#]],
    );
}

#[test]
fn what_could_only_be_opened_again_and_never_answered_is_held_at_the_end() {
    let story = [(0, ask(A, 1, AGAIN)), (30, lost(A)), (EXPIRY, Event::Tick), (WATCH_END, Event::Tick)];
    let order = check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
        0:30:00  tick                       pending → expired | order.expired | alarm: in 60 s
        24:30:00 tick                       needs you: undecided | A unknown → expired | order.needs_you, payment.expired | alarm: none
    "#]],
    );
    assert!(order.needs_you());
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
    let event = Event::CancelRequested { actor: Actor::Operator { login: "amina".to_owned() } };
    let decision = decide(&shop_order(), &event, at(1)).unwrap();
    expect!["The operator (amina) called the order off."].assert_eq(&entries(&decision)[0].why);
    let decision = decide(&shop_order(), &ask(A, 1, LAPSES), at(1)).unwrap();
    expect!["The customer asked for a payment through ocpay."].assert_eq(&entries(&decision)[0].why);
}

#[test]
fn what_stays_unclear_is_put_before_a_person_in_good_time() {
    let order = check(
        shop_order(),
        &open_a(&[
            (31, unclear(A)),
            (61, trouble(A)),
            (120, unclear(A)),
            (211, unclear(A)),
            (212, ask(B, 2, LAPSES)),
            (241, unclear(A)),
            (300, resolve(A, Resolution::Honour)),
            (301, resolve(A, Resolution::Dismiss)),
            (302, ask(B, 2, LAPSES)),
            (600, unclear(A)),
            (WATCH_END - 9, unclear(A)),
            (WATCH_END, Event::Tick),
            (WATCH_END, Event::Tick),
        ]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  A seen something unclear   payment.trouble | alarm: in 30 s
            0:01:01  A seen nothing             alarm: in 30 s
            0:02:00  A seen something unclear   alarm: in 30 s
            0:03:31  A seen something unclear   needs you: undecided | order.needs_you | alarm: in 30 s
            0:03:32  ask B at account 2         refused: payment_undecided
            0:04:01  A seen something unclear   alarm: in 30 s
            0:05:00  honour A                   refused: not_honourable
            0:05:01  dismiss A                  resolved: undecided | order.resolved
            0:05:02  ask B at account 2         B new → opening | payment.opening | due: open B
            0:10:00  A seen something unclear   alarm: now
            24:29:51 A seen something unclear   noted
            24:30:00 tick                       pending → expired | B opening → unknown | payment.unknown, order.expired | alarm: now
            24:30:00 tick                       A open → expired, B unknown → expired | payment.expired, payment.expired | alarm: none
        "#]],
    );
    assert_eq!((order.held.len(), order.needs_you()), (1, false));
}

#[test]
fn what_becomes_clear_needs_nobody() {
    for (seen, expected) in [
        (
            pending(A),
            expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  A seen something unclear   payment.trouble | alarm: in 30 s
            0:03:31  A seen something unclear   needs you: undecided | order.needs_you | alarm: in 30 s
            0:04:01  A seen pending             resolved: undecided | order.resolved | alarm: in 30 s
            0:04:31  A seen something unclear   payment.trouble | alarm: in 30 s
            0:06:40  A seen something unclear   alarm: in 30 s
        "#]],
        ),
        (
            declined(A),
            expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  A seen something unclear   payment.trouble | alarm: in 30 s
            0:03:31  A seen something unclear   needs you: undecided | order.needs_you | alarm: in 30 s
            0:04:01  A seen declined            pending → failed, resolved: undecided | A open → failed | payment.failed, order.resolved, order.failed | alarm: 10 s before expiry
            0:04:31  A seen something unclear   payment.trouble | alarm: in 30 s
            0:06:40  A seen something unclear   alarm: in 30 s
        "#]],
        ),
        (
            paid(A),
            expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:31  A seen something unclear   payment.trouble | alarm: in 30 s
            0:03:31  A seen something unclear   needs you: undecided | order.needs_you | alarm: in 30 s
            0:04:01  A seen paid 2500.00 DZD    pending → paid, resolved: undecided | A open → paid | payment.paid, order.resolved, order.paid | alarm: none
            0:04:31  A seen something unclear   unchanged
            0:06:40  A seen something unclear   unchanged
        "#]],
        ),
    ] {
        let story = [(31, unclear(A)), (211, unclear(A)), (241, seen), (271, unclear(A)), (400, unclear(A))];
        let order = check(shop_order(), &open_a(&story), expected);
        assert!(!order.needs_you());
    }
}

#[test]
fn a_gateway_that_cannot_be_reached_is_waited_for() {
    let mut order = open_order();
    for at_s in (31..3_600).step_by(30) {
        let decision = decide(&order, &trouble(A), at(at_s)).unwrap();
        order = after(&order, &decision);
    }
    assert!(order.payments[0].in_trouble && !order.needs_you());
}
