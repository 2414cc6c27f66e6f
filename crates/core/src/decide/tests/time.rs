//! Expiry, the watch after it, and what the shop asks for.

use super::*;

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
