//! An order without money that had closed is taken up again; an order that asks for nothing; and an order that waits
//! longer, because cash does.

use super::*;
use crate::decide::{NewOrder, create};
use crate::refusal::Refusal;

const NEXT_DAY: i64 = EXPIRY + 20 * 3_600;

fn price() -> Money {
    Money::new(PRICE, Currency::DZD)
}

fn again(money: Money, at_s: i64) -> (i64, Event) {
    (at_s, reopen(money, at(at_s)))
}

/// A was declined, nobody tried again, and the order expired.
fn unpaid(more: &[(i64, Event)]) -> Vec<(i64, Event)> {
    open_a(&[&[(60, declined(A)), (EXPIRY, Event::Tick)], more].concat())
}

#[test]
fn the_next_day_it_is_paid_with_another_link() {
    let story = unpaid(&[
        (NEXT_DAY - 60, ask(B, 1, LAPSES)),
        again(price(), NEXT_DAY),
        (NEXT_DAY + 1, ask(B, 1, LAPSES)),
        (NEXT_DAY + 2, opened(B, at(NEXT_DAY + 2))),
        (NEXT_DAY + 60, paid(B)),
        again(price(), NEXT_DAY + 61),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:30:00  tick                       failed → expired | order.expired | alarm: 10 s before the end of watch, due: check A
        20:29:00 ask B at account 1         refused: order_expired
        20:30:00 take up for 2500.00 DZD    expired → pending | order.reopened | alarm: in 29 min
        20:30:01 ask B at account 1         B new → opening | payment.opening | alarm: in 90 s, due: open B
        20:30:02 B opened                   B opening → open | payment.opened | alarm: in 30 s
        20:31:00 B seen paid 2500.00 DZD    pending → paid | B open → paid | payment.paid, order.paid | alarm: in 1468 min
        20:31:01 take up for 2500.00 DZD    refused: order_already_paid
    "#]],
    );
}

#[test]
fn late_money_of_the_first_life_pays_the_second_once() {
    let story = unpaid(&[
        again(price(), NEXT_DAY),
        (NEXT_DAY + 1, ask(B, 1, LAPSES)),
        (NEXT_DAY + 2, opened(B, at(NEXT_DAY + 2))),
        (NEXT_DAY + 60, paid(A)),
        (NEXT_DAY + 61, paid(B)),
    ]);
    let order = check(
        with(LatePolicy::Hold),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:30:00  tick                       failed → expired | order.expired | alarm: 10 s before the end of watch, due: check A
        20:30:00 take up for 2500.00 DZD    expired → pending | order.reopened | alarm: in 29 min
        20:30:01 ask B at account 1         B new → opening | payment.opening | alarm: in 90 s, due: open B
        20:30:02 B opened                   B opening → open | payment.opened | alarm: in 30 s
        20:31:00 A seen paid 2500.00 DZD    pending → paid | A failed → paid | payment.paid, order.paid | alarm: in 30 s
        20:31:01 B seen paid 2500.00 DZD    needs you: paid_twice | B open → paid | payment.paid, order.needs_you | alarm: none
    "#]],
    );
    assert_eq!(order.state.paid_by(), Some(pay(A)));
    assert!(order.needs_you(), "the second money waits to be paid back");
}

#[test]
fn money_for_the_first_price_does_not_pay_the_second() {
    let late = [receipt(A, None, None), paid(A)];
    for (late, expected) in late.into_iter().zip([expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:30:00  tick                       failed → expired | order.expired | alarm: 10 s before the end of watch, due: check A
        20:30:00 take up for 2750.00 DZD    expired → pending | order.reopened | alarm: in 29 min
        20:31:00 A seen paid                needs you: amount_mismatch | A failed → paid | payment.paid, order.needs_you | alarm: in 29 min
    "#]], expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:30:00  tick                       failed → expired | order.expired | alarm: 10 s before the end of watch, due: check A
        20:30:00 take up for 2750.00 DZD    expired → pending | order.reopened | alarm: in 29 min
        20:31:00 A seen paid 2500.00 DZD    needs you: amount_mismatch | A failed → paid | payment.paid, order.needs_you | alarm: in 29 min
    "#]]]) {
        let story = unpaid(&[again(DEARER, NEXT_DAY), (NEXT_DAY + 60, late)]);
        let order = check(shop_order(), &story, expected);
        assert!(order.needs_you() && order.state.is_waiting());
    }
}

#[test]
fn a_link_that_can_still_be_paid_serves_on_but_not_for_another_price() {
    let story = open_a(&[
        (60, cancel()),
        again(DEARER, 120),
        again(FREE, 120),
        again(price(), 121),
        (122, ask(B, 1, LAPSES)),
        (180, paid(A)),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  cancel                     pending → cancelled | order.cancelled | alarm: in 30 s
        0:02:00  take up for 2750.00 DZD    refused: payment_open
        0:02:00  take up for 0.00 DZD       refused: payment_open
        0:02:01  take up for 2500.00 DZD    cancelled → pending | order.reopened | alarm: in 30 s
        0:02:02  ask B at account 1         unchanged
        0:03:00  A seen paid 2500.00 DZD    pending → paid | A open → paid | payment.paid, order.paid | alarm: none
    "#]],
    );
}

/// What happened, and whether the order may be taken up again then.
type Row = (&'static str, Vec<(i64, Event)>, Result<(), Refusal>);

/// What may have been paid, or may be about to be, is never passed over.
#[test]
fn money_that_may_be_on_its_way_forbids_it() {
    use Refusal::{MoneyCame, MoneyHeld, PaymentInProgress, PaymentUndecided};
    let opening = |terms| vec![(0, ask(A, 1, terms))];
    let lost = |terms| vec![(0, ask(A, 1, terms)), (30, lost(A))];
    let lapsed = 1_300;
    let stories: Vec<Row> = vec![
        ("its payment is being opened", opening(LAPSES), Err(PaymentInProgress)),
        ("the payer has begun", open_a(&[(30, processing(A))]), Err(PaymentUndecided)),
        ("a lapsed link nobody looked at", open_a(&[(30, pending(A))]), Err(PaymentUndecided)),
        (
            "a lapsed link, the gateway in trouble",
            open_a(&[(lapsed - 10, trouble(A))]),
            Err(PaymentUndecided),
        ),
        ("a lapsed link, seen unpaid", open_a(&[(lapsed - 10, pending(A))]), Ok(())),
        (
            "a lapsed link, the gateway not telling whether it is being paid",
            vec![(0, ask(A, 1, MUTE)), (1, opened(A, at(1))), (lapsed - 10, pending(A))],
            Err(PaymentUndecided),
        ),
        ("a lapsed link, seen begun", open_a(&[(lapsed - 10, processing(A))]), Err(PaymentUndecided)),
        ("a lost opening of no name", lost(LAPSES), Ok(())),
        ("a lost opening, not asked about", lost(LOOKUP), Err(PaymentUndecided)),
        ("a lost opening, seen unpaid", [lost(LOOKUP), vec![(40, pending(A))]].concat(), Ok(())),
        (
            "a lost opening, seen begun",
            [lost(LOOKUP), vec![(40, processing(A))]].concat(),
            Err(PaymentUndecided),
        ),
        (
            "a lost opening, to be repeated",
            [lost(AGAIN), vec![(40, pending(A))]].concat(),
            Err(PaymentUndecided),
        ),
        ("short money is held", open_a(&[(30, underpaid(A))]), Err(MoneyHeld)),
        (
            "short money was dealt with",
            open_a(&[(30, underpaid(A)), (40, resolve(A, Resolution::Dismiss))]),
            Err(MoneyCame),
        ),
        ("declined", open_a(&[(30, declined(A))]), Ok(())),
        ("cash was not brought", vec![(0, ask(A, 1, CASH)), (1, opened(A, at(1)))], Ok(())),
    ];
    for (name, story, expected) in stories {
        let at_s = if matches!(expected, Err(PaymentInProgress)) { 61 } else { lapsed };
        let story = [&story[..], &[(60, cancel())]].concat();
        let mut story = story;
        story.sort_by_key(|(at_s, _)| *at_s);
        let order = story.iter().fold(shop_order(), |order, (at_s, event)| {
            decide(&order, event, at(*at_s)).map_or(order.clone(), |decision| after(&order, &decision))
        });
        assert_eq!(order.state.status(), "cancelled", "{name}");
        let result = decide(&order, &reopen(price(), at(at_s)), at(at_s));
        assert_eq!(result.map(|_| ()), expected, "{name}");
    }
}

#[test]
fn an_order_that_waits_is_not_taken_up_again() {
    check(
        shop_order(),
        &[
            again(price(), 1),
            again(DEARER, 2),
            (EXPIRY, reopen(price(), at(EXPIRY))),
            (EXPIRY, Event::Tick),
            again(price(), EXPIRY + 1),
        ],
        expect![[r#"
            0:00:01  take up for 2500.00 DZD    unchanged
            0:00:02  take up for 2750.00 DZD    refused: order_waits
            0:30:00  take up for 2500.00 DZD    refused: payment_undecided
            0:30:00  tick                       pending → expired | order.expired | alarm: none
            0:30:01  take up for 2500.00 DZD    expired → pending | order.reopened | alarm: in 30 min
        "#]],
    );
}

#[test]
fn a_second_life_fails_by_its_own_payments() {
    let story = unpaid(&[
        again(price(), NEXT_DAY),
        (NEXT_DAY + 1, Event::Tick),
        (NEXT_DAY + 2, ask(B, 1, LAPSES)),
        (NEXT_DAY + 3, opened(B, at(NEXT_DAY + 3))),
        (NEXT_DAY + 60, declined(B)),
        (NEXT_DAY + EXPIRY, Event::Tick),
    ]);
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:30:00  tick                       failed → expired | order.expired | alarm: 10 s before the end of watch, due: check A
        20:30:00 take up for 2500.00 DZD    expired → pending | order.reopened | alarm: in 29 min
        20:30:01 tick                       unchanged
        20:30:02 ask B at account 1         B new → opening | payment.opening | alarm: in 90 s, due: open B
        20:30:03 B opened                   B opening → open | payment.opened | alarm: in 30 s
        20:31:00 B seen declined            pending → failed | B open → failed | payment.failed, order.failed | alarm: in 28 min
        21:00:00 tick                       failed → expired | order.expired | alarm: in 1439 min, due: check A, due: check B
    "#]],
    );
}

#[test]
fn what_asks_for_nothing_is_paid_at_once() {
    let terms = Terms { money: FREE, ..Terms::clone(&shop_order().terms) };
    let new = NewOrder {
        id: shop_order().id,
        merchant: shop_order().merchant,
        environment: Environment::Live,
        terms: terms.into(),
        actor: shop(),
    };
    let made = create(new, START_MS);
    let kinds: Vec<&str> = made.entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["order.created", "order.paid"]);
    let state = OrderState::Paid { payment: None, at_ms: START_MS, late: false };
    assert_eq!((&made.order.state, made.order.version, made.order.wake_at_ms()), (&state, 1, None));
    check(
        made.order,
        &[(1, ask(A, 1, LAPSES)), (2, cancel()), (3, revise(price())), (4, Event::Tick), (5, fulfil())],
        expect![[r#"
            0:00:01  ask A at account 1         refused: order_already_paid
            0:00:02  cancel                     refused: order_already_paid
            0:00:03  revise to 2500.00 DZD      refused: order_already_paid
            0:00:04  tick                       unchanged
            0:00:05  fulfil                     paid → fulfilled | order.fulfilled
        "#]],
    );
    check(
        shop_order(),
        &open_a(&[(2, revise(FREE)), (60, declined(A)), (61, revise(FREE)), (90, paid(A))]),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
            0:00:02  revise to 0.00 DZD         refused: payment_open
            0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
            0:01:01  revise to 0.00 DZD         failed → paid | order.revised, order.paid | alarm: 10 s before the end of watch
            0:01:30  A seen paid 2500.00 DZD    needs you: amount_mismatch | A failed → paid | payment.paid, order.needs_you | alarm: none
        "#]],
    );
}

#[test]
fn cash_gives_an_order_its_own_time() {
    let in_cash = [(0, ask(A, 1, SLOW_CASH)), (1, opened(A, at(1)))];
    let order = check(
        shop_order(),
        &[
            &in_cash[..],
            &[
                (2, ask(B, 1, SLOW_CASH)),
                (EXPIRY, Event::Tick),
                (CASH_LIFE_MS / 1000 - 1, Event::Tick),
                (CASH_LIFE_MS / 1000, Event::Tick),
            ],
        ]
        .concat(),
        expect![[r#"
            0:00:00  ask A at account 1         A new → opening | payment.opening, order.revised | alarm: in 90 s, due: open A
            0:00:01  A opened                   A opening → open | payment.opened | alarm: in 2879 min
            0:00:02  ask B at account 1         unchanged
            0:30:00  tick                       unchanged
            47:59:59 tick                       unchanged
            48:00:00 tick                       pending → expired | A open → expired | order.expired, payment.expired | alarm: none
        "#]],
    );
    assert!(
        order.payments.iter().all(|payment| payment.checked_at_ms.is_none() && payment.check_at_ms.is_none())
    );
    // Somebody chose the expiry, so it stays.
    let chosen = Order {
        terms: Terms { expiry_is_usual: false, ..Terms::clone(&shop_order().terms) }.into(),
        ..shop_order()
    };
    check(
        chosen,
        &in_cash,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: expiry
    "#]],
    );
    // Whoever tries a card first, and then cash, is given the time too; the card's link is watched on.
    let story =
        open_a(&[(60, declined(A)), (61, ask(B, 2, SLOW_CASH)), (62, opened(B, at(62))), (3_600, paid(B))]);
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:01  A opened                   A opening → open | payment.opened | alarm: in 30 s
        0:01:00  A seen declined            pending → failed | A open → failed | payment.failed, order.failed | alarm: 10 s before expiry
        0:01:01  ask B at account 2         failed → pending | B new → opening | payment.opening, order.revised, order.reopened | alarm: in 90 s, due: open B
        0:01:02  B opened                   B opening → open | payment.opened | alarm: in 2879 min
        1:00:00  B seen paid 2500.00 DZD    pending → paid | B open → paid | payment.paid, order.paid | alarm: in 4260 min
    "#]],
    );
}
