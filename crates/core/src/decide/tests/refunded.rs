//! Money that went back, as a person recorded it.

use super::*;

fn dinars(whole: i64) -> Money {
    Money::from_major(whole, Currency::DZD).expect("an amount")
}

#[test]
fn no_more_goes_back_than_came() {
    let story = open_a(&[
        (30, refund(b'O', A, dinars(1))),
        (60, paid(A)),
        (61, refund(b'P', A, dinars(1000))),
        (62, refund(b'P', A, dinars(1000))),
        (63, refund(b'Q', A, dinars(1501))),
        (64, refund(b'Q', A, Money::new(1500, Currency::XOF))),
        (65, refund(b'Q', B, dinars(1500))),
        (66, refund(b'Q', A, dinars(1500))),
        (67, refund(b'R', A, dinars(1))),
        (68, fulfil()),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:00:30  1.00 DZD of A went back    refused: nothing_to_refund
        0:01:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
        0:01:01  1000.00 DZD of A went back went back: 1000.00 DZD | order.refunded
        0:01:02  1000.00 DZD of A went back unchanged
        0:01:03  1501.00 DZD of A went back refused: refund_exceeds_paid
        0:01:04  1500 XOF of A went back    refused: refund_currency
        0:01:05  1500.00 DZD of B went back refused: no_such_payment
        0:01:06  1500.00 DZD of A went back went back: 1500.00 DZD | order.refunded
        0:01:07  1.00 DZD of A went back    refused: nothing_to_refund
        0:01:08  fulfil                     paid → fulfilled | order.fulfilled
    "#]],
    );
}

#[test]
fn a_record_that_was_a_mistake_is_withdrawn_and_the_money_is_there_again() {
    let story = open_a(&[
        (60, paid(A)),
        (61, refund(b'P', A, dinars(2500))),
        (62, withdraw_refund(b'Z')),
        (63, withdraw_refund(b'P')),
        (64, refund(b'P', A, dinars(2500))),
        (65, refund(b'Q', A, dinars(2500))),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
        0:01:01  2500.00 DZD of A went back went back: 2500.00 DZD | order.refunded
        0:01:02  a refund withdrawn         refused: no_such_refund
        0:01:03  a refund withdrawn         did not go back: 2500.00 DZD | order.refund_withdrawn
        0:01:04  2500.00 DZD of A went back unchanged
        0:01:05  2500.00 DZD of A went back went back: 2500.00 DZD | order.refunded
    "#]],
    );
}

#[test]
fn held_money_goes_back_by_what_came_and_not_by_what_was_asked_for() {
    let story = open_both(&[
        (60, underpaid(A)),
        (61, refund(b'P', A, dinars(1))),
        (62, refund(b'P', A, Money::new(5, Currency::DZD))),
        (63, resolve(A, Resolution::Dismiss)),
        (64, receipt(B, Some(Money::new(2500, Currency::XOF)), None)),
        (65, refund(b'Q', B, Money::new(2500, Currency::XOF))),
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
        0:01:01  1.00 DZD of A went back    refused: refund_exceeds_paid
        0:01:02  0.05 DZD of A went back    went back: 0.05 DZD | order.refunded
        0:01:03  dismiss A                  resolved: amount_mismatch | order.resolved
        0:01:04  B seen paid 2500 XOF       needs you: amount_mismatch | B open → paid | payment.paid, order.needs_you | alarm: expiry
        0:01:05  2500 XOF of B went back    went back: 2500 XOF | order.refunded
    "#]],
    );
}

#[test]
fn of_a_forgotten_payment_of_which_nobody_tells_the_amount_nothing_goes_back() {
    let story = [(0, tie(A, 1, LAPSES)), (1, receipt(A, None, None)), (2, refund(b'P', A, dinars(1)))];
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  A tied                     A new → processing | payment.tied | alarm: now, due: check A
        0:00:01  A seen paid                needs you: amount_mismatch | A processing → paid | payment.paid, order.needs_you | alarm: expiry
        0:00:02  1.00 DZD of A went back    refused: nothing_to_refund
    "#]],
    );
}
