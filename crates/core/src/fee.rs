//! The fee of a payment: what the gateway keeps for itself. Some gateways tell it; for the others the merchant declares what
//! was agreed.

use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::payment::Payment;

/// The most per mille that can be declared: all of the money.
pub const MOST_PER_MILLE: u16 = 1000;

/// A fee as the merchant declares it for a gateway account: a share of the money, and a fixed part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredFee {
    /// The share, in thousandths of the money: at most [`MOST_PER_MILLE`].
    #[serde(default)]
    pub per_mille: u16,
    /// The fixed part, in minor units of the payment's currency; never less than nothing.
    #[serde(default)]
    pub fixed: i64,
}

impl DeclaredFee {
    /// The fee of that money. Half a minor unit counts as one, which is our choice: gateways do not say how they round.
    pub fn of(self, money: Money) -> Money {
        let share = (i128::from(money.amount_minor) * i128::from(self.per_mille) + 500).div_euclid(1000);
        let fee = share.saturating_add(i128::from(self.fixed));
        Money { amount_minor: i64::try_from(fee).unwrap_or(i64::MAX), ..money }
    }
}

/// Who says what a fee was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeSource {
    /// The gateway told it.
    Gateway,
    /// It is reckoned by what the merchant declares.
    Declared,
}

/// The fee of a payment that brought money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fee {
    /// How much.
    pub money: Money,
    /// Who says so.
    pub source: FeeSource,
}

impl Fee {
    /// The fee of a payment that brought that money; `None` where nobody says.
    pub fn of(payment: &Payment, came: Money) -> Option<Fee> {
        let told = payment.first_told_fee().map(|money| Fee { money, source: FeeSource::Gateway });
        let declared = payment.terms.declared_fee;
        told.or_else(|| declared.map(|fee| Fee { money: fee.of(came), source: FeeSource::Declared }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn a_declared_fee_is_a_share_rounded_to_the_unit_and_a_fixed_part() {
        for (per_mille, fixed, amount, fee) in [
            (35, 0, 10_000, 350),
            (35, 100, 10_000, 450),
            (35, 0, 10_014, 350),
            (35, 0, 10_015, 351),
            (0, 25, 10_000, 25),
            (0, 0, 10_000, 0),
            (1000, 0, 7, 7),
            (500, 0, 1, 1),
            (499, 0, 1, 0),
            (1000, i64::MAX, i64::MAX, i64::MAX),
        ] {
            let (declared, money) = (DeclaredFee { per_mille, fixed }, Money::new(amount, Currency::XOF));
            assert_eq!(
                declared.of(money),
                Money::new(fee, Currency::XOF),
                "{per_mille} ‰ and {fixed} of {amount}"
            );
        }
    }
}
