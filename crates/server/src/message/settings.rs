//! What is kept of a merchant's declaration: the settings as they stand in the database, readable, and
//! beside them the secrets, which the caller seals. The settings name a secret and never hold one.

use std::collections::BTreeMap;

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::pages::Language;

use super::part::Part;
use super::{Channel, Occasion};

/// What customers of a merchant are told, and how. The default says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MessageSettings {
    /// On which occasions.
    pub(super) occasions: Vec<Occasion>,
    /// The language of customers whose order names none; French when left out.
    pub(super) language: Option<String>,
    /// E-mail, if it is used.
    pub(super) email: Option<EmailSettings>,
    /// SMS, if they are used.
    pub(super) sms: Option<SmsSettings>,
    /// The merchant's own words.
    pub(super) templates: Templates,
    /// Where messages about play orders land, such as the sandbox's outbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outbox: Option<url::Url>,
}

impl MessageSettings {
    /// Whether no channel is used, so that nothing is ever said.
    pub(crate) fn is_off(&self) -> bool {
        self.channels().is_empty()
    }

    /// The channels that are used.
    pub(super) fn channels(&self) -> Vec<Channel> {
        let email = self.email.as_ref().map(|_| Channel::Email);
        let sms = self.sms.as_ref().map(|_| Channel::Sms);
        email.into_iter().chain(sms).collect()
    }

    /// Whether that channel is used.
    pub(crate) fn uses(&self, channel: Channel) -> bool {
        self.channels().contains(&channel)
    }

    /// Whether something is said on that occasion by that channel.
    pub(crate) fn wants(&self, occasion: Occasion, channel: Channel) -> bool {
        self.uses(channel) && self.occasions.contains(&occasion)
    }

    /// The language to write in: the order's, the merchant's, or French.
    pub(crate) fn language(&self, of_order: Option<&str>) -> Language {
        let known = |tag: Option<&str>| tag.and_then(Language::from_code);
        known(of_order).or_else(|| known(self.language.as_deref())).unwrap_or(Language::Fr)
    }
}

/// How e-mail leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EmailSettings {
    /// The mail server, such as `smtps://user@mail.example:465`; never with a password.
    pub(super) smtp: String,
    /// From whom, such as `Lampes <shop@example.com>`.
    pub(super) from: String,
    /// Where answers go, if elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reply_to: Option<String>,
}

/// How SMS leave: one HTTP request each.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SmsSettings {
    pub(super) url: String,
    pub(super) method: Method,
    pub(super) content_type: ContentType,
    pub(super) body: String,
    /// Header lines by name; a value that is a secret stands here as a placeholder.
    pub(super) headers: BTreeMap<String, String>,
    /// From whom, as the provider knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    #[serde(default)]
    pub(super) success: Success,
}

impl std::fmt::Debug for SmsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Somebody may have written a token into the address or the body after all.
        write!(f, "SmsSettings({:?} …)", self.method)
    }
}

/// The methods that providers ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    /// Everything is in the address.
    Get,
    /// The usual one.
    #[default]
    Post,
    /// Where a provider lets the caller name the message.
    Put,
}

/// What the body is written in, and so how a value in it is escaped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ContentType {
    /// JSON: values go inside quotes.
    #[default]
    #[serde(rename = "application/json")]
    Json,
    /// A form.
    #[serde(rename = "application/x-www-form-urlencoded")]
    Form,
    /// Plain text: values stand as they are.
    #[serde(rename = "text/plain")]
    Plain,
}

impl ContentType {
    /// The value of the header.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            ContentType::Json => "application/json",
            ContentType::Form => "application/x-www-form-urlencoded",
            ContentType::Plain => "text/plain; charset=utf-8",
        }
    }
}

/// How the provider says that it took a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Success {
    /// These statuses; any 2xx when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) status: Vec<u16>,
    /// And these words in the first 64 KiB of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contains: Option<String>,
}

/// A merchant's own words, by language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Templates {
    #[serde(skip_serializing_if = "Option::is_none")]
    fr: Option<OwnWords>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ar: Option<OwnWords>,
    #[serde(skip_serializing_if = "Option::is_none")]
    en: Option<OwnWords>,
}

impl Templates {
    pub(super) fn of(&self, language: Language) -> Option<&OwnWords> {
        match language {
            Language::Fr => self.fr.as_ref(),
            Language::Ar => self.ar.as_ref(),
            Language::En => self.en.as_ref(),
        }
    }

    /// Takes up words in the stead of those that there are; without any the standard ones are said.
    pub(super) fn put(&mut self, language: Language, occasion: Occasion, part: Part, words: Option<String>) {
        let own = match language {
            Language::Fr => &mut self.fr,
            Language::Ar => &mut self.ar,
            Language::En => &mut self.en,
        };
        let mut changed = own.take().unwrap_or_default();
        *changed.place(occasion, part) = words;
        *own = Some(changed).filter(|changed| *changed != OwnWords::default());
    }
}

/// A merchant's own words in one language; what is left out is said in the standard ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OwnWords {
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_sms: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_sms: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_sms: Option<String>,
}

impl OwnWords {
    pub(super) fn of(&self, occasion: Occasion, part: Part) -> Option<&str> {
        self.all().into_iter().find(|(_, of, which, _)| (*of, *which) == (occasion, part))?.3
    }

    fn place(&mut self, occasion: Occasion, part: Part) -> &mut Option<String> {
        match (occasion, part) {
            (Occasion::Paid, Part::Subject) => &mut self.paid_subject,
            (Occasion::Paid, Part::Text) => &mut self.paid_text,
            (Occasion::Paid, Part::Sms) => &mut self.paid_sms,
            (Occasion::Failed, Part::Subject) => &mut self.failed_subject,
            (Occasion::Failed, Part::Text) => &mut self.failed_text,
            (Occasion::Failed, Part::Sms) => &mut self.failed_sms,
            (Occasion::Review, Part::Subject) => &mut self.review_subject,
            (Occasion::Review, Part::Text) => &mut self.review_text,
            (Occasion::Review, Part::Sms) => &mut self.review_sms,
        }
    }

    /// Every part: its name in the shop file, what it is for, and the words if there are any.
    pub(super) fn all(&self) -> [(&'static str, Occasion, Part, Option<&str>); 9] {
        [
            ("paid_subject", Occasion::Paid, Part::Subject, self.paid_subject.as_deref()),
            ("paid_text", Occasion::Paid, Part::Text, self.paid_text.as_deref()),
            ("paid_sms", Occasion::Paid, Part::Sms, self.paid_sms.as_deref()),
            ("failed_subject", Occasion::Failed, Part::Subject, self.failed_subject.as_deref()),
            ("failed_text", Occasion::Failed, Part::Text, self.failed_text.as_deref()),
            ("failed_sms", Occasion::Failed, Part::Sms, self.failed_sms.as_deref()),
            ("review_subject", Occasion::Review, Part::Subject, self.review_subject.as_deref()),
            ("review_text", Occasion::Review, Part::Text, self.review_text.as_deref()),
            ("review_sms", Occasion::Review, Part::Sms, self.review_sms.as_deref()),
        ]
    }
}

/// What the name of a secret begins with that stands for a header's value.
pub(super) const HEADER_SECRET: &str = "header_";

/// The secrets to a merchant's settings.
#[derive(Debug, Clone, Default)]
pub(crate) struct MessageSecrets {
    /// What the mail server is told beside the user name.
    pub(super) smtp_password: Option<SecretString>,
    /// What the request to the SMS provider is filled with, by name.
    pub(super) sms: BTreeMap<String, SecretString>,
}

/// The same as it is sealed.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    smtp_password: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    sms: BTreeMap<String, String>,
}

impl MessageSecrets {
    /// Whether there is nothing to seal.
    pub(crate) fn is_empty(&self) -> bool {
        self.smtp_password.is_none() && self.sms.is_empty()
    }

    /// Which of them are others than those, or are only in one of the two: their names in the shop file.
    pub(crate) fn differences(&self, other: &MessageSecrets) -> Vec<String> {
        let opened = |secret: Option<&SecretString>| secret.map(|secret| secret.expose_secret().to_owned());
        let mut found = Vec::new();
        if opened(self.smtp_password.as_ref()) != opened(other.smtp_password.as_ref()) {
            found.push("email.password".to_owned());
        }
        for name in self.sms.keys().chain(other.sms.keys()) {
            let named = match name.starts_with(HEADER_SECRET) {
                true => "sms.headers".to_owned(),
                false => format!("sms.secret.{name}"),
            };
            if opened(self.sms.get(name)) != opened(other.sms.get(name)) && !found.contains(&named) {
                found.push(named);
            }
        }
        found
    }

    /// The secrets as one text, to be sealed.
    pub(crate) fn text(&self) -> anyhow::Result<SecretString> {
        let open = |secret: &SecretString| secret.expose_secret().to_owned();
        let written = Written {
            smtp_password: self.smtp_password.as_ref().map(open),
            sms: self.sms.iter().map(|(name, secret)| (name.clone(), open(secret))).collect(),
        };
        Ok(SecretString::from(serde_json::to_string(&written)?))
    }

    /// The secrets of such a text, opened again.
    pub(crate) fn read(opened: &SecretString) -> anyhow::Result<Self> {
        // The parser's message could quote what it stumbled over.
        let read: Option<Written> = serde_json::from_str(opened.expose_secret()).ok();
        let written = read.context("the secrets of a merchant's messages cannot be read")?;
        Ok(MessageSecrets {
            smtp_password: written.smtp_password.map(SecretString::from),
            sms: written.sms.into_iter().map(|(name, secret)| (name, SecretString::from(secret))).collect(),
        })
    }
}
