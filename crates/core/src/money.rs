//! Money as integers: minor units by ISO 4217 exponent. There is no floating point here, and no
//! arithmetic that can wrap.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

/// Longer than any amount that fits 64 bits, with its decimals.
const MOST_DECIMAL_BYTES: usize = 32;

/// An ISO 4217 currency that has a minor unit (so not gold, not the test code).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency(iso_currency::Currency);

/// The text is not the code of a currency that money can be counted in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not the ISO 4217 code of a currency with minor units, such as DZD or XOF")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// Algerian dinar: two decimals by ISO 4217, though OCPay takes whole dinars only.
    pub const DZD: Currency = Currency(iso_currency::Currency::DZD);
    /// West African CFA franc: no decimals.
    pub const XOF: Currency = Currency(iso_currency::Currency::XOF);

    /// Reads an upper-case three-letter code.
    pub fn from_code(code: &str) -> Result<Self, UnknownCurrency> {
        iso_currency::Currency::from_code(code)
            .filter(|currency| currency.exponent().is_some())
            .filter(|currency| currency.code() == code)
            .map(Currency)
            .ok_or_else(|| UnknownCurrency(code.chars().take(12).collect()))
    }

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The number of decimals of the minor unit: DZD 2, XOF 0.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

/// By code.
impl Ord for Currency {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Currency::from_code(&code).map_err(serde::de::Error::custom)
    }
}

/// An amount in the minor units of its currency: `{"amount": 250000, "currency": "DZD"}` is
/// 2,500.00 dinars, `{"amount": 2500, "currency": "XOF"}` is 2,500 francs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    #[serde(rename = "amount")]
    pub amount_minor: i64,
    /// The currency that says how many decimals those units have.
    pub currency: Currency,
}

impl Money {
    /// An amount in minor units.
    pub fn new(amount_minor: i64, currency: Currency) -> Self {
        Money { amount_minor, currency }
    }

    /// An amount in whole units (dinars, francs); `None` when it does not fit.
    pub fn from_major(amount: i64, currency: Currency) -> Option<Self> {
        let factor = 10_i64.checked_pow(currency.exponent())?;
        Some(Money::new(amount.checked_mul(factor)?, currency))
    }

    /// An amount as people write it, such as `2500`, `2500.00` or `0.5`: exactly or not at all. No sign, no exponent, no
    /// spaces, and no fraction of a minor unit but zero.
    pub fn from_decimal(text: &str, currency: Currency) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() > MOST_DECIMAL_BYTES || !digits(whole) || !digits(fraction) {
            return None;
        }
        let exponent = currency.exponent() as usize;
        let (kept, dropped) = fraction.split_at(fraction.len().min(exponent));
        if dropped.bytes().any(|digit| digit != b'0') {
            return None;
        }
        let amount_minor = format!("{whole}{kept:0<exponent$}").parse().ok()?;
        Some(Money::new(amount_minor, currency))
    }

    /// The amount in whole units; `None` when there is a fraction.
    pub fn to_major(self) -> Option<i64> {
        let factor = 10_i64.pow(self.currency.exponent());
        (self.amount_minor % factor == 0).then_some(self.amount_minor / factor)
    }

    /// The amount as people write it, without the currency: `2500.00`, `2500`.
    pub fn decimal(self) -> String {
        let exponent = self.currency.exponent() as usize;
        let mut text = String::with_capacity(24);
        // Writing to a text does not fail.
        let _ = write!(text, "{:0width$}", self.amount_minor.unsigned_abs(), width = exponent + 1);
        if exponent > 0 {
            text.insert(text.len() - exponent, '.');
        }
        if self.amount_minor < 0 {
            text.insert(0, '-');
        }
        text
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_follows_the_exponent() {
        for (amount, code, expected) in [
            (250_000, "DZD", "2500.00"),
            (5, "DZD", "0.05"),
            (-250_001, "DZD", "-2500.01"),
            (2500, "XOF", "2500"),
            (0, "XOF", "0"),
            (1, "KWD", "0.001"),
        ] {
            let currency = Currency::from_code(code).expect("a currency of ISO 4217");
            assert_eq!(Money::new(amount, currency).decimal(), expected, "{amount} {code}");
        }
    }

    #[test]
    fn decimals_are_exact_or_not_read() {
        for (text, code, expected) in [
            ("100", "XOF", Some(100)),
            ("100.00", "XOF", Some(100)),
            ("0153.000", "XOF", Some(153)),
            ("0", "USD", Some(0)),
            ("100", "USD", Some(10_000)),
            ("100.5", "USD", Some(10_050)),
            ("100.500", "USD", Some(10_050)),
            ("153.1230", "KWD", Some(153_123)),
            ("9223372036854775807", "XOF", Some(i64::MAX)),
            ("92233720368547758.07", "USD", Some(i64::MAX)),
            ("9223372036854775808", "XOF", None),
            ("92233720368547758.08", "USD", None),
            ("9223372036854775807", "USD", None),
            ("100.01", "XOF", None),
            ("100.505", "USD", None),
            ("153.1234", "KWD", None),
            ("1e3", "XOF", None),
            ("-100", "XOF", None),
            ("+100", "XOF", None),
            ("", "XOF", None),
            (".5", "USD", None),
            ("5.", "USD", None),
            ("1.2.3", "USD", None),
            (" 100", "XOF", None),
            ("1,000", "XOF", None),
            ("100 XOF", "XOF", None),
            ("٣", "XOF", None),
            ("000000000000000000000000000000000100", "XOF", None),
        ] {
            let currency = Currency::from_code(code).expect("a currency of ISO 4217");
            let found = Money::from_decimal(text, currency);
            assert_eq!(found.map(|money| money.amount_minor), expected, "{text} {code}");
        }
    }

    #[test]
    fn whole_units_are_exact_or_refused() {
        assert_eq!(Money::from_major(500, Currency::DZD), Some(Money::new(50_000, Currency::DZD)));
        assert_eq!(Money::from_major(500, Currency::XOF), Some(Money::new(500, Currency::XOF)));
        assert_eq!(Money::from_major(i64::MAX, Currency::DZD), None);
        assert_eq!(Money::new(50_001, Currency::DZD).to_major(), None);
        assert_eq!(Money::new(50_000, Currency::DZD).to_major(), Some(500));
    }

    #[test]
    fn only_real_currency_codes_are_read() {
        for wrong in ["", "dzd", "DA", "XXX", "XAU", "DZDD", "GBF"] {
            assert!(Currency::from_code(wrong).is_err(), "{wrong}");
        }
    }
}
