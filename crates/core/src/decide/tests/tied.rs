//! A payment that nothing was known of, tied to an order: it is checked, and only a check that matches settles.

use crate::order::HeldKind;
use crate::refusal::Refusal;

use super::*;

#[test]
fn money_of_a_forgotten_payment_settles_once_it_was_checked() {
    check(
        shop_order(),
        &[(5, tie(A, 1, LAPSES)), (6, paid(A)), (7, paid(A))],
        expect![[r#"
            0:00:05  A tied                     A new → processing | payment.tied | alarm: now, due: check A
            0:00:06  A seen paid 2500.00 DZD    pending → paid | A processing → paid | payment.paid, order.paid | alarm: none
            0:00:07  A seen paid 2500.00 DZD    unchanged
        "#]],
    );
}

#[test]
fn no_second_payment_is_opened_while_it_is_undecided() {
    let order = after(&shop_order(), &decide(&shop_order(), &tie(A, 1, LAPSES), at(5)).unwrap());
    for account in [1, 2] {
        let asked = decide(&order, &ask(B, account, LAPSES), at(6));
        assert_eq!(asked.err(), Some(Refusal::PaymentUndecided), "account {account}");
    }
}

#[test]
fn once_it_failed_the_customer_may_pay_again() {
    check(
        shop_order(),
        &[(5, tie(A, 1, LAPSES)), (6, declined(A)), (7, ask(B, 1, LAPSES))],
        expect![[r#"
        0:00:05  A tied                     A new → processing | payment.tied | alarm: now, due: check A
        0:00:06  A seen declined            pending → failed | A processing → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:00:07  ask B at account 1         failed → pending | B new → opening | payment.opening, order.reopened | alarm: in 90 s, due: open B
    "#]],
    );
}

#[test]
fn money_that_does_not_fit_is_held() {
    let twice = open_a(&[(60, paid(A)), (70, tie(B, 1, LAPSES)), (71, paid(B))]);
    for (order, story, held) in [
        (shop_order(), vec![(5, tie(A, 1, LAPSES)), (6, underpaid(A))], HeldKind::AmountMismatch),
        (shop_order(), vec![(5, tie(A, 1, LAPSES)), (6, receipt(A, None, None))], HeldKind::AmountMismatch),
        (
            shop_order(),
            vec![
                (5, tie(A, 1, LAPSES)),
                (6, receipt(A, Some(Money::new(PRICE, Currency::DZD)), Some(Environment::Test))),
            ],
            HeldKind::WrongEnvironment,
        ),
        (shop_order(), twice, HeldKind::PaidTwice),
        (
            with(LatePolicy::Hold),
            vec![(5, cancel()), (6, tie(A, 1, LAPSES)), (7, paid(A))],
            HeldKind::PaidLate,
        ),
    ] {
        let end = story
            .iter()
            .fold(order, |order, (at_s, event)| after(&order, &decide(&order, event, at(*at_s)).unwrap()));
        let kinds: Vec<_> = end.held.iter().map(|held| held.kind).collect();
        assert_eq!(kinds, [held]);
    }
}

#[test]
fn an_order_whose_watch_has_ended_is_checked_all_the_same() {
    check(
        shop_order(),
        &[
            (EXPIRY, Event::Tick),
            (WATCH_END + 60, tie(A, 1, LAPSES)),
            (WATCH_END + 61, Event::Tick),
            (WATCH_END + 62, paid(A)),
        ],
        expect![[r#"
            0:30:00  tick                       pending → expired | order.expired | alarm: none
            24:31:00 A tied                     A new → processing | payment.tied | alarm: end of watch, due: check A
            24:31:01 tick                       due: check A
            24:31:02 A seen paid 2500.00 DZD    expired → paid | A processing → paid | payment.paid, order.paid | alarm: none
        "#]],
    );
}

#[test]
fn an_order_has_so_many_payments_and_no_more() {
    let mut order = fixtures::order(Environment::Live, both(LatePolicy::Honour));
    for letter in A..A + 20 {
        order = after(&order, &decide(&order, &tie(letter, 1, LAPSES), at(5)).unwrap());
    }
    assert_eq!(decide(&order, &tie(b'Z', 1, LAPSES), at(6)).err(), Some(Refusal::TooManyPayments));
    assert!(matches!(decide(&order, &tie(A, 1, LAPSES), at(6)), Ok(Decision::Unchanged)));
}
