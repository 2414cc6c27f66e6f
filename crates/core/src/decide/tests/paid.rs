//! What becomes of money: paid once, twice, late, or after the order was called off.

use super::*;

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
    assert_eq!(order.state, OrderState::Paid { payment: Some(pay(A)), at_ms: at(91), late: false });
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
        (
            CASH,
            expect![
                "The shop (key_01kge3h900f44rj289144gj289) recorded by hand: 2500.00 DZD paid under ref-A."
            ],
        ),
    ] {
        let mut order = open_order();
        order.payments[0].terms = terms;
        let money = Some(Money::new(PRICE, Currency::DZD));
        let seen = Seen::Paid(Evidence {
            money,
            reference: reference(A),
            environment: None,
            receipt: Receipt::default(),
        });
        let event = Event::Checked { payment: pay(A), asked_at_ms: i64::MAX, seen, actor: shop() };
        expected.assert_eq(&entries(&decide(&order, &event, at(60)).unwrap())[0].why);
    }
}

#[test]
fn what_the_gateway_told_is_kept() {
    let francs = |amount| Some(Money::new(amount, Currency::DZD));
    for (when_opened, when_paid, kept) in [
        (None, None, None),
        (francs(6), None, francs(6)),
        (None, francs(5), francs(5)),
        (francs(6), francs(0), francs(0)),
    ] {
        let mut order = open_order();
        let PaymentState::Open { link } = &mut order.payments[0].state else { panic!("it is open") };
        link.fee = when_opened;
        let told = Receipt {
            operator: Some("OM".to_owned()),
            paid_from: Some("+2250707000001".to_owned()),
            transaction: Some("MP220915.2257.A76307".to_owned()),
            fee: when_paid,
            charged: francs(2_506),
            funds_at_ms: Some(at(3_600)),
        };
        let money = francs(PRICE);
        let evidence = Evidence { money, reference: reference(A), environment: None, receipt: told.clone() };
        let decision = decide(&order, &checked(A, Seen::Paid(evidence)), at(60)).unwrap();
        let order = after(&order, &decision);
        let PaymentState::Paid { receipt, .. } = &order.payments[0].state else { panic!("it is paid") };
        assert_eq!(*receipt, Receipt { fee: kept, ..told });
    }
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
        payment: Some(pay(A)),
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
        let order =
            Order { terms: Terms { policy, ..Terms::clone(&open_order().terms) }.into(), ..open_order() };
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
    assert_eq!(order.state, OrderState::Paid { payment: Some(pay(B)), at_ms: at(90), late: true });
}
