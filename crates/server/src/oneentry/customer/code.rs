//! Codes as fronts send and ask for them.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::access::CodeTerms;
use crate::catalogue::Provider;
use crate::oneentry::front_error::FrontError;

/// The longest word for an event, in characters.
const LONGEST_EVENT: usize = 100;

/// The event of the code that is sent at a sign-up, by OneEntry's own name for it.
pub(crate) const REGISTRATION: &str = "user_registration";

/// A code as it was typed.
pub(crate) struct TypedCode(pub(crate) String);

impl<'de> Deserialize<'de> for TypedCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(TypedCode(text.trim().to_owned())),
            Value::Number(number) => Ok(TypedCode(number.to_string())),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                Err(serde::de::Error::custom("expected a text of digits"))
            }
        }
    }
}

/// Whether that can be a front's word for an event.
///
/// # Errors
/// The rule that it breaks.
pub(crate) fn check_event(event: &str) -> Result<(), FrontError> {
    if event.is_empty() || event.chars().count() > LONGEST_EVENT || event.chars().any(char::is_control) {
        let rule = format!("eventIdentifier is a text of 1 to {LONGEST_EVENT} characters");
        return Err(FrontError::bad_request(rule));
    }
    Ok(())
}

/// A code for that event, as the provider declares codes.
pub(crate) fn code_terms<'a>(provider: &Provider, event: &'a str) -> CodeTerms<'a> {
    CodeTerms { event, digits: provider.code_length, ttl_s: provider.code_ttl }
}

/// What everybody is told whose code is not right, whatever the reason.
pub(crate) fn wrong_code() -> FrontError {
    FrontError::bad_request("The code is wrong or has expired")
}
