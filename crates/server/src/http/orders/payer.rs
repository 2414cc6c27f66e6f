//! The rules for what people are called and how they are reached, wherever a client says so.

use guichet_core::Phone;

use crate::http::problem::Problem;

/// One line of text: trimmed, not empty, not too long, without control characters.
pub fn line(field: &str, text: &str, most: usize) -> Result<String, Problem> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if length == 0 || length > most {
        let rule = format!("{field} must have 1 to {most} characters; it has {length}.");
        return Err(Problem::field(field, "text_length", rule));
    }
    if trimmed.chars().any(|c| c.is_control() || overrides_direction(c)) {
        let rule =
            format!("{field} must be one line of text without control or direction override characters.");
        return Err(Problem::field(field, "text_control_character", rule));
    }
    Ok(trimmed.to_owned())
}

/// Characters that make a text read in another order than it is written; marks for Arabic are fine.
pub fn overrides_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An e-mail address.
pub fn email(field: &str, text: &str) -> Result<String, Problem> {
    let address = line(field, text, 254)?;
    if is_email(&address) {
        return Ok(address);
    }
    let rule = "An e-mail address has one “@” with something on both sides and no spaces.";
    Err(Problem::field(field, "email_invalid", rule))
}

fn is_email(text: &str) -> bool {
    let mut parts = text.split('@');
    let (local, domain, more) = (parts.next(), parts.next(), parts.next());
    let whole = |part: Option<&str>| part.is_some_and(|part| !part.is_empty());
    whole(local) && whole(domain) && more.is_none() && !text.contains(char::is_whitespace)
}

/// A phone number.
pub fn phone(field: &str, text: &str) -> Result<Phone, Problem> {
    Phone::parse(text).map_err(|error| Problem::field(field, "phone_invalid", format!("{error}.")))
}

/// Two capital letters; which of them are countries is for the gateways to know.
pub fn country(field: &str, text: &str) -> Result<String, Problem> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    let rule = "A country is its ISO 3166-1 code of two capital letters, such as CI.";
    Err(Problem::field(field, "country_invalid", rule))
}
