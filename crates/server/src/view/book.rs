//! A line of the day's book as JSON.

use guichet_core::{AccountId, Line, Money, Sums};
use serde::Serialize;
use utoipa::ToSchema;

use crate::zones::date_of;

use super::MoneyView;

/// How many payments, and how much money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CountedCash)]
pub struct CountedView {
    /// How many.
    #[schema(example = 13)]
    count: i64,
    /// How much.
    amount: MoneyView,
}

/// A line of the book.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookLine)]
pub struct BookLineView {
    /// The day in your shop's time zone.
    #[schema(example = "2026-01-31")]
    day: String,
    /// The gateway.
    #[schema(example = "ocpay")]
    gateway: String,
    /// The gateway account.
    #[schema(value_type = String, example = "acc_01kaqwm3v0e9r8t7y6v5w4x3z3")]
    account: AccountId,
    /// Your name for that account.
    #[schema(example = "card")]
    account_name: Option<String>,
    /// ISO 4217 code.
    #[schema(example = "DZD")]
    currency: &'static str,
    /// The payments that paid an order, on the day when their money was seen.
    paid: CountedView,
    /// Money that paid no order: it came late, twice, or was another amount.
    unfit: CountedView,
    /// What the gateway says that it keeps for itself.
    told_fees: MoneyView,
    /// What it keeps by what you declare of the account, where it does not say.
    declared_fees: MoneyView,
    /// What went back, on the day when that was recorded.
    refunds: CountedView,
    /// What came, less the fees, less what went back.
    net: MoneyView,
    /// How many payments ended without money.
    #[schema(example = 2)]
    unpaid: i64,
    /// How long the payments that paid an order took on average, from being asked for to their money being seen, in
    /// seconds; null where there is none.
    #[schema(example = 94)]
    average_seconds_to_pay: Option<i64>,
    /// Whether somebody closed the day. The sums above are as the orders make them now all the same.
    closed: bool,
    /// What the orders added to the line since its day was closed, or took away: the sums above are those that were closed, and
    /// these. Null where nothing was.
    correction: Option<CorrectionView>,
}

/// What came to a line of a closed day later, or left it; less than nothing where it left.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookCorrection)]
pub struct CorrectionView {
    /// Of the payments that paid an order.
    paid: CountedView,
    /// Of the money that paid no order.
    unfit: CountedView,
    /// Of the fees that the gateway tells.
    told_fees: MoneyView,
    /// Of the fees that you declare.
    declared_fees: MoneyView,
    /// Of what went back.
    refunds: CountedView,
    /// Of what is left of it all.
    net: MoneyView,
    /// Of the payments that ended without money.
    #[schema(example = 0)]
    unpaid: i64,
}

impl BookLineView {
    /// The view of a line, at an account that the merchant calls so.
    pub fn new(line: &Line, sums: Sums, account_name: Option<String>) -> Self {
        let money = |amount| MoneyView::from(Money::new(amount, line.currency));
        let average = sums.paid_after_ms.checked_div(sums.paid_payments).map(|ms| ms / 1000);
        BookLineView {
            day: date_of(line.day).map(|date| date.to_string()).unwrap_or_default(),
            gateway: line.gateway.clone(),
            account: line.account,
            account_name,
            currency: line.currency.code(),
            paid: CountedView { count: sums.paid_payments, amount: money(sums.paid_amount) },
            unfit: CountedView { count: sums.unfit_payments, amount: money(sums.unfit_amount) },
            told_fees: money(sums.told_fees),
            declared_fees: money(sums.declared_fees),
            refunds: CountedView { count: sums.refunds, amount: money(sums.refunded_amount) },
            net: money(sums.net_amount()),
            unpaid: sums.unpaid_payments,
            average_seconds_to_pay: average,
            closed: false,
            correction: None,
        }
    }

    /// The same line of a day that was closed, with what came to it later.
    #[must_use]
    pub fn closed(self, line: &Line, later: Option<Sums>) -> Self {
        let money = |amount| MoneyView::from(Money::new(amount, line.currency));
        let correction = later.map(|later| CorrectionView {
            paid: CountedView { count: later.paid_payments, amount: money(later.paid_amount) },
            unfit: CountedView { count: later.unfit_payments, amount: money(later.unfit_amount) },
            told_fees: money(later.told_fees),
            declared_fees: money(later.declared_fees),
            refunds: CountedView { count: later.refunds, amount: money(later.refunded_amount) },
            net: money(later.net_amount()),
            unpaid: later.unpaid_payments,
        });
        BookLineView { closed: true, correction, ..self }
    }
}
