//! A phone number: read strictly where a program sends it, and as people write it where a person types it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::numbering::NumberingPlan;

/// A phone number in E.164: `+`, then 8 to 15 digits, the first not zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phone(String);

/// The reason why a text is not taken for a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPhone {
    /// It is not written in E.164.
    #[error(
        "a phone number is written in E.164: “+”, the country code, then the number, 8 to 15 digits in all, such as \
         +213551234567 or +2250701020304"
    )]
    NotE164,
    /// No such number can exist in its country.
    #[error("{0}")]
    CannotExist(&'static NumberingPlan),
}

/// The longest text that is read as a number, in bytes: more than anybody types.
const LONGEST_TYPED: usize = 100;

impl Phone {
    /// Reads a number strictly: no spaces, no leading zeros, nothing guessed. In a country whose numbering plan is known
    /// the number must be one that can exist there.
    pub fn parse(text: &str) -> Result<Self, BadPhone> {
        let phone = Phone::e164(text)?;
        match NumberingPlan::of_number(phone.digits()) {
            Some((plan, national)) if !plan.holds(national) => Err(BadPhone::CannotExist(plan)),
            Some(_) | None => Ok(phone),
        }
    }

    /// Reads a number by the form of E.164 alone: for what gateways tell, and for what was stored before a numbering
    /// plan changed.
    pub fn e164(text: &str) -> Result<Self, BadPhone> {
        let digits = text.strip_prefix('+').ok_or(BadPhone::NotE164)?;
        let long_enough = (8..=15).contains(&digits.len());
        if long_enough && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Phone(text.to_owned()))
        } else {
            Err(BadPhone::NotE164)
        }
    }

    /// Reads a number as people write it: with spaces, dots, dashes and brackets, with 00 for “+”, in Arabic-Indic or
    /// Persian digits; and in the country of that ISO 3166-1 code, where it is known, as it is dialled within it.
    pub fn typed(text: &str, country: Option<&str>) -> Result<Self, BadPhone> {
        let plain = plain(text).ok_or(BadPhone::NotE164)?;
        if let Some(digits) = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")) {
            return Phone::international(digits);
        }
        let Some(plan) = country.and_then(NumberingPlan::of_country) else { return Err(BadPhone::NotE164) };
        let written_out = || plain.strip_prefix(plan.calling_code).filter(|rest| plan.holds(rest));
        let national = Some(plain.as_str())
            .filter(|digits| plan.holds(digits))
            .or_else(|| plan.without_trunk(&plain).filter(|digits| plan.holds(digits)))
            .or_else(written_out)
            .ok_or(BadPhone::CannotExist(plan))?;
        Ok(Phone(format!("+{}{national}", plan.calling_code)))
    }

    /// Reads the digits of E.164; a trunk prefix after the calling code, as in +213 (0) 551…, is passed over.
    fn international(digits: &str) -> Result<Self, BadPhone> {
        let dialled = NumberingPlan::of_number(digits).and_then(|(plan, national)| {
            let bare = plan.without_trunk(national).filter(|bare| plan.holds(bare))?;
            Some(format!("+{}{bare}", plan.calling_code))
        });
        Phone::parse(&dialled.unwrap_or_else(|| format!("+{digits}")))
    }

    /// The number without “+”.
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// The ISO 3166-1 alpha-2 code of the number's country, where its numbering plan is known.
    pub fn country(&self) -> Option<&'static str> {
        NumberingPlan::of_number(self.digits()).map(|(plan, _)| plan.country)
    }
}

/// The digits of a typed number as ASCII, with a “+” in front if there is one; `None` where it has anything else in it
/// than people write in numbers.
fn plain(text: &str) -> Option<String> {
    if text.len() > LONGEST_TYPED {
        return None;
    }
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => plain.push(c),
            // Arabic-Indic, Persian, and full-width digits.
            '\u{660}'..='\u{669}' => plain.push(digit(c, 0x660)),
            '\u{6f0}'..='\u{6f9}' => plain.push(digit(c, 0x6f0)),
            '\u{ff10}'..='\u{ff19}' => plain.push(digit(c, 0xff10)),
            '+' | '\u{ff0b}' if plain.is_empty() => plain.push('+'),
            '.' | '-' | '/' | '(' | ')' | '[' | ']' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '·' => {}
            // Marks of direction, which come along when a number is copied out of a list of contacts.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            space if space.is_whitespace() => {}
            _ => return None,
        }
    }
    Some(plain)
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit((c as u32).saturating_sub(zero), 10).unwrap_or('0')
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        // What is stored was checked when it came; a plan that has changed since makes no order unreadable.
        Phone::e164(&text).map_err(serde::de::Error::custom)
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
            assert_eq!(Phone::parse(wrong), Err(BadPhone::NotE164), "{wrong}");
        }
    }

    #[test]
    fn a_number_that_cannot_exist_is_refused() {
        for (text, country) in [
            // Ivory Coast before 2021, Benin before 2024, a trunk zero, a digit short, a digit too many.
            ("+22507000001", "CI"),
            ("+22997123456", "BJ"),
            ("+2130550123456", "DZ"),
            ("+22177623745", "SN"),
            ("+2217762374511", "SN"),
            ("+2250300000000", "CI"),
            ("+213850123456", "DZ"),
            ("+22811234567", "TG"),
            ("+24106031234", "GA"),
            ("+243000000000", "CD"),
        ] {
            match Phone::parse(text) {
                Err(BadPhone::CannotExist(plan)) => assert_eq!(plan.country, country, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
            // Read from the store, it stays what it was.
            let stored = serde_json::to_string(text).unwrap();
            assert_eq!(serde_json::from_str::<Phone>(&stored).unwrap().to_string(), text);
        }
        // Countries without a plan here have the form of E.164 alone.
        for text in ["+33612345678", "+12025550123", "+4930901820", "+20100000000"] {
            assert!(Phone::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn people_write_numbers_in_many_ways() {
        let dz = Some("DZ");
        for (text, country, expected) in [
            ("+213 551 23 45 67", None, "+213551234567"),
            ("00213551234567", None, "+213551234567"),
            ("+213 (0) 551 23 45 67", None, "+213551234567"),
            ("0551 23 45 67", dz, "+213551234567"),
            ("0551.23.45.67", dz, "+213551234567"),
            ("0551-23-45-67", dz, "+213551234567"),
            ("551234567", dz, "+213551234567"),
            ("213551234567", dz, "+213551234567"),
            ("(021) 23 45 67", dz, "+21321234567"),
            ("٠٥٥١٢٣٤٥٦٧", dz, "+213551234567"),
            ("۰۵۵۱ ۲۳ ۴۵ ۶۷", dz, "+213551234567"),
            ("\u{202a}+213\u{a0}551\u{202f}23\u{2011}45\u{2013}67\u{202c}", None, "+213551234567"),
            ("\u{ff0b}２１３ 551234567", None, "+213551234567"),
            ("07 01 02 03 04", Some("ci"), "+2250701020304"),
            ("225 07 01 02 03 04", Some("CI"), "+2250701020304"),
            ("06 123 45 67", Some("CG"), "+242061234567"),
            ("0991234567", Some("CD"), "+243991234567"),
            ("066 12 34 56", Some("GA"), "+24166123456"),
            ("+33 6 12 34 56 78", dz, "+33612345678"),
            ("77 123 45 67", Some("SN"), "+221771234567"),
        ] {
            assert_eq!(
                Phone::typed(text, country).map(|phone| phone.to_string()),
                Ok(expected.to_owned()),
                "{text}"
            );
        }
        for (text, country, expected) in [
            ("", dz, "CannotExist"),
            ("0551 23 45", dz, "CannotExist"),
            ("97 12 34 56", Some("BJ"), "CannotExist"),
            ("+225 07 00 00 01", dz, "CannotExist"),
            ("0551234567", None, "NotE164"),
            ("0612345678", Some("FR"), "NotE164"),
            ("call me", dz, "NotE164"),
            ("0551234567+", dz, "NotE164"),
            ("0551234567 ext 3", dz, "NotE164"),
            ("+", dz, "NotE164"),
            (&"0".repeat(101), dz, "NotE164"),
        ] {
            let trouble = format!("{:?}", Phone::typed(text, country).unwrap_err());
            assert!(trouble.starts_with(expected), "{text}: {trouble}");
        }
    }

    #[test]
    fn a_number_tells_its_country() {
        for (text, expected) in [("+2250701020304", Some("CI")), ("+33612345678", None)] {
            assert_eq!(Phone::parse(text).unwrap().country(), expected);
        }
    }
}
