//! Amounts as Novasend writes them: numbers at the top of a body, decimal texts (`"153.00"`) within a
//! transaction. Both are kept as they are spelled and turned into minor units exactly or not at all.

use guichet_core::{Currency, Money};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

/// An amount as it is spelled in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// A number, by its text.
    Number(String),
    /// A text.
    Text(String),
}

impl Amount {
    /// Whole units as a number, as at the top of a body; `None` when there is a fraction.
    pub fn number(money: Money) -> Option<Amount> {
        money.to_major().map(|units| Amount::Number(units.to_string()))
    }

    /// A decimal text, as within a transaction: two decimals, also where the currency has none.
    pub fn decimal(money: Money) -> Amount {
        let text = money.decimal();
        Amount::Text(if money.currency.exponent() == 0 { format!("{text}.00") } else { text })
    }

    /// Minor units of that currency; `None` when it is negative, has a fraction of a minor unit, an
    /// exponent, or is no number at all.
    pub fn minor(&self, currency: Currency) -> Option<i64> {
        let (Amount::Number(text) | Amount::Text(text)) = self;
        Money::from_decimal(text, currency).map(|money| money.amount_minor)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match raw.get().as_bytes().first() {
            Some(b'"') => serde_json::from_str(raw.get()).map(Amount::Text).map_err(de::Error::custom),
            Some(b'-' | b'0'..=b'9') => Ok(Amount::Number(raw.get().to_owned())),
            Some(_) | None => Err(de::Error::custom("an amount is a number or a text")),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Amount::Number(text) => {
                RawValue::from_string(text.clone()).map_err(ser::Error::custom)?.serialize(serializer)
            }
            Amount::Text(text) => serializer.serialize_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).expect("a currency")
    }

    #[test]
    fn minor_units_are_exact_or_nothing() {
        for (json, code, expected) in [
            ("300", "XOF", Some(300)),
            ("0", "XOF", Some(0)),
            ("300.0", "XOF", Some(300)),
            ("\"153.00\"", "XOF", Some(153)),
            ("\"153\"", "XAF", Some(153)),
            ("\"0153.000\"", "XOF", Some(153)),
            ("\"153.00\"", "EUR", Some(15_300)),
            ("\"153.5\"", "EUR", Some(15_350)),
            ("\"153.500\"", "EUR", Some(15_350)),
            ("\"153.1234\"", "KWD", None),
            ("\"153.1230\"", "KWD", Some(153_123)),
            ("9223372036854775807", "XOF", Some(i64::MAX)),
            ("9223372036854775808", "XOF", None),
            ("9223372036854775807", "EUR", None),
            ("153.01", "XOF", None),
            ("\"153.01\"", "XOF", None),
            ("-153", "XOF", None),
            ("-0", "XOF", None),
            ("1e309", "XOF", None),
            ("1e3", "XOF", None),
            ("153E0", "XOF", None),
            ("\"\"", "XOF", None),
            ("\".5\"", "EUR", None),
            ("\"5.\"", "EUR", None),
            ("\"1,000\"", "XOF", None),
            ("\"1.000,00\"", "XOF", None),
            ("\" 153\"", "XOF", None),
            ("\"+153\"", "XOF", None),
            ("\"153 XOF\"", "XOF", None),
            ("\"١٥٣\"", "XOF", None),
            ("\"NaN\"", "XOF", None),
        ] {
            let amount: Amount = serde_json::from_str(json).expect("an amount");
            assert_eq!(amount.minor(currency(code)), expected, "{json} {code}");
            assert_eq!(serde_json::to_string(&amount).expect("JSON"), json);
        }
        for wrong in ["null", "true", "[]", "{}", "[300]", "", "03", "3.", "+3"] {
            assert!(serde_json::from_str::<Amount>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn money_is_spelled_both_ways() {
        for (minor, code, number, decimal) in [
            (153, "XOF", Some("153"), "\"153.00\""),
            (0, "XAF", Some("0"), "\"0.00\""),
            (15_300, "EUR", Some("153"), "\"153.00\""),
            (15_350, "EUR", None, "\"153.50\""),
        ] {
            let money = Money::new(minor, currency(code));
            let json = |amount: &Amount| serde_json::to_string(amount).expect("JSON");
            assert_eq!(Amount::number(money).as_ref().map(json).as_deref(), number);
            assert_eq!(json(&Amount::decimal(money)), decimal);
            assert_eq!(Amount::decimal(money).minor(currency(code)), Some(minor));
        }
    }
}
