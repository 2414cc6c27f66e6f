//! The rules for single fields that every API has: amounts, lines of text, what people are called and how they are
//! reached.

use guichet_core::{BadPhone, Code, Phone};

/// The most that an order may ask for, in minor units: far above any gateway's limit, far below what an integer holds.
pub(crate) const MOST_MINOR: i64 = 1_000_000_000_000_000;

/// A rule that a field breaks, whoever sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldRule {
    /// The field, as the API names it.
    pub(crate) field: String,
    /// The stable code of the rule.
    pub(crate) code: Code,
    /// The rule, as a sentence.
    pub(crate) rule: String,
}

fn broken<T>(field: &str, code: Code, rule: impl Into<String>) -> Result<T, FieldRule> {
    Err(FieldRule { field: field.to_owned(), code, rule: rule.into() })
}

/// One line of text: trimmed, not empty, not too long, without control characters.
pub(crate) fn line(field: &str, text: &str, most: usize) -> Result<String, FieldRule> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if length == 0 || length > most {
        let rule = format!("{field} must have 1 to {most} characters; it has {length}.");
        return broken(field, Code::TextLength, rule);
    }
    if trimmed.chars().any(|c| c.is_control() || overrides_direction(c)) {
        let rule =
            format!("{field} must be one line of text without control or direction override characters.");
        return broken(field, Code::TextControlCharacter, rule);
    }
    Ok(trimmed.to_owned())
}

/// Characters that make a text read in another order than it is written; marks for Arabic are fine.
pub(crate) fn overrides_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An e-mail address.
pub(crate) fn email(field: &str, text: &str) -> Result<String, FieldRule> {
    let address = line(field, text, 254)?;
    if is_email(&address) {
        return Ok(address);
    }
    let rule = "An e-mail address has one “@” with something on both sides and no spaces.";
    broken(field, Code::EmailInvalid, rule)
}

fn is_email(text: &str) -> bool {
    let mut parts = text.split('@');
    let (local, domain, more) = (parts.next(), parts.next(), parts.next());
    let whole = |part: Option<&str>| part.is_some_and(|part| !part.is_empty());
    whole(local) && whole(domain) && more.is_none() && !text.contains(char::is_whitespace)
}

/// A phone number, as a program sends it: in E.164.
pub(crate) fn phone(field: &str, text: &str) -> Result<Phone, FieldRule> {
    Phone::parse(text).or_else(|bad| broken(field, Code::PhoneInvalid, sentence(bad)))
}

/// A phone number as a person writes it, in the country of that ISO 3166-1 code where it is known.
pub(crate) fn typed_phone(field: &str, text: &str, country: Option<&str>) -> Result<Phone, FieldRule> {
    Phone::typed(text, country).or_else(|bad| broken(field, Code::PhoneInvalid, sentence(bad)))
}

/// The reason as a sentence: it begins with a capital letter, as every rule does.
fn sentence(bad: BadPhone) -> String {
    let text = bad.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase()).into_iter();
    first.chain(letters).chain(['.']).collect()
}

/// Two capital letters; which of them are countries is for the gateways to know.
pub(crate) fn country(field: &str, text: &str) -> Result<String, FieldRule> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    let rule = "A country is its ISO 3166-1 code of two capital letters, such as CI.";
    broken(field, Code::CountryInvalid, rule)
}
