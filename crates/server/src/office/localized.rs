//! Texts of a shop's front as the people of the shop read them: in their language where it is there.

use crate::catalogue::Text;
use crate::pages::Language;

/// The text in a reader's language; otherwise in the first one that it has.
pub(super) fn localized(text: &Text, language: Language) -> &str {
    match text {
        Text::Same(text) => text,
        Text::Each(texts) => {
            let own = texts.iter().find(|(code, _)| Language::from_code(code) == Some(language));
            own.or_else(|| texts.iter().next()).map_or("", |(_, text)| text.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_the_readers_language_or_the_first() {
        let each = [("fr_FR", "Miel"), ("ar_DZ", "عسل")];
        let text = Text::Each(each.map(|(code, text)| (code.to_owned(), text.to_owned())).into());
        assert_eq!(Language::ALL.map(|language| localized(&text, language)), ["Miel", "عسل", "عسل"]);
        let same = Text::Same("Tajine".to_owned());
        assert_eq!(Language::ALL.map(|language| localized(&same, language)), ["Tajine"; 3]);
    }
}
