//! The outbox: messages to customers, e-mails and short messages, that a server delivers here instead of sending
//! them, to be read by people and by tests.

use std::collections::VecDeque;

use serde::Serialize;

use crate::clock::timestamp;
use crate::refusal::Refusal;

/// The most messages that are kept; the oldest is dropped for a new one.
pub(crate) const MAX_MESSAGES: usize = 1000;

/// The longest text, and the longest address or subject, in bytes.
const MAX_TEXT_BYTES: usize = 64 * 1024;
const MAX_LINE_BYTES: usize = 1000;

/// The channel of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageChannel {
    /// An e-mail.
    Email,
    /// A short message to a phone.
    Sms,
}

impl MessageChannel {
    /// The word, as the control API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            MessageChannel::Email => "email",
            MessageChannel::Sms => "sms",
        }
    }
}

/// A message that would have been sent to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The channel.
    pub channel: MessageChannel,
    /// The recipient: an e-mail address or a phone number.
    pub to: String,
    /// The subject; short messages have none.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
}

/// A message as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// The channel.
    pub channel: MessageChannel,
    /// The recipient: an e-mail address or a phone number.
    pub to: String,
    /// The subject.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// The time of arrival (RFC 3339, the sandbox's time).
    pub at: String,
}

/// The messages, newest last.
#[derive(Default)]
pub(crate) struct Outbox {
    messages: VecDeque<MessageView>,
}

impl Outbox {
    /// Keeps one.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about a field that is too long.
    pub(crate) fn add(&mut self, message: Message, now_ms: i64) -> Result<MessageView, Refusal> {
        let Message { channel, to, subject, text } = message;
        let lines = [("to", to.as_str()), ("subject", subject.as_deref().unwrap_or(""))];
        let lines = lines.map(|(field, text)| (field, text, MAX_LINE_BYTES));
        for (field, text, most) in lines.into_iter().chain([("text", text.as_str(), MAX_TEXT_BYTES)]) {
            if text.len() > most {
                return Err(Refusal::invalid(field, format!("{field} is at most {most} bytes long.")));
            }
        }
        if self.messages.len() >= MAX_MESSAGES {
            self.messages.pop_front();
        }
        let view = MessageView { channel, to, subject, text, at: timestamp(now_ms) };
        self.messages.push_back(view.clone());
        Ok(view)
    }

    /// The messages, newest first.
    pub(crate) fn newest_first(&self) -> impl ExactSizeIterator<Item = &MessageView> {
        self.messages.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(to: &str) -> Message {
        Message { channel: MessageChannel::Sms, to: to.into(), subject: None, text: "Paid.".into() }
    }

    #[test]
    fn only_so_many_messages_are_kept_and_none_that_is_too_long() {
        let mut outbox = Outbox::default();
        for number in 0..=MAX_MESSAGES {
            outbox.add(message(&number.to_string()), 0).unwrap();
        }
        let mut kept = outbox.newest_first();
        assert_eq!((kept.len(), &*kept.next().unwrap().to), (MAX_MESSAGES, "1000"));
        assert_eq!(kept.last().unwrap().to, "1");
        assert!(outbox.add(message(&"x".repeat(MAX_LINE_BYTES + 1)), 0).is_err());
        let long = Message { text: "x".repeat(MAX_TEXT_BYTES + 1), ..message("1") };
        assert!(outbox.add(long, 0).is_err());
    }
}
