//! What a waiting order asks for is changed: when that is taken, and what it says.

use super::*;

fn dinars(amount: i64) -> Event {
    revise(Money::from_major(amount, Currency::DZD).unwrap())
}

#[test]
fn the_price_moves_until_a_payment_is_open() {
    check(
        shop_order(),
        &[
            (1, dinars(2_600)),
            (2, dinars(2_600)),
            (3, ask(A, 1, LAPSES)),
            (4, dinars(2_700)),
            (5, opened(A, at(5))),
            (6, dinars(2_700)),
            (7, revise(Money::from_major(2_600, Currency::XOF).unwrap())),
            (60, declined(A)),
            (61, dinars(2_700)),
            (62, ask(B, 1, LAPSES)),
            (63, opened(B, at(63))),
            (90, receipt(B, Some(Money::from_major(2_700, Currency::DZD).unwrap()), None)),
            (91, dinars(2_700)),
        ],
        expect![[r#"
            0:00:01  revise to 2600.00 DZD      order.revised
            0:00:02  revise to 2600.00 DZD      unchanged
            0:00:03  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:04  revise to 2700.00 DZD      refused: payment_open
            0:00:05  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:06  revise to 2700.00 DZD      refused: payment_open
            0:00:07  revise to 2600 XOF         refused: payment_open
            0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
            0:01:01  revise to 2700.00 DZD      order.revised
            0:01:02  ask B at account 1         failed → pending | B new → opening | payment.opening, order.reopened | alarm: in 90 s, due: open B
            0:01:03  B opened                   B opening → open | payment.opened | alarm: in 30 s
            0:01:30  B seen paid 2700.00 DZD    pending → paid | B open → paid | payment.paid, order.paid | alarm: 10 s before the end of watch
            0:01:31  revise to 2700.00 DZD      refused: order_already_paid
        "#]],
    );
}

#[test]
fn money_for_the_old_price_is_held() {
    let story = open_a(&[(60, declined(A)), (61, dinars(2_600)), (90, paid(A))]);
    let order = check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:01:01  revise to 2600.00 DZD      order.revised
        0:01:30  A seen paid 2500.00 DZD    failed → pending, needs you: amount_mismatch | A failed → paid | payment.paid, order.needs_you, order.reopened | alarm: expiry
    "#]],
    );
    assert!(order.needs_you());
}

#[test]
fn money_of_no_known_amount_is_for_the_price_it_was_opened_for() {
    let silent = receipt(A, None, None);
    let story = open_a(&[(60, declined(A)), (61, dinars(2_600)), (62, dinars(2_700)), (90, silent.clone())]);
    let order = check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:01:01  revise to 2600.00 DZD      order.revised
        0:01:02  revise to 2700.00 DZD      order.revised
        0:01:30  A seen paid                failed → pending, needs you: amount_mismatch | A failed → paid | payment.paid, order.needs_you, order.reopened | alarm: expiry
    "#]],
    );
    assert_eq!(order.payments[0].opened_for, Some(Money::new(PRICE, Currency::DZD)));
    let back = open_a(&[(60, declined(A)), (61, dinars(2_600)), (62, dinars(2_500)), (90, silent)]);
    check(
        shop_order(),
        &back,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:01:01  revise to 2600.00 DZD      order.revised
        0:01:02  revise to 2500.00 DZD      order.revised
        0:01:30  A seen paid                failed → paid | A failed → paid | payment.paid, order.paid | alarm: none
    "#]],
    );
}

#[test]
fn a_link_for_the_old_price_that_comes_too_late_is_not_handed_out() {
    check(
        shop_order(),
        &[
            (0, ask(A, 1, LAPSES)),
            (30, lost(A)),
            (1_260, Event::Tick),
            (1_261, dinars(2_600)),
            (1_262, opened(A, at(1_262))),
        ],
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 20 min
            0:21:00  tick                       pending → failed | A unknown → expired | payment.expired, order.failed | alarm: expiry
            0:21:01  revise to 2600.00 DZD      order.revised
            0:21:02  A opened                   unchanged
        "#]],
    );
}

#[test]
fn cash_is_counted_when_it_comes() {
    let price = Money::from_major(2_600, Currency::DZD).unwrap();
    let story = [
        (0, ask(A, 1, CASH)),
        (1, opened(A, at(1))),
        (2, dinars(2_600)),
        (60, receipt(A, Some(price), None)),
    ];
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: expiry
        0:00:02  revise to 2600.00 DZD      order.revised
        0:01:00  A seen paid 2600.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
    "#]],
    );
}

#[test]
fn words_move_under_an_open_payment_but_not_under_one_to_be_opened_again() {
    let titled = |title: &str| {
        let terms = Terms { title: title.to_owned(), ..Terms::clone(&shop_order().terms) };
        Event::RevisionRequested { terms: Box::new(terms), actor: shop() }
    };
    check(
        shop_order(),
        &open_a(&[(2, titled("A bag")), (3, titled("A bag"))]),
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:00:02  revise to 2500.00 DZD      order.revised
        0:00:03  revise to 2500.00 DZD      unchanged
    "#]],
    );
    check(
        shop_order(),
        &[
            (0, ask(A, 1, AGAIN)),
            (1, lost(A)),
            (2, titled("A bag")),
            (3, dinars(2_500)),
            (4, opened(A, at(4))),
            (5, titled("A bag")),
        ],
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
            0:00:02  revise to 2500.00 DZD      refused: payment_open
            0:00:03  revise to 2500.00 DZD      order.revised
            0:00:04  A opened                   A unknown → open | payment.opened | alarm: in 30 s
            0:00:05  revise to 2500.00 DZD      order.revised
        "#]],
    );
}

#[test]
fn closed_orders_stay_as_they_are() {
    check(
        shop_order(),
        &[(1, cancel()), (2, dinars(2_500))],
        expect![[r#"
        0:00:01  cancel                     pending → cancelled | order.cancelled | alarm: none
        0:00:02  revise to 2500.00 DZD      refused: order_cancelled
    "#]],
    );
    check(
        shop_order(),
        &[(EXPIRY, dinars(2_500)), (EXPIRY, Event::Tick), (EXPIRY + 1, dinars(2_500))],
        expect![[r#"
            0:30:00  revise to 2500.00 DZD      refused: order_expired
            0:30:00  tick                       pending → expired | order.expired | alarm: none
            0:30:01  revise to 2500.00 DZD      refused: order_expired
        "#]],
    );
}

#[test]
fn what_an_order_is_known_by_does_not_change() {
    let terms = Terms {
        reference: "another".to_owned(),
        title: "A bag".to_owned(),
        policy: both(LatePolicy::Hold),
        expires_at_ms: at(EXPIRY * 2),
        watch_until_ms: at(EXPIRY * 3),
        ..Terms::clone(&shop_order().terms)
    };
    let before = shop_order();
    let event = Event::RevisionRequested { terms: Box::new(terms), actor: Actor::Customer { id: None } };
    let decision = decide(&before, &event, at(1)).unwrap();
    let expected = Terms { title: "A bag".to_owned(), ..Terms::clone(&before.terms) };
    assert_eq!(*after(&before, &decision).terms, expected);
    assert_eq!(entries(&decision)[0].why, "The customer changed its title.");
}

#[test]
fn a_customer_fills_in_what_the_shop_left_out_and_nothing_else() {
    let order = check(
        shop_order(),
        &[
            (1, fill_in()),
            (2, ask(A, 1, LAPSES)),
            (3, opened(A, at(3))),
            (4, fill_in()),
            (60, paid(A)),
            (61, fill_in()),
        ],
        expect![[r#"
            0:00:01  fill in the phone          order.revised
            0:00:02  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:03  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:04  fill in the phone          unchanged
            0:01:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
            0:01:01  fill in the phone          refused: order_already_paid
        "#]],
    );
    assert_eq!(order.terms.payer.phone.as_ref().map(ToString::to_string).as_deref(), Some("+213551234567"));
    // While a gateway may have to be asked again with the same words, they stay.
    check(
        shop_order(),
        &[(0, ask(A, 1, AGAIN)), (1, lost(A)), (2, fill_in())],
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
        0:00:02  fill in the phone          refused: payment_open
    "#]],
    );
    let decision = decide(&shop_order(), &fill_in(), at(1)).unwrap();
    assert_eq!(entries(&decision)[0].why, "The customer filled in what a gateway needs: phone.");
}

#[test]
fn a_customer_cannot_call_off_what_is_under_way_and_the_shop_can() {
    let begun = [(0, ask(A, 1, LAPSES)), (1, opened(A, at(1))), (60, processing(A))];
    check(
        shop_order(),
        &[&begun[..], &[(61, cancel_by_customer()), (62, cancel())]].concat(),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:01:00  A seen processing          A open → processing | payment.processing | alarm: in 30 s
            0:01:01  cancel                     refused: payment_undecided
            0:01:02  cancel                     pending → cancelled | order.cancelled | alarm: in 30 s
        "#]],
    );
    // A link that nobody has opened, or that never came, is no reason.
    check(
        shop_order(),
        &open_a(&[(2, cancel_by_customer())]),
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:00:02  cancel                     pending → cancelled | order.cancelled | alarm: in 30 s
    "#]],
    );
    check(
        shop_order(),
        &[(0, ask(A, 1, LAPSES)), (30, lost(A)), (31, cancel_by_customer())],
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 20 min
            0:00:31  cancel                     pending → cancelled | order.cancelled
        "#]],
    );
    check(
        shop_order(),
        &[(0, ask(A, 1, AGAIN)), (30, lost(A)), (31, cancel_by_customer())],
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
            0:00:31  cancel                     refused: payment_undecided
        "#]],
    );
    check(
        shop_order(),
        &[(0, ask(A, 1, LAPSES)), (1, cancel_by_customer())],
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  cancel                     refused: payment_in_progress
    "#]],
    );
}
