//! Money on CinetPay's wire: whole francs and dollars going out, decimal text or a JSON number
//! coming in; read exactly or not at all. Also the currencies it takes, with their limits.

use guichet_core::{Currency, Money};

use crate::gateway::AmountLimit;

/// Longer than any amount that fits 64 bits, with its decimals.
const MOST_BYTES: usize = 32;

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

/// Minor units of a decimal text such as `100`, `100.00` or `0.5`; `None` for anything else, and for
/// more decimals than the currency has. No sign, no exponent, no spaces, nothing rounded.
pub(super) fn minor(text: &str, currency: Currency) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > MOST_BYTES || !digits(whole) || !digits(fraction) {
        return None;
    }
    let exponent = currency.exponent() as usize;
    let (kept, dropped) = fraction.split_at(fraction.len().min(exponent));
    if dropped.bytes().any(|digit| digit != b'0') {
        return None;
    }
    let whole = Money::from_major(whole.parse().ok()?, currency)?.amount_minor;
    let fraction: i64 = format!("{kept:0<exponent$}0").parse().ok()?;
    whole.checked_add(fraction / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(code: &str) -> Currency {
        currency(code).expect("a currency")
    }

    #[test]
    fn amounts_are_exact_or_not_read() {
        for (text, currency, expected) in [
            ("100", "XOF", Some(100)),
            ("100.00", "XOF", Some(100)),
            ("100.0000", "XOF", Some(100)),
            ("0100", "XOF", Some(100)),
            ("100.01", "XOF", None),
            ("100", "USD", Some(10_000)),
            ("100.5", "USD", Some(10_050)),
            ("100.50", "USD", Some(10_050)),
            ("100.505", "USD", None),
            ("100.500", "USD", Some(10_050)),
            ("0", "USD", Some(0)),
            ("9223372036854775807", "XOF", Some(i64::MAX)),
            ("9223372036854775808", "XOF", None),
            ("92233720368547758.07", "USD", Some(i64::MAX)),
            ("92233720368547758.08", "USD", None),
            ("9223372036854775807", "USD", None),
            ("1e3", "XOF", None),
            ("1e309", "XOF", None),
            ("-100", "XOF", None),
            ("+100", "XOF", None),
            ("", "XOF", None),
            (".5", "USD", None),
            ("5.", "USD", None),
            ("1.2.3", "USD", None),
            (" 100", "XOF", None),
            ("100 ", "XOF", None),
            ("1 000", "XOF", None),
            ("1,000", "XOF", None),
            ("100 XOF", "XOF", None),
            ("٣", "XOF", None),
            ("000000000000000000000000000000000100", "XOF", None),
        ] {
            assert_eq!(minor(text, code(currency)), expected, "{text} {currency}");
        }
    }

    #[test]
    fn gbf_means_gnf() {
        assert_eq!(currency("GBF").map(Currency::code), Some("GNF"));
        assert_eq!(currency("XOF").map(Currency::code), Some("XOF"));
        for nothing in ["", "xof", "CFA", "GBFF"] {
            assert_eq!(currency(nothing), None, "{nothing}");
        }
    }
}
