//! The figures of a line of the book, as they are shown.

use guichet_core::{Currency, Money, Sums};

use crate::pages::Language;

/// A line's figures.
#[derive(Debug)]
pub(super) struct Figures {
    /// How many payments brought money, and how much.
    pub(super) count: i64,
    pub(super) gross: String,
    /// Of them, those that paid an order.
    pub(super) paid_count: i64,
    pub(super) paid: String,
    /// Those that paid none.
    pub(super) unfit_count: i64,
    pub(super) unfit: String,
    pub(super) told_fees: String,
    pub(super) declared_fees: String,
    pub(super) refunds_count: i64,
    pub(super) refunds: String,
    pub(super) net: String,
    /// Whether there are such: a month leaves out what is nothing.
    pub(super) has_told_fees: bool,
    pub(super) has_declared_fees: bool,
    pub(super) has_refunds: bool,
}

impl Figures {
    /// The figures of these sums.
    pub(super) fn of(language: Language, currency: Currency, sums: &Sums) -> Self {
        Figures::written(sums, |minor| language.money(Money::new(minor, currency)))
    }

    /// The same of what was added or taken away, with its sign.
    pub(super) fn of_correction(language: Language, currency: Currency, sums: &Sums) -> Self {
        Figures::written(sums, |minor| {
            let money = language.money(Money::new(minor, currency));
            match language {
                Language::Fr | Language::En if minor > 0 => format!("+{money}"),
                Language::Ar if minor > 0 => format!("\u{2066}+\u{2069}{money}"),
                Language::Fr | Language::Ar | Language::En => money,
            }
        })
    }

    fn written(sums: &Sums, money: impl Fn(i64) -> String) -> Self {
        Figures {
            count: sums.paid_payments + sums.unfit_payments,
            gross: money(sums.paid_amount.saturating_add(sums.unfit_amount)),
            paid_count: sums.paid_payments,
            paid: money(sums.paid_amount),
            unfit_count: sums.unfit_payments,
            unfit: money(sums.unfit_amount),
            told_fees: money(sums.told_fees),
            declared_fees: money(sums.declared_fees),
            refunds_count: sums.refunds,
            refunds: money(sums.refunded_amount),
            net: money(sums.net_amount()),
            has_told_fees: sums.told_fees != 0,
            has_declared_fees: sums.declared_fees != 0,
            has_refunds: sums.refunds != 0 || sums.refunded_amount != 0,
        }
    }
}

/// The sums of several lines.
pub(super) fn total<'a>(lines: impl Iterator<Item = &'a Sums>) -> Sums {
    lines.fold(Sums::default(), |total, sums| total + *sums)
}
