//! What the SMS of a merchant cost in parts, said when the shop file is applied: a provider charges each part.

use guichet_core::{Currency, DeliveryId, Money, Payer};

use crate::pages::Language;

use super::gsm::parts;
use super::settings::MessageSettings;
use super::{Channel, Facts, Occasion, wording};

/// How many characters a short link's token has; the letters of this one count like any.
const SHORT_TOKEN: &str = "0000000000000000000000000000000000000000000000000";

/// When the order that is made up was paid (unix ms): 15 May 2026.
const SAMPLE_AT_MS: i64 = 1_778_855_520_000;

/// What is said where nobody knows how long the links are.
const UNKNOWN: &str = "what an SMS costs cannot be said, because its link begins with the server's address, which is not known before \
    its first start; give --public-url to know it now";

/// An order that is made up, with ordinary values.
pub(super) struct Sample {
    payer: Payer,
    status_url: String,
    short_url: String,
}

impl Sample {
    /// The order at the server that is reached there.
    pub(super) fn new(public_url: &str) -> Self {
        let payer = Payer {
            given_name: Some("Amina".to_owned()),
            family_name: Some("Benali".to_owned()),
            ..Payer::default()
        };
        Sample {
            payer,
            status_url: format!("{public_url}/status/{SHORT_TOKEN}"),
            short_url: format!("{public_url}/s/{SHORT_TOKEN}"),
        }
    }

    /// What is known of it, at the shop that is called so.
    pub(super) fn facts<'a>(&'a self, merchant: &'a str) -> Facts<'a> {
        Facts {
            id: DeliveryId::new(0, [0; 10]),
            payer: &self.payer,
            reference: "ORD-2026-000123",
            money: Money::new(1_250_000, Currency::DZD),
            title: "Deux paniers de légumes",
            merchant,
            status_url: &self.status_url,
            short_url: &self.short_url,
            language: None,
            at_ms: SAMPLE_AT_MS,
            time_zone: None,
        }
    }
}

impl MessageSettings {
    /// For each language a sentence that says how many parts each SMS takes with ordinary values; nothing where none are
    /// sent. `merchant` is what the shop is called, `public_url` where this server is reached, empty
    /// where that is not known yet.
    pub(crate) fn sms_costs(&self, merchant: &str, public_url: &str) -> Vec<String> {
        if self.sms.is_none() {
            return Vec::new();
        }
        if public_url.is_empty() {
            return vec![UNKNOWN.to_owned()];
        }
        let sample = Sample::new(public_url);
        let facts = sample.facts(merchant);
        let cost = |language: Language| {
            let said = Occasion::ALL.into_iter().filter(|occasion| self.wants(*occasion, Channel::Sms));
            let each = said.map(|occasion| {
                let (_, text) = wording::words(self, occasion, Channel::Sms, language, &facts);
                let parts = parts(&text);
                format!("{} {parts} part{}", occasion.as_str(), if parts == 1 { "" } else { "s" })
            });
            let each = each.collect::<Vec<_>>().join(", ");
            format!("an SMS in {} costs: {each}", language.code())
        };
        Language::ALL.into_iter().map(cost).collect()
    }
}
