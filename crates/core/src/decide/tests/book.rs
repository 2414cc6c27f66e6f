//! An order's share of the book: on which day, at which account, and how much of what.

use crate::book::{Sums, share};
use crate::fee::DeclaredFee;
use crate::payment::PaymentTerms;

use super::*;

/// Days begin half an hour after the order was made, when it expires.
fn day_of(at_ms: i64) -> i64 {
    (at_ms - START_MS - 1_000 * EXPIRY).div_euclid(24 * 3_600_000)
}

/// The book after a story, line by line.
fn book(mut order: Order, story: &[(i64, Event)]) -> String {
    for (at_s, event) in story {
        order = after(&order, &decide(&order, event, at(*at_s)).expect("no refusal"));
    }
    let mut text = String::new();
    for (line, sums) in share(&order, day_of) {
        let account = if line.account == account(1) { 1 } else { 2 };
        write!(text, "day {} at {} {account}, {}:", line.day, line.gateway, line.currency.code())
            .expect("text");
        for (name, sum) in Sums::NAMES.iter().zip(sums.to_array()).filter(|(_, sum)| *sum != 0) {
            write!(text, " {name} {sum}").expect("text takes text");
        }
        writeln!(text, "; net {}", sums.net_amount()).expect("text takes text");
    }
    text
}

#[test]
fn what_came_stands_on_its_day_and_what_went_back_on_the_day_when_that_was_recorded() {
    let next_day = EXPIRY + 3_600;
    let story = open_both(&[
        (60, declined(B)),
        (61, paid(A)),
        (next_day, refund(b'P', A, Money::new(100_000, Currency::DZD))),
    ]);
    expect![[r#"
        day -1 at ocpay 1, DZD: paid_payments 1 paid_amount 250000 paid_after_ms 61000; net 250000
        day -1 at ocpay 2, DZD: unpaid_payments 1; net 0
        day 0 at ocpay 1, DZD: refunds 1 refunded_amount 100000; net -100000
    "#]]
    .assert_eq(&book(shop_order(), &story));
}

#[test]
fn a_record_that_is_withdrawn_leaves_the_book() {
    let story = open_a(&[(61, paid(A)), (62, refund(b'P', A, DEARER)), (63, withdraw_refund(b'P'))]);
    let story: Vec<_> = story.into_iter().filter(|(at_s, _)| *at_s != 62).collect();
    let story =
        [&story[..2], &[(61, paid(A)), (62, refund(b'P', A, Money::new(1, Currency::DZD)))], &story[3..]]
            .concat();
    expect![[r#"
        day -1 at ocpay 1, DZD: paid_payments 1 paid_amount 250000 paid_after_ms 61000; net 250000
    "#]]
    .assert_eq(&book(shop_order(), &story));
}

#[test]
fn money_that_fits_no_order_came_all_the_same() {
    let story = open_both(&[(60, underpaid(A)), (61, paid(B))]);
    expect![[r#"
        day -1 at ocpay 1, DZD: unfit_payments 1 unfit_amount 5; net 5
        day -1 at ocpay 2, DZD: paid_payments 1 paid_amount 250000 paid_after_ms 59000; net 250000
    "#]]
    .assert_eq(&book(shop_order(), &story));
    // Late money that is honoured stands on the day when it came.
    let late = [(60, cancel()), (120, paid(A)), (2 * EXPIRY, resolve(A, Resolution::Honour))];
    expect![[r#"
        day -1 at ocpay 1, DZD: paid_payments 1 paid_amount 250000 paid_after_ms 120000; net 250000
    "#]]
    .assert_eq(&book(with(LatePolicy::Hold), &open_a(&late)));
}

#[test]
fn play_money_on_a_live_order_is_no_money() {
    let play = receipt(A, Some(Money::new(PRICE, Currency::DZD)), Some(Environment::Test));
    expect![[""]].assert_eq(&book(shop_order(), &open_a(&[(60, play)])));
}

#[test]
fn a_fee_is_what_the_gateway_tells_or_else_what_is_declared() {
    let declared = PaymentTerms { declared_fee: Some(DeclaredFee { per_mille: 35, fixed: 500 }), ..LAPSES };
    let begun = [(0, ask(A, 1, declared)), (1, opened(A, at(1)))];
    expect![[r#"
        day -1 at ocpay 1, DZD: paid_payments 1 paid_amount 250000 paid_after_ms 60000 declared_fees 9250; net 240750
    "#]].assert_eq(&book(shop_order(), &[&begun[..], &[(60, paid(A))]].concat()));
    let told = |fee| {
        let (money, reference) = (Some(Money::new(PRICE, Currency::DZD)), reference(A));
        let receipt = Receipt { fee: Some(fee), ..Receipt::default() };
        checked(A, Seen::Paid(Evidence { money, reference, environment: None, receipt }))
    };
    let story = [&begun[..], &[(60, told(Money::new(4_000, Currency::DZD)))]].concat();
    expect![[r#"
        day -1 at ocpay 1, DZD: paid_payments 1 paid_amount 250000 paid_after_ms 60000 told_fees 4000; net 246000
    "#]].assert_eq(&book(shop_order(), &story));
    // What is told in another currency stands in no line of this one.
    let story = [&begun[..], &[(60, told(Money::new(4_000, Currency::XOF)))]].concat();
    expect![[r#"
        day -1 at ocpay 1, DZD: paid_payments 1 paid_amount 250000 paid_after_ms 60000; net 250000
    "#]]
    .assert_eq(&book(shop_order(), &story));
}
