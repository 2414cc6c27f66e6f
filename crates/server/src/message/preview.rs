//! What a shop's messages are like before anybody is written to: the words of the shop and the standard ones, and a message about an order
//! that is made up, written by what writes to customers.

use crate::pages::Language;

use super::cost::Sample;
use super::gsm::{SmsCost, cost};
use super::part::Part;
use super::settings::MessageSettings;
use super::texts::texts;
use super::wording::{Unfit, check, words};
use super::{Channel, Occasion};

/// A message as a customer reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Preview {
    /// The subject of the e-mail.
    pub(crate) subject: String,
    /// Its text.
    pub(crate) text: String,
    /// The SMS.
    pub(crate) sms: String,
    /// What the SMS costs.
    pub(crate) cost: SmsCost,
}

/// A shop's own words for a message; what is left out is said in the standard ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OwnWording {
    /// For the subject of the e-mail.
    pub(crate) subject: Option<String>,
    /// For its text.
    pub(crate) text: Option<String>,
    /// For the SMS.
    pub(crate) sms: Option<String>,
}

impl OwnWording {
    fn parts(&self) -> [(Part, Option<&str>); 3] {
        [
            (Part::Subject, self.subject.as_deref()),
            (Part::Text, self.text.as_deref()),
            (Part::Sms, self.sms.as_deref()),
        ]
    }
}

/// The standard words for the subject, the text and the SMS.
pub(crate) fn standard_words(occasion: Occasion, language: Language) -> [&'static str; 3] {
    let standard = texts(language, occasion);
    [standard.subject, standard.text, standard.sms]
}

impl MessageSettings {
    /// Whether anything is said on that occasion.
    pub(crate) fn is_said(&self, occasion: Occasion) -> bool {
        [Channel::Email, Channel::Sms].into_iter().any(|channel| self.wants(occasion, channel))
    }

    /// The shop's own words for a message.
    pub(crate) fn own_words(&self, occasion: Occasion, language: Language) -> OwnWording {
        let own = self.templates.of(language);
        let of = |part| own.and_then(|own| own.of(occasion, part)).map(str::to_owned);
        OwnWording { subject: of(Part::Subject), text: of(Part::Text), sms: of(Part::Sms) }
    }

    /// Whether the shop has words of its own for a message.
    pub(crate) fn has_own_words(&self, occasion: Occasion, language: Language) -> bool {
        self.own_words(occasion, language) != OwnWording::default()
    }

    /// The same settings with these words for a message, which keep the rules of a shop file.
    ///
    /// # Errors
    /// The parts that do not, each with what is wrong.
    pub(crate) fn with_words(
        &self,
        occasion: Occasion,
        language: Language,
        own: &OwnWording,
    ) -> Result<MessageSettings, Vec<(Part, Unfit)>> {
        let wrong = |(part, own): (Part, Option<&str>)| check(part, own?).err().map(|unfit| (part, unfit));
        let mistakes: Vec<_> = own.parts().into_iter().filter_map(wrong).collect();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let mut settings = self.clone();
        for (part, own) in own.parts() {
            settings.templates.put(language, occasion, part, own.map(str::to_owned));
        }
        Ok(settings)
    }

    /// A message about an order that is made up. `shop` is what the shop is called, `public_url` where this server is reached, without a
    /// slash at its end.
    pub(crate) fn preview(
        &self,
        occasion: Occasion,
        language: Language,
        shop: &str,
        public_url: &str,
    ) -> Preview {
        let sample = Sample::new(public_url);
        let facts = sample.facts(shop);
        let (subject, text) = words(self, occasion, Channel::Email, language, &facts);
        let (_, sms) = words(self, occasion, Channel::Sms, language, &facts);
        Preview { subject, text, cost: cost(&sms), sms }
    }
}
