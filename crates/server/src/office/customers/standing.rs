//! How a customer stands, in a word, and how they are called.

use crate::office::state::Told;
use crate::store::{CustomerRow, CustomerStatus};

use super::texts::Texts;

/// How a customer stands.
pub(super) fn told(words: &Texts, customer: &CustomerRow) -> Told {
    if customer.is_forgotten() {
        return Told { word: words.forgotten, tone: "", icon: "off" };
    }
    of_status(words, customer.status)
}

/// A status in a word.
pub(super) fn of_status(words: &Texts, status: CustomerStatus) -> Told {
    match status {
        CustomerStatus::Active => Told { word: words.active, tone: "good", icon: "ok" },
        CustomerStatus::Inactive => Told { word: words.inactive, tone: "wait", icon: "wait" },
        CustomerStatus::Archived => Told { word: words.archived, tone: "", icon: "off" },
    }
}

/// What a customer is called: by their name, else by what they sign in by.
pub(super) fn called(words: &Texts, customer: &CustomerRow) -> String {
    match (customer.is_forgotten(), customer.profile.name.is_empty()) {
        (true, _) => words.nobody.replace("{}", &customer.number.to_string()),
        (false, true) => customer.identifier.clone(),
        (false, false) => customer.profile.name.clone(),
    }
}
