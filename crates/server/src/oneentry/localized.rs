//! Texts as fronts are given them: in one language, flat, which is valid for every client.

use serde::Serialize;

use crate::pages::Language;

use crate::catalogue::Text;

/// OneEntry's `localizeInfos`, in the language that was asked for.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Localized {
    title: String,
}

impl Localized {
    /// A title in that language; the marker of the thing where it has none.
    pub(crate) fn of(title: &Text, language: &str, marker: &str) -> Self {
        let title = title.in_language(language);
        Localized { title: if title.is_empty() { marker.to_owned() } else { title.to_owned() } }
    }

    /// That title.
    pub(crate) fn titled(title: impl Into<String>) -> Self {
        Localized { title: title.into() }
    }
}

/// The language of Guichet's own words for a front in that language.
pub(crate) fn own_language(language: &str) -> Language {
    Language::from_code(language).unwrap_or(Language::En)
}
