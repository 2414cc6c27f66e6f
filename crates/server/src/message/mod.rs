//! What a shop's customer is told after a payment, after a failure, and while money is looked at: by
//! e-mail and by SMS, in the customer's language, in the shop's own words where it has some.
//!
//! It decides what is said, to whom, and what came of one try to say it. When to try, and how
//! often, is the outbox's matter, as with webhooks. Nothing is said until a merchant declares a channel.

mod account;
mod address;
mod cost;
mod declared;
mod gsm;
mod mail;
mod part;
mod preview;
mod relay;
mod request;
mod settings;
mod sms;
mod template;
#[cfg(test)]
mod tests;
mod texts;
mod wording;

use guichet_core::{DeliveryId, EntryKind, Money, Payer};
use serde::{Deserialize, Serialize};

use crate::fields::mailbox;
use crate::outbound::Reach;
use crate::pages::Language;

pub(crate) use account::{About, account_message};
pub(crate) use declared::DeclaredMessages;
pub(crate) use gsm::SmsCost;
pub(crate) use part::Part as MessagePart;
pub(crate) use preview::{OwnWording, Preview, standard_words};
pub(crate) use settings::{MessageSecrets, MessageSettings};
pub(crate) use wording::Unfit;

/// What gives a reason to write to a customer. That an order expired is none: nobody waits for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Occasion {
    /// The order is paid.
    Paid,
    /// Every payment failed and none is open; the customer may try again.
    Failed,
    /// Money came, or may have come, that a person must look at.
    Review,
}

impl Occasion {
    /// Every occasion, in the order of an order's life.
    pub(crate) const ALL: [Occasion; 3] = [Occasion::Paid, Occasion::Failed, Occasion::Review];

    /// The occasion that an event is, by its public type such as `order.paid`; `None` for the others.
    pub(crate) fn of_event(kind: &str) -> Option<Occasion> {
        Occasion::ALL.into_iter().find(|occasion| occasion.event() == kind)
    }

    /// The word for it in the shop file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Occasion::Paid => "paid",
            Occasion::Failed => "failed",
            Occasion::Review => "review",
        }
    }

    /// The occasion of that word.
    pub(crate) fn of(word: &str) -> Option<Occasion> {
        Occasion::ALL.into_iter().find(|occasion| occasion.as_str() == word)
    }

    fn event(self) -> &'static str {
        match self {
            Occasion::Paid => EntryKind::OrderPaid.as_str(),
            Occasion::Failed => EntryKind::OrderFailed.as_str(),
            Occasion::Review => EntryKind::OrderNeedsYou.as_str(),
        }
    }
}

/// A way to reach a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// E-mail, by SMTP.
    Email,
    /// A text message, by a provider's HTTP interface.
    Sms,
}

impl Channel {
    /// The word for it in the shop file, the database and the logs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Sms => "sms",
        }
    }

    /// Whether the payer left an address for it that can be written to.
    pub(crate) fn reaches(self, payer: &Payer) -> bool {
        self.address(payer).is_some()
    }

    fn address(self, payer: &Payer) -> Option<String> {
        match self {
            Channel::Email => payer.email.as_deref().and_then(email_address),
            Channel::Sms => payer.phone.as_ref().map(ToString::to_string),
        }
    }
}

/// The text as an e-mail address, if a mail server can be expected to take it.
pub(crate) fn email_address(text: &str) -> Option<String> {
    mailbox(text).map(|found| found.to_string())
}

/// What is known of an order when something is said about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    /// The delivery; the same at every try, so that a reader can tell a repetition.
    pub(crate) id: DeliveryId,
    /// Who pays: how they are called, and where they are reached.
    pub(crate) payer: &'a Payer,
    /// The shop's own name for the order.
    pub(crate) reference: &'a str,
    /// What was to be paid.
    pub(crate) money: Money,
    /// What the order is called for people.
    pub(crate) title: &'a str,
    /// What the shop is called for people.
    pub(crate) merchant: &'a str,
    /// The page that tells where the order stands; the only link in an e-mail.
    pub(crate) status_url: &'a str,
    /// A short address that leads there; the only link in an SMS.
    pub(crate) short_url: &'a str,
    /// The language that the order asks for, such as `ar`, if it does.
    pub(crate) language: Option<&'a str>,
    /// When it happened (unix ms); also the date of the e-mail, so that every try sends the same bytes.
    pub(crate) at_ms: i64,
    /// The time zone of the shop's clocks, by its IANA name; UTC when `None`.
    pub(crate) time_zone: Option<&'a str>,
}

/// A message that is ready to go.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// The delivery it leaves as.
    pub(crate) id: DeliveryId,
    /// The way it takes.
    pub(crate) channel: Channel,
    /// An e-mail address, or a phone number in E.164.
    pub(crate) to: String,
    /// One line; empty for an SMS.
    pub(crate) subject: String,
    /// Plain text.
    pub(crate) text: String,
    /// The language it is written in.
    pub(crate) language: Language,
    /// When it happened (unix ms).
    pub(crate) at_ms: i64,
}

impl Message {
    /// The address as logs may show it: `a…@example.com`, `+213…39`.
    pub(crate) fn masked(&self) -> String {
        match self.channel {
            Channel::Email => address::masked_email(&self.to),
            Channel::Sms => address::masked_phone(&self.to),
        }
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({}, {} to {})", self.id, self.channel.as_str(), self.masked())
    }
}

/// What is said on an occasion; `None` when the merchant does not use the channel or does not speak on
/// that occasion, or when the payer has no address for the channel.
pub(crate) fn message(
    settings: &MessageSettings,
    occasion: Occasion,
    channel: Channel,
    facts: &Facts<'_>,
) -> Option<Message> {
    if !settings.wants(occasion, channel) {
        return None;
    }
    let to = channel.address(facts.payer)?;
    let language = settings.language(facts.language);
    let (subject, text) = wording::words(settings, occasion, channel, language, facts);
    Some(Message { id: facts.id, channel, to, subject, text, language, at_ms: facts.at_ms })
}

/// What came of one try. The words are for the operator's log: no secret, no text of the message, and
/// an address only masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was taken.
    Sent {
        /// The SMTP or HTTP code.
        code: Option<i64>,
        /// What came of it, in a few words.
        outcome: String,
    },
    /// It was not taken, or nobody knows; another try may do it, perhaps after an operator's help.
    Later {
        /// The SMTP or HTTP code, when there was an answer.
        code: Option<i64>,
        /// What came of it, in a few words.
        outcome: String,
        /// How long the other side asked to wait, in ms, at most a day.
        retry_after_ms: Option<i64>,
    },
    /// It was refused for good: another try would be refused too.
    Never {
        /// The SMTP or HTTP code, when there was an answer.
        code: Option<i64>,
        /// What came of it, in a few words.
        outcome: String,
    },
}

impl Outcome {
    fn later(outcome: impl Into<String>) -> Self {
        Outcome::Later { code: None, outcome: outcome.into(), retry_after_ms: None }
    }

    fn never(outcome: impl Into<String>) -> Self {
        Outcome::Never { code: None, outcome: outcome.into() }
    }
}

/// What sending for one merchant takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender<'a> {
    /// What the merchant declared.
    pub(crate) settings: &'a MessageSettings,
    /// The secrets to it, if it needs any.
    pub(crate) secrets: Option<&'a MessageSecrets>,
    /// Where merchants' addresses may lead: mail servers and SMS providers too.
    pub(crate) reach: &'a Reach,
    /// A client that keeps to that reach.
    pub(crate) client: &'a reqwest::Client,
    /// Where messages land instead of leaving; given for play orders only.
    pub(crate) outbox: Option<&'a url::Url>,
}

impl Sender<'_> {
    /// Makes one try, within some 20 seconds.
    pub(crate) async fn send(&self, message: &Message) -> Outcome {
        if let Some(outbox) = self.outbox {
            if let Err(why) = self.reach.judge(outbox) {
                return Outcome::later(format!("the outbox cannot be used: {why}"));
            }
            return send_to_outbox(self.client, outbox, message).await;
        }
        let none = MessageSecrets::default();
        let secrets = self.secrets.unwrap_or(&none);
        match (message.channel, &self.settings.email, &self.settings.sms) {
            (Channel::Email, Some(settings), _) => {
                mail::send(settings, secrets, self.reach, message, mail::time_enough()).await
            }
            (Channel::Sms, _, Some(settings)) => {
                sms::send(settings, secrets, self.reach, self.client, message).await
            }
            (Channel::Email, None, _) | (Channel::Sms, _, None) => {
                Outcome::never(format!("the merchant has no {} any more", message.channel.as_str()))
            }
        }
    }
}

pub(crate) use sms::send_to_outbox;
