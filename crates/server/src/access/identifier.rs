//! By what somebody signs in: an e-mail address mostly, or a phone number.

/// The longest identifier, in bytes; an e-mail address is no longer.
pub(crate) const LONGEST_IDENTIFIER: usize = 254;

/// An identifier as it is compared: trimmed and in lower case.
pub(crate) fn normalized(identifier: &str) -> String {
    identifier.trim().to_lowercase()
}

/// Whether somebody may sign up by it.
pub(crate) fn is_identifier(text: &str) -> bool {
    text.len() <= LONGEST_IDENTIFIER && !text.chars().any(char::is_control)
}
