//! The violation of a gateway's rule, in words that each API can put into its own.

use guichet_core::Code;

/// A violation of one of the gateway's rules, found before any call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct RuleViolation {
    /// Our stable code, such as `amount_not_whole`.
    pub code: Code,
    /// The order's field that violates it, such as `amount`, by our API's name for it.
    pub field: &'static str,
    /// A sentence that says what is wrong, and what to do; fields stand in it in braces, by the same names, so that each
    /// API can call them as its clients do.
    pub sentence: String,
}

impl RuleViolation {
    /// The sentence for clients of our own API.
    pub fn message(&self) -> String {
        self.told(|field| field)
    }

    /// The sentence with each field's name put through `name`.
    pub fn told<'a>(&'a self, name: impl Fn(&'a str) -> &'a str) -> String {
        let mut told = String::with_capacity(self.sentence.len());
        let mut rest = self.sentence.as_str();
        while let Some((before, within)) = rest.split_once('{') {
            let Some((field, after)) = within.split_once('}') else { break };
            told.push_str(before);
            told.push_str(name(field));
            rest = after;
        }
        told.push_str(rest);
        told
    }
}
