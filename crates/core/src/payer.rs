//! The payer: the name, e-mail address and phone number that gateways ask for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The person who pays. Every part is optional here; a gateway that needs one says so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number in E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State or region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zip_code: Option<String>,
    /// ISO 3166-1 alpha-2 code, such as `CI`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A phone number in E.164: `+`, then 8 to 15 digits, the first not zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phone(String);

/// The text is not an E.164 phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a phone number is written in E.164: “+”, the country code, then the number, 8 to 15 digits in all")]
pub struct BadPhone;

impl Phone {
    /// Reads a number strictly: no spaces, no leading zeros, nothing guessed.
    pub fn parse(text: &str) -> Result<Self, BadPhone> {
        let digits = text.strip_prefix('+').ok_or(BadPhone)?;
        let long_enough = (8..=15).contains(&digits.len());
        if long_enough && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Phone(text.to_owned()))
        } else {
            Err(BadPhone)
        }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Phone::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strict_e164() {
        assert!(Phone::parse("+213665983439").is_ok());
        assert!(Phone::parse("+2250700000000").is_ok());
        for wrong in [
            "",
            "213665983439",
            "+0213665983",
            "+213 665 98",
            "+1234567",
            "+1234567890123456",
            "+21366598343٩",
        ] {
            assert_eq!(Phone::parse(wrong), Err(BadPhone), "{wrong}");
        }
    }
}
