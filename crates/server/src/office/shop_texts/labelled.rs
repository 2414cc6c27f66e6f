//! What a way to pay is called, as it stands in the form and as it is kept.

use guichet_core::MerchantId;
use serde::Deserialize;

use crate::fields::line;
use crate::pages::{Label, Language};
use crate::registry::OpenAccount;

/// The longest label, in characters: it stands on a button of a phone.
const LONGEST: usize = 60;

/// What was typed; a language without a text gets another one's, and none at all the gateway's own words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    fr: String,
    ar: String,
    en: String,
}

impl Typed {
    /// The text in that language.
    pub(super) fn text(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::Ar => &self.ar,
            Language::En => &self.en,
        }
    }

    /// What holds now.
    pub(super) fn of(account: &OpenAccount) -> Self {
        let own = |language| account.label.as_ref().and_then(|label| label.own(language)).unwrap_or_default();
        Typed {
            fr: own(Language::Fr).to_owned(),
            ar: own(Language::Ar).to_owned(),
            en: own(Language::En).to_owned(),
        }
    }

    /// Whether it keeps the rules.
    pub(super) fn is_right(&self) -> bool {
        let right = |text: &str| text.trim().is_empty() || line("label", text, LONGEST).is_ok();
        Language::ALL.into_iter().all(|language| right(self.text(language)))
    }

    /// What the account's label is from now on.
    pub(super) fn label(&self) -> Option<Label> {
        Label::of_each(|language| self.text(language))
    }
}

/// Whether it is an account of that shop that customers may still choose.
pub(super) fn is_labelled(account: &OpenAccount, shop: MerchantId) -> bool {
    account.merchant == shop && !account.standing.has_ended()
}
