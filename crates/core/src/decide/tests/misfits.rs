//! Money that does not fit, and answers that contradict each other.

use super::*;

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
