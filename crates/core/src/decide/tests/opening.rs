//! Payments opened, lost, and asked for twice.

use super::*;

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
fn a_lost_answer_keeps_no_customer_away_once_the_gateway_was_asked() {
    let story = [
        (0, ask(A, 1, LOOKUP)),
        (30, lost(A)),
        (31, ask(B, 1, LOOKUP)),
        (40, trouble(A)),
        (41, ask(B, 1, LOOKUP)),
        (42, opened(B, at(42))),
        (50, pending(A)),
        (60, paid(B)),
        (70, paid(A)),
    ];
    check(
        shop_order(),
        &story,
        expect![[r#"
        0:00:00  ask A at account 1         A new → opening | payment.opening | alarm: in 90 s, due: open A
        0:00:30  A answer lost              A opening → unknown | payment.unknown | alarm: in 30 s
        0:00:31  ask B at account 1         refused: payment_undecided
        0:00:40  A seen nothing             payment.trouble | alarm: in 30 s
        0:00:41  ask B at account 1         B new → opening | payment.opening | due: open B
        0:00:42  B opened                   B opening → open | payment.opened
        0:00:50  A seen pending             alarm: in 22 s
        0:01:00  B seen paid 2500.00 DZD    pending → paid | B open → paid | payment.paid, order.paid | alarm: in 30 s
        0:01:10  A seen paid 2500.00 DZD    needs you: paid_twice | A unknown → paid | payment.paid, order.needs_you | alarm: none
    "#]],
    );
}
