//! The book: what came and went on each day, at each gateway account, in each currency. An order's share of it follows from
//! the order alone, so that a change of the order changes the book by the difference of two shares.

use std::collections::BTreeMap;
use std::ops::{Add, Neg, Sub};

use crate::fee::{Fee, FeeSource};
use crate::id::AccountId;
use crate::money::{Currency, Money};
use crate::order::{HeldKind, Order};
use crate::payment::{Payment, PaymentState};

/// A line of the book.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The day in the merchant's time zone, in days since 1970-01-01.
    pub day: i64,
    /// The gateway account.
    pub account: AccountId,
    /// The currency.
    pub currency: Currency,
    /// The account's gateway.
    pub gateway: String,
}

macro_rules! sums {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// What stands in a line; amounts are in minor units of its currency.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct Sums { $($(#[$doc])* pub $name: i64,)+ }

        impl Sums {
            /// The names of the sums, in their order.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)+];

            /// The sums, in the order of their names.
            pub fn to_array(self) -> [i64; [$(stringify!($name),)+].len()] {
                [$(self.$name,)+]
            }

            /// The sums, from the order of their names.
            pub fn from_array([$($name,)+]: [i64; [$(stringify!($name),)+].len()]) -> Self {
                Sums { $($name,)+ }
            }
        }

        impl Add for Sums {
            type Output = Sums;
            fn add(self, other: Sums) -> Sums {
                Sums { $($name: self.$name.saturating_add(other.$name),)+ }
            }
        }

        impl Neg for Sums {
            type Output = Sums;
            fn neg(self) -> Sums {
                Sums { $($name: self.$name.saturating_neg(),)+ }
            }
        }
    };
}

sums! {
    /// How many payments paid an order.
    paid_payments,
    /// What they brought.
    paid_amount,
    /// How long these took together, from being asked for to the money being seen, in ms.
    paid_after_ms,
    /// How many payments brought money that paid no order: late, twice, or another amount.
    unfit_payments,
    /// What those brought.
    unfit_amount,
    /// The fees that gateways told.
    told_fees,
    /// The fees that are reckoned by what the merchant declares.
    declared_fees,
    /// How many refunds were recorded.
    refunds,
    /// What went back.
    refunded_amount,
    /// How many payments ended without money.
    unpaid_payments,
}

impl Sub for Sums {
    type Output = Sums;

    fn sub(self, other: Sums) -> Sums {
        self + -other
    }
}

impl Sums {
    /// Whether there is nothing in the line.
    pub fn is_empty(&self) -> bool {
        *self == Sums::default()
    }

    /// What came, less what the gateways keep, less what went back.
    pub fn net_amount(self) -> i64 {
        let came = self.paid_amount.saturating_add(self.unfit_amount);
        came.saturating_sub(self.told_fees)
            .saturating_sub(self.declared_fees)
            .saturating_sub(self.refunded_amount)
    }
}

/// An order's share of the book.
pub type Share = BTreeMap<Line, Sums>;

/// The share of an order; `day_of` tells the day of a moment (unix ms) in the merchant's time zone.
pub fn share(order: &Order, day_of: impl Fn(i64) -> i64) -> Share {
    let mut share = Share::new();
    let mut add = |payment: &Payment, currency: Currency, at_ms: i64, sums: Sums| {
        let line =
            Line { day: day_of(at_ms), account: payment.account, currency, gateway: payment.gateway.clone() };
        let known = share.entry(line).or_default();
        *known = *known + sums;
    };
    for payment in order.payments.iter().filter(|payment| is_of_its_environment(order, payment)) {
        match &payment.state {
            PaymentState::Paid { at_ms, .. } => {
                if let Some(money) = order.money_of(payment.id) {
                    add(payment, money.currency, *at_ms, brought(order, payment, money, *at_ms));
                }
            }
            PaymentState::Failed { at_ms, .. }
            | PaymentState::Expired { at_ms, .. }
            | PaymentState::Cancelled { at_ms, .. } => {
                let unpaid = Sums { unpaid_payments: 1, ..Sums::default() };
                add(payment, order.terms.money.currency, *at_ms, unpaid);
            }
            PaymentState::Opening
            | PaymentState::Open { .. }
            | PaymentState::Processing { .. }
            | PaymentState::Unknown { .. } => {}
        }
    }
    for refund in order.refunds.iter().filter(|refund| refund.counts()) {
        if let Some(payment) = order.payment(refund.payment).filter(|of| is_of_its_environment(order, of)) {
            let sums = Sums { refunds: 1, refunded_amount: refund.money.amount_minor, ..Sums::default() };
            add(payment, refund.money.currency, refund.at_ms, sums);
        }
    }
    share
}

/// What becomes of the book when an order changes: line by line, without those that stay.
pub fn difference(before: &Share, after: &Share) -> Share {
    let mut changed = after.clone();
    for (line, sums) in before {
        let now = changed.entry(line.clone()).or_default();
        *now = *now - *sums;
    }
    changed.retain(|_, sums| *sums != Sums::default());
    changed
}

/// Play money on a live order is no money, and real money is not counted among play money.
fn is_of_its_environment(order: &Order, payment: &Payment) -> bool {
    let is_other = |kind| kind == HeldKind::WrongEnvironment;
    !order.held.iter().any(|held| held.payment == payment.id && is_other(held.kind))
}

/// What a payment brought, and what it cost.
fn brought(order: &Order, payment: &Payment, money: Money, at_ms: i64) -> Sums {
    let came = if order.state.paid_by() == Some(payment.id) {
        Sums {
            paid_payments: 1,
            paid_amount: money.amount_minor,
            paid_after_ms: at_ms.saturating_sub(payment.created_at_ms).max(0),
            ..Sums::default()
        }
    } else {
        Sums { unfit_payments: 1, unfit_amount: money.amount_minor, ..Sums::default() }
    };
    // A fee in another currency than the money's belongs in no column of this line.
    match Fee::of(payment, money).filter(|fee| fee.money.currency == money.currency) {
        Some(Fee { money, source: FeeSource::Gateway }) => Sums { told_fees: money.amount_minor, ..came },
        Some(Fee { money, source: FeeSource::Declared }) => {
            Sums { declared_fees: money.amount_minor, ..came }
        }
        None => came,
    }
}
