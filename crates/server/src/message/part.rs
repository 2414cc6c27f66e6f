//! The parts of a message, and how long each may be.

/// A part of a message, each with its own bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The subject of an e-mail: one line.
    Subject,
    /// The text of an e-mail.
    Text,
    /// An SMS.
    Sms,
}

impl Part {
    /// The most characters it may come to; three parts of an SMS, or seven in Arabic.
    pub(super) fn most(self) -> usize {
        match self {
            Part::Subject => 200,
            Part::Text => 4_000,
            Part::Sms => 480,
        }
    }

    /// The most characters that a value may put into it. The status address is not one: it is ours, and
    /// cut short it would lead nowhere.
    pub(super) fn most_of(self, word: &str) -> usize {
        match (self, word) {
            (_, "reference") => 100,
            (Part::Sms, "name" | "merchant") => 30,
            (Part::Sms, "title") => 40,
            (Part::Subject, "name" | "merchant" | "title") => 60,
            (Part::Subject | Part::Text | Part::Sms, _) => 120,
        }
    }
}
