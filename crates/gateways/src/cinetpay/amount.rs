//! The currencies that CinetPay takes, with their limits.

use guichet_core::Currency;

use crate::gateway::AmountLimit;

/// The currencies of the initialisation page, in minor units of ISO 4217.
///
/// The least: 100 XOF and XAF (documentation of the Android library and of the first API), 400 CDF
/// (the first API), 100 GNF (the next API, which says 100 for every currency). For USD the first API
/// said 0.2; the integer of this one leaves 1.
/// The most: not documented for this API. The next one says 2,500,000, which is taken for francs CFA;
/// the others are our choice of about the same worth, rounded up: the gateway can still refuse.
/// Multiples of 5 except for USD (the initialisation page; the exception from its clients).
/// CDF and USD have two decimals in ISO 4217; only whole ones are sent, which is our choice, because
/// the field is an integer.
pub(super) static LIMITS: &[AmountLimit] = &[
    AmountLimit { currency: "XOF", least_minor: 100, most_minor: 2_500_000, multiple_of_minor: 5 },
    AmountLimit { currency: "XAF", least_minor: 100, most_minor: 2_500_000, multiple_of_minor: 5 },
    AmountLimit { currency: "CDF", least_minor: 40_000, most_minor: 1_000_000_000, multiple_of_minor: 500 },
    AmountLimit { currency: "GNF", least_minor: 100, most_minor: 35_000_000, multiple_of_minor: 5 },
    AmountLimit { currency: "USD", least_minor: 100, most_minor: 400_000, multiple_of_minor: 100 },
];

/// The limits of a currency, when CinetPay takes it.
pub(super) fn limit(currency: Currency) -> Option<&'static AmountLimit> {
    LIMITS.iter().find(|limit| limit.currency == currency.code())
}

/// A currency by the vendor's code. `GBF` is the guide's slip for `GNF`, corrected everywhere else.
pub(super) fn currency(code: &str) -> Option<Currency> {
    Currency::from_code(if code == "GBF" { "GNF" } else { code }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gbf_means_gnf() {
        assert_eq!(currency("GBF").map(Currency::code), Some("GNF"));
        assert_eq!(currency("XOF").map(Currency::code), Some("XOF"));
        for nothing in ["", "xof", "CFA", "GBFF"] {
            assert_eq!(currency(nothing), None, "{nothing}");
        }
    }
}
