//! The receipt of a payment: what its gateway told beside the outcome.

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// The longest text that is taken from a gateway, in characters; documented ones have less than 40.
const MOST_CHARS: usize = 100;

/// The particulars of a payment, as its gateway told them. What it did not tell is absent: nothing here is made up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The operator or the means that it was paid with, by the gateway's own word, such as `OM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The phone number that it was paid from: by E.164 where the gateway tells the country code, otherwise as told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_from: Option<String>,
    /// The number under which the gateway or its operator finds the transaction; not the reference to check by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
    /// The gateway's fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
    /// The sum charged to the payer, fees included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged: Option<Money>,
    /// The time from which the money is at the merchant's disposal (unix ms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funds_at_ms: Option<i64>,
}

impl Receipt {
    /// A gateway's text as it is kept: one line of at most 100 characters. Blank and longer ones, and those with
    /// control characters, count as not told.
    pub fn text(told: &str) -> Option<String> {
        let text = told.trim();
        let plain =
            !text.is_empty() && text.chars().count() <= MOST_CHARS && !text.chars().any(char::is_control);
        plain.then(|| text.to_owned())
    }

    /// The same receipt with the fee that opening told, where the check told none.
    #[must_use]
    pub(crate) fn with_fee_of_opening(self, opening: Option<Money>) -> Receipt {
        Receipt { fee: self.fee.or(opening), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_short_single_lines() {
        let long = "é".repeat(100);
        for (told, kept) in [
            ("OM", Some("OM")),
            (" MP220915.2257.A76307 ", Some("MP220915.2257.A76307")),
            (long.as_str(), Some(long.as_str())),
            (&format!("{long}é"), None),
            ("a\nb", None),
            ("\u{0}", None),
            (" ", None),
            ("", None),
        ] {
            assert_eq!(Receipt::text(told).as_deref(), kept, "{told}");
        }
    }

    /// What stands in the rows of orders.
    #[test]
    fn nothing_told_is_nothing_stored() {
        assert_eq!(serde_json::to_string(&Receipt::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<Receipt>("{}").unwrap(), Receipt::default());
    }
}
