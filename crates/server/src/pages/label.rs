//! What a way to pay is called for customers: one text, or one for each language.

use guichet_gateways::Words;
use serde::{Deserialize, Serialize};

use super::language::Language;

/// A label as a shop file declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a label is a text, or one for each language: { fr = \"…\", ar = \"…\", en = \"…\" }"
)]
pub enum Label {
    /// One for all languages.
    Plain(String),
    /// One for each language.
    Each(LabelTexts),
}

/// The texts of a label; a language without one gets the first that there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelTexts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ar: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    en: Option<String>,
}

impl Label {
    /// The label of a text in each language; one for all where they are the same, none where there is no text at all.
    pub(crate) fn of_each<'a>(text: impl Fn(Language) -> &'a str) -> Option<Self> {
        let given = |language| Some(text(language).trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let texts = LabelTexts { fr: given(Language::Fr), ar: given(Language::Ar), en: given(Language::En) };
        match (&texts.fr, &texts.ar, &texts.en) {
            (None, None, None) => None,
            (Some(fr), Some(ar), Some(en)) if fr == ar && ar == en => Some(Label::Plain(fr.clone())),
            _ => Some(Label::Each(texts)),
        }
    }

    /// The text for readers of that language, and of no other.
    pub(crate) fn own(&self, language: Language) -> Option<&str> {
        match self {
            Label::Plain(text) => Some(text),
            Label::Each(texts) => match language {
                Language::Fr => texts.fr.as_deref(),
                Language::Ar => texts.ar.as_deref(),
                Language::En => texts.en.as_deref(),
            },
        }
    }

    /// The label for readers of that language; `None` where it has no text at all.
    pub(crate) fn text(&self, language: Language) -> Option<&str> {
        match self {
            Label::Plain(text) => Some(text),
            Label::Each(texts) => {
                let own = match language {
                    Language::Fr => &texts.fr,
                    Language::Ar => &texts.ar,
                    Language::En => &texts.en,
                };
                [own, &texts.fr, &texts.en, &texts.ar].into_iter().flatten().next().map(String::as_str)
            }
        }
    }
}

/// What a gateway is called: by its own name, and what is paid by hand in the reader's language.
pub(crate) fn gateway_called(language: Language, name: &str) -> &'static str {
    let Some(gateway) = guichet_gateways::find(name) else { return "–" };
    let capabilities = gateway.capabilities();
    if capabilities.checkable { gateway.title() } else { in_language(capabilities.paid_with, language) }
}

/// A gateway's words in that language.
pub(crate) fn in_language(words: Words, language: Language) -> &'static str {
    match language {
        Language::Fr => words.fr,
        Language::Ar => words.ar,
        Language::En => words.en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_in_each_language() {
        let table = [
            (r#""Carte""#, [Some("Carte"), Some("Carte"), Some("Carte")]),
            (r#"{"fr":"Carte","ar":"بطاقة","en":"Card"}"#, [Some("Carte"), Some("بطاقة"), Some("Card")]),
            (r#"{"ar":"بطاقة","en":"Card"}"#, [Some("Card"), Some("بطاقة"), Some("Card")]),
            (r#"{"ar":"بطاقة"}"#, [Some("بطاقة"); 3]),
            ("{}", [None; 3]),
        ];
        for (json, expected) in table {
            let label: Label = serde_json::from_str(json).expect(json);
            assert_eq!(Language::ALL.map(|language| label.text(language)), expected, "{json}");
            assert_eq!(serde_json::to_string(&label).unwrap(), json);
        }
        for wrong in ["5", r#"{"de":"Karte"}"#] {
            let error = serde_json::from_str::<Label>(wrong).unwrap_err().to_string();
            assert!(error.starts_with("a label is a text"), "{error}");
        }
    }
}
