//! From facts to words: the template of the merchant or the standard one, filled with values that are
//! cleaned first. A value is one short line whatever a customer or a shop has put into it, so that it
//! can neither begin a new header, nor turn the text around, nor push the rest out of an SMS.

use guichet_core::Payer;

use crate::pages::Language;

use super::gsm::folded;
use super::part::Part;
use super::settings::MessageSettings;
use super::template::Template;
use super::texts::texts;
use super::{Channel, Facts, Occasion};

/// The names that may stand in braces, in the order in which errors list them.
pub(super) const WORDS: [&str; 7] =
    ["name", "reference", "amount", "title", "merchant", "status_url", "date"];

/// The subject (empty for an SMS) and the text of a message.
pub(super) fn words(
    settings: &MessageSettings,
    occasion: Occasion,
    channel: Channel,
    language: Language,
    facts: &Facts<'_>,
) -> (String, String) {
    let values = Values::new(language, facts);
    let own = settings.templates.of(language);
    let standard = texts(language, occasion);
    let write = |part, standard: &str| {
        let own = own.and_then(|own| own.of(occasion, part));
        // A merchant's words were read when the shop file was applied; the standard ones in the tests.
        let written = own.and_then(|own| values.write(part, own).ok());
        written.or_else(|| values.write(part, standard).ok()).unwrap_or_default()
    };
    match channel {
        Channel::Email => (write(Part::Subject, standard.subject), write(Part::Text, standard.text)),
        Channel::Sms => (String::new(), write(Part::Sms, standard.sms)),
    }
}

/// Why a merchant's words are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    /// There are none.
    #[error("it is empty; leave it out to use the standard words")]
    Empty,
    /// There are characters in it that cannot be.
    #[error("it must be {lines} without control or direction override characters")]
    Characters {
        /// What it is to be.
        lines: &'static str,
    },
    /// Something in braces is no value that there is.
    #[error("{rule}")]
    Braces {
        /// Where.
        near: String,
        /// What is wrong, as a sentence.
        rule: String,
    },
    /// Ordinary values would make it too long.
    #[error("with ordinary values it comes to {length} characters; there may be {most}")]
    TooLong {
        /// What it comes to, in characters.
        length: usize,
        /// What there may be.
        most: usize,
    },
}

/// Refuses a merchant's words that cannot be read, or that ordinary values would make too long.
pub(super) fn check(part: Part, own: &str) -> Result<(), Unfit> {
    let line_end = |c: char| c == '\n' && part != Part::Subject;
    if own.trim().is_empty() {
        return Err(Unfit::Empty);
    }
    if own.chars().any(|c| (c.is_control() && !line_end(c)) || turns_around(c)) {
        return Err(Unfit::Characters { lines: if part == Part::Subject { "one line" } else { "lines" } });
    }
    let template = Template::wording(own).map_err(|rule| Unfit::Braces { near: quoted(&rule), rule })?;
    let unknown = template.words().into_iter().find(|word| !WORDS.contains(word)).unwrap_or_default();
    let near = format!("{{{unknown}}}");
    template.expect_words(&WORDS).map_err(|rule| Unfit::Braces { near, rule })?;
    let filled = template.fill_sentence(sample);
    let (length, most) = (filled.chars().count(), part.most());
    if length > most { Err(Unfit::TooLong { length, most }) } else { Ok(()) }
}

/// What a rule quotes.
fn quoted(rule: &str) -> String {
    let quoted = rule.split_once('“').and_then(|(_, rest)| rest.split_once('”'));
    quoted.map(|(quoted, _)| quoted.to_owned()).unwrap_or_default()
}

/// Values at the long end of the ordinary.
fn sample(word: &str) -> &'static str {
    match word {
        "name" => "Fatima-Zohra Benabdallah",
        "reference" => "ORD-2026-000000123456",
        "amount" => "1 234 567,50 F CFA",
        "title" => "Lampes et abat-jour, livrés à Tizi Ouzou",
        "merchant" => "La Maison des Lampes",
        "status_url" => {
            "https://paiement.lampes.example/status/00000000000000000000000000000000000000000000000000000000"
        }
        _ => "15/05/2026 à 14:32 UTC",
    }
}

struct Values<'a> {
    language: Language,
    name: String,
    amount: String,
    date: String,
    facts: &'a Facts<'a>,
}

impl<'a> Values<'a> {
    fn new(language: Language, facts: &'a Facts<'a>) -> Self {
        Values {
            language,
            name: greeting(facts.payer),
            amount: language.money(facts.money),
            date: language.moment(facts.at_ms, facts.time_zone),
            facts,
        }
    }

    fn write(&self, part: Part, template: &str) -> Result<String, String> {
        let template = Template::wording(template)?;
        let mut text = template.fill_sentence(|word| self.value(part, word));
        match part {
            Part::Subject => text = one_line(&text),
            Part::Text => {}
            // One letter that the phone network's alphabet has not makes three parts of one. Arabic has only such.
            Part::Sms if self.language == Language::Ar => text = text.replace(['\u{a0}', '\u{202f}'], " "),
            Part::Sms => text = folded(&text),
        }
        Ok(cut(text, part.most(), part))
    }

    fn value(&self, part: Part, word: &str) -> String {
        let value = match word {
            "name" => &self.name,
            "reference" => self.facts.reference,
            "amount" => &self.amount,
            "title" => self.facts.title,
            "merchant" => self.facts.merchant,
            "date" => &self.date,
            "status_url" if part == Part::Sms => return one_line(self.facts.short_url),
            "status_url" => return one_line(self.facts.status_url),
            _ => "",
        };
        let value = cut(one_line(value), part.most_of(word), part);
        // First-strong isolate and its end: a reference or an amount keeps its own order of reading
        // within Arabic. Phones show them as boxes, mail lists too.
        if self.language == Language::Ar && part == Part::Text && !value.is_empty() {
            return format!("\u{2068}{value}\u{2069}");
        }
        value
    }
}

/// First name, then family name. Whoever fills a shop's form chooses both and the address too, so what
/// could read as a link is left out: our mail must not carry a stranger's advertisement.
fn greeting(payer: &Payer) -> String {
    let parts = [payer.given_name.as_deref(), payer.family_name.as_deref()];
    let name = parts.into_iter().flatten().map(str::trim).collect::<Vec<_>>().join(" ");
    let dotted = name.split('.').skip(1).any(|after| after.starts_with(char::is_alphanumeric));
    if dotted || name.contains(['/', '\\', '@', ':']) { String::new() } else { name.trim().to_owned() }
}

/// The text as one line: what is not to be seen becomes a space, what turns text around goes.
pub(super) fn one_line(text: &str) -> String {
    let shown = text.chars().filter(|c| !turns_around(*c));
    let plain: String = shown.map(|c| if c.is_control() || is_line_end(c) { ' ' } else { c }).collect();
    plain.trim().to_owned()
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Characters that make a text read in another order than it is written; marks for Arabic are fine.
fn turns_around(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// At most so many characters, the last of them dots where something is missing.
pub(super) fn cut(text: String, most: usize, part: Part) -> String {
    if text.chars().count() <= most {
        return text;
    }
    let dots = if part == Part::Sms { "..." } else { "…" };
    let kept: String = text.chars().take(most - dots.chars().count()).collect();
    format!("{}{dots}", kept.trim_end())
}
