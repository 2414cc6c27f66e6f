//! Faults: what goes wrong on purpose at the next calls of a vendor's client, or at the next
//! notifications. This file says which faults there are and what each strikes; `fault` has one of
//! them with its aim, those that wait are in `armed`, and what a struck client gets to see is in
//! `tamper`, `vendor` and `ledger`.

use serde::Serialize;

use crate::dice::Dice;

/// How long a connection is held when a fault does not say, in ms.
pub(crate) const HOLD_MS: u64 = 60_000;
/// The longest that a connection is held, in ms.
pub(crate) const MAX_HOLD_MS: u64 = 600_000;
/// The most calls that one fault strikes.
pub const MAX_COUNT: u32 = 1_000_000;
/// How much later a late notification is sent when a fault does not say, in seconds.
pub(crate) const LATE_NOTIFICATION_S: u64 = 60;

/// What a vendor's client asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallKind {
    /// To make a payment.
    Open,
    /// Where a payment stands.
    Check,
}

/// When a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// At a call of a vendor's client.
    Call,
    /// When a customer pays.
    Paying,
    /// When a notification is made.
    Notifying,
}

/// Which calls a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// Those that make a payment.
    Open,
    /// Those that ask where a payment stands.
    Check,
    /// All.
    Any,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// HTTP 500; nothing was done.
    Error500,
    /// HTTP 503; nothing was done.
    Error503,
    /// The vendor's answer to too many calls; nothing was done.
    RateLimited,
    /// The vendor's answer to an unknown key; nothing was done.
    Unauthorised,
    /// The vendor's answer to an unknown payment; nothing was done.
    NotFound,
    /// Nothing is done; the connection is held, then closed without an answer.
    TimeoutBefore {
        /// How long it is held, in ms.
        hold_ms: u64,
    },
    /// It is done; the connection is held, then closed without an answer.
    TimeoutAfter {
        /// How long it is held, in ms.
        hold_ms: u64,
    },
    /// Nothing is done; the connection is closed at once.
    CutBefore,
    /// It is done; the connection is closed at once, without an answer.
    CutAfter,
    /// It is done; the answer comes late.
    Slow {
        /// How long it takes, in ms.
        hold_ms: u64,
    },
    /// It is done; HTTP 200 with a web page instead of JSON.
    Html,
    /// It is done; the JSON ends in the middle.
    Truncated,
    /// It is done; HTTP 200 without a body.
    Empty,
    /// The answer names another amount.
    WrongAmount,
    /// The answer names another currency.
    WrongCurrency,
    /// The answer says sandbox for live, or live for sandbox.
    WrongEnvironment,
    /// The answer is about another payment.
    WrongReference,
    /// The answer has a status that no documentation lists.
    UnknownStatus,
    /// The answer has no details of the transaction.
    NoDetails,
    /// The next payment that a customer or a script pays (not a tag) is confirmed only later.
    ConfirmLate {
        /// How much later, in seconds.
        seconds: u64,
    },
    /// The notification is never sent.
    DropNotification,
    /// The notification is sent three times.
    DuplicateNotification,
    /// The notification is signed with another secret.
    ForgeSignature,
    /// The notification is sent only later.
    LateNotification {
        /// How much later, in seconds.
        seconds: u64,
    },
}

/// Every fault's name and what it does, for the home page.
pub(crate) const FAULTS: &[(&str, &str)] = &[
    ("error_500", "HTTP 500; nothing was done"),
    ("error_503", "HTTP 503; nothing was done"),
    ("rate_limited", "the vendor's answer to too many calls"),
    ("unauthorised", "the vendor's answer to an unknown key"),
    ("not_found", "the vendor's answer to an unknown payment"),
    ("timeout_before", "held for hold_ms, then closed; nothing was done"),
    ("timeout_after", "done, then held for hold_ms and closed without an answer"),
    ("cut_before", "closed at once; nothing was done"),
    ("cut_after", "done, then closed without an answer"),
    ("slow", "answered after hold_ms"),
    ("html", "done; HTTP 200 with a web page"),
    ("truncated", "done; the JSON ends in the middle"),
    ("empty", "done; HTTP 200 without a body"),
    ("wrong_amount", "the answer names another amount"),
    ("wrong_currency", "the answer names another currency"),
    ("wrong_environment", "the answer says sandbox for live, or live for sandbox"),
    ("wrong_reference", "the answer is about another payment"),
    ("unknown_status", "the answer has a status that no documentation lists"),
    ("no_details", "the answer has no details of the transaction"),
    ("confirm_late", "the next payment that is paid is confirmed seconds later (180)"),
    ("drop_notification", "the next notification is never sent"),
    ("duplicate_notification", "the next notification is sent three times"),
    ("forge_signature", "the next notification is signed with another secret"),
    ("late_notification", "the next notification is sent seconds later (60)"),
];

/// What the dice choose from when faults are random: nothing that holds a connection or lies
/// about money, so that a run ends soon and every payment can still end well.
const RANDOM: &[FaultKind] = &[
    FaultKind::Error500,
    FaultKind::Error503,
    FaultKind::RateLimited,
    FaultKind::CutBefore,
    FaultKind::CutAfter,
    FaultKind::Html,
    FaultKind::Truncated,
    FaultKind::Empty,
];

impl FaultKind {
    /// The name in the control API.
    pub fn name(self) -> &'static str {
        match self {
            FaultKind::Error500 => "error_500",
            FaultKind::Error503 => "error_503",
            FaultKind::RateLimited => "rate_limited",
            FaultKind::Unauthorised => "unauthorised",
            FaultKind::NotFound => "not_found",
            FaultKind::TimeoutBefore { .. } => "timeout_before",
            FaultKind::TimeoutAfter { .. } => "timeout_after",
            FaultKind::CutBefore => "cut_before",
            FaultKind::CutAfter => "cut_after",
            FaultKind::Slow { .. } => "slow",
            FaultKind::Html => "html",
            FaultKind::Truncated => "truncated",
            FaultKind::Empty => "empty",
            FaultKind::WrongAmount => "wrong_amount",
            FaultKind::WrongCurrency => "wrong_currency",
            FaultKind::WrongEnvironment => "wrong_environment",
            FaultKind::WrongReference => "wrong_reference",
            FaultKind::UnknownStatus => "unknown_status",
            FaultKind::NoDetails => "no_details",
            FaultKind::ConfirmLate { .. } => "confirm_late",
            FaultKind::DropNotification => "drop_notification",
            FaultKind::DuplicateNotification => "duplicate_notification",
            FaultKind::ForgeSignature => "forge_signature",
            FaultKind::LateNotification { .. } => "late_notification",
        }
    }

    /// When it strikes.
    pub(crate) fn moment(self) -> Moment {
        match self {
            FaultKind::ConfirmLate { .. } => Moment::Paying,
            FaultKind::DropNotification
            | FaultKind::DuplicateNotification
            | FaultKind::ForgeSignature
            | FaultKind::LateNotification { .. } => Moment::Notifying,
            FaultKind::Error500
            | FaultKind::Error503
            | FaultKind::RateLimited
            | FaultKind::Unauthorised
            | FaultKind::NotFound
            | FaultKind::TimeoutBefore { .. }
            | FaultKind::TimeoutAfter { .. }
            | FaultKind::CutBefore
            | FaultKind::CutAfter
            | FaultKind::Slow { .. }
            | FaultKind::Html
            | FaultKind::Truncated
            | FaultKind::Empty
            | FaultKind::WrongAmount
            | FaultKind::WrongCurrency
            | FaultKind::WrongEnvironment
            | FaultKind::WrongReference
            | FaultKind::UnknownStatus
            | FaultKind::NoDetails => Moment::Call,
        }
    }

    /// Which calls it strikes unless told otherwise: lies about a transaction strike checks.
    pub(crate) fn usually_on(self) -> On {
        match self {
            FaultKind::WrongAmount
            | FaultKind::WrongCurrency
            | FaultKind::WrongEnvironment
            | FaultKind::WrongReference
            | FaultKind::UnknownStatus
            | FaultKind::NoDetails => On::Check,
            FaultKind::Error500
            | FaultKind::Error503
            | FaultKind::RateLimited
            | FaultKind::Unauthorised
            | FaultKind::NotFound
            | FaultKind::TimeoutBefore { .. }
            | FaultKind::TimeoutAfter { .. }
            | FaultKind::CutBefore
            | FaultKind::CutAfter
            | FaultKind::Slow { .. }
            | FaultKind::Html
            | FaultKind::Truncated
            | FaultKind::Empty
            | FaultKind::ConfirmLate { .. }
            | FaultKind::DropNotification
            | FaultKind::DuplicateNotification
            | FaultKind::ForgeSignature
            | FaultKind::LateNotification { .. } => On::Any,
        }
    }

    /// How long it holds a connection, in ms.
    pub(crate) fn hold_ms(self) -> Option<u64> {
        if let FaultKind::TimeoutBefore { hold_ms }
        | FaultKind::TimeoutAfter { hold_ms }
        | FaultKind::Slow { hold_ms } = self
        {
            return Some(hold_ms);
        }
        None
    }

    /// How much later something happens, in seconds.
    pub(crate) fn seconds(self) -> Option<u64> {
        if let FaultKind::ConfirmLate { seconds } | FaultKind::LateNotification { seconds } = self {
            return Some(seconds);
        }
        None
    }
}

/// A fault at random.
pub(crate) fn random(dice: &mut Dice) -> FaultKind {
    *dice.pick(RANDOM)
}
