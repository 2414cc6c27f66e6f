//! The kinds of misbehaviour, which the control API calls faults, and what each strikes. `misbehaviour` is one of
//! them with its target, `injected` holds those that have not struck yet, and `tamper`, `vendor_api` and `store`
//! carry them out.

use guichet_gateways::BackendRefusal;
use http::StatusCode;
use serde::Serialize;

use crate::rng::Rng;

/// The time for which a connection is held, unless a misbehaviour says otherwise, in ms.
pub(crate) const HOLD_MS: u64 = 60_000;
/// The longest time for which a connection is held, in ms.
pub(crate) const MAX_HOLD_MS: u64 = 600_000;
/// The most calls that one misbehaviour strikes.
pub const MAX_COUNT: u32 = 1_000_000;
/// The delay of a late notification, unless a misbehaviour says otherwise, in seconds.
pub(crate) const LATE_NOTIFICATION_S: u64 = 60;

/// The kind of a call of a vendor's client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallKind {
    /// It opens a payment.
    Open,
    /// It checks a payment.
    Check,
}

/// The moment at which a misbehaviour strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// At a call of a vendor's client.
    Call,
    /// When a customer pays.
    Paying,
    /// When a notification is made.
    Notifying,
}

/// The way in which a misbehaviour changes what becomes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nothing is done, and the vendor refuses so, perhaps with this HTTP status.
    Refused(BackendRefusal, Option<StatusCode>),
    /// Nothing is done, and the connection is closed.
    ClosedBefore,
    /// It is done, and the connection is closed.
    ClosedAfter,
    /// It is done, and answered late.
    Late,
    /// It is done, and the answer is spoiled.
    Spoiled,
}

impl Way {
    /// The refusal in the stead of the effect; `None` when the effect happens.
    pub(crate) fn refusal(self) -> Option<BackendRefusal> {
        match self {
            Way::Refused(refusal, _) => Some(refusal),
            Way::ClosedBefore => Some(BackendRefusal::Unavailable),
            Way::ClosedAfter | Way::Late | Way::Spoiled => None,
        }
    }
}

/// The calls that a misbehaviour strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// Those that open a payment.
    Open,
    /// Those that check a payment.
    Check,
    /// All.
    Any,
}

/// The kind of a misbehaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MisbehaviourKind {
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
        /// The time for which it is held, in ms.
        hold_ms: u64,
    },
    /// It is done; the connection is held, then closed without an answer.
    TimeoutAfter {
        /// The time for which it is held, in ms.
        hold_ms: u64,
    },
    /// Nothing is done; the connection is closed at once.
    CutBefore,
    /// It is done; the connection is closed at once, without an answer.
    CutAfter,
    /// It is done; the answer comes late.
    Slow {
        /// The time that it takes, in ms.
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
    /// The answer looks paid to who does not read it to the end, whatever became of the payment.
    LooksPaid,
    /// The next payment that a customer or a script pays (not a tag) is confirmed only later.
    ConfirmLate {
        /// The delay, in seconds.
        seconds: u64,
    },
    /// The notification is never sent.
    DropNotification,
    /// The notification is sent three times.
    DuplicateNotification,
    /// The notification is signed with another secret.
    ForgeSignature,
    /// The notification looks paid, whatever became of the payment, and has no details.
    NotificationLooksPaid,
    /// The notification is sent only later.
    LateNotification {
        /// The delay, in seconds.
        seconds: u64,
    },
}

/// Every misbehaviour's name and what it does, for the home page.
pub(crate) const MISBEHAVIOURS: &[(&str, &str)] = &[
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
    ("looks_paid", "the answer has the words that shops take for paid, whatever became of the payment"),
    ("confirm_late", "the next payment that is paid is confirmed seconds later (180)"),
    ("drop_notification", "the next notification is never sent"),
    ("duplicate_notification", "the next notification is sent three times"),
    ("forge_signature", "the next notification is signed with another secret"),
    (
        "notification_looks_paid",
        "the next notification has the words that shops take for paid, and no details",
    ),
    ("late_notification", "the next notification is sent seconds later (60)"),
];

/// The kinds of random misbehaviours: none that holds a connection or lies about money, so that a run ends soon
/// and every payment can still be paid.
const RANDOM: &[MisbehaviourKind] = &[
    MisbehaviourKind::Error500,
    MisbehaviourKind::Error503,
    MisbehaviourKind::RateLimited,
    MisbehaviourKind::CutBefore,
    MisbehaviourKind::CutAfter,
    MisbehaviourKind::Html,
    MisbehaviourKind::Truncated,
    MisbehaviourKind::Empty,
];

impl MisbehaviourKind {
    /// The name in the control API.
    pub fn name(self) -> &'static str {
        match self {
            MisbehaviourKind::Error500 => "error_500",
            MisbehaviourKind::Error503 => "error_503",
            MisbehaviourKind::RateLimited => "rate_limited",
            MisbehaviourKind::Unauthorised => "unauthorised",
            MisbehaviourKind::NotFound => "not_found",
            MisbehaviourKind::TimeoutBefore { .. } => "timeout_before",
            MisbehaviourKind::TimeoutAfter { .. } => "timeout_after",
            MisbehaviourKind::CutBefore => "cut_before",
            MisbehaviourKind::CutAfter => "cut_after",
            MisbehaviourKind::Slow { .. } => "slow",
            MisbehaviourKind::Html => "html",
            MisbehaviourKind::Truncated => "truncated",
            MisbehaviourKind::Empty => "empty",
            MisbehaviourKind::WrongAmount => "wrong_amount",
            MisbehaviourKind::WrongCurrency => "wrong_currency",
            MisbehaviourKind::WrongEnvironment => "wrong_environment",
            MisbehaviourKind::WrongReference => "wrong_reference",
            MisbehaviourKind::UnknownStatus => "unknown_status",
            MisbehaviourKind::NoDetails => "no_details",
            MisbehaviourKind::LooksPaid => "looks_paid",
            MisbehaviourKind::ConfirmLate { .. } => "confirm_late",
            MisbehaviourKind::DropNotification => "drop_notification",
            MisbehaviourKind::DuplicateNotification => "duplicate_notification",
            MisbehaviourKind::ForgeSignature => "forge_signature",
            MisbehaviourKind::NotificationLooksPaid => "notification_looks_paid",
            MisbehaviourKind::LateNotification { .. } => "late_notification",
        }
    }

    /// The way in which it changes what becomes of a call.
    pub(crate) fn way(self) -> Way {
        match self {
            MisbehaviourKind::Error500 => {
                Way::Refused(BackendRefusal::Unavailable, Some(StatusCode::INTERNAL_SERVER_ERROR))
            }
            // No vendor documents a difference, so the dialects have one form for both.
            MisbehaviourKind::Error503 => {
                Way::Refused(BackendRefusal::Unavailable, Some(StatusCode::SERVICE_UNAVAILABLE))
            }
            MisbehaviourKind::RateLimited => Way::Refused(BackendRefusal::TooManyRequests, None),
            MisbehaviourKind::Unauthorised => Way::Refused(BackendRefusal::UnknownKey, None),
            MisbehaviourKind::NotFound => Way::Refused(BackendRefusal::NoSuchPayment, None),
            MisbehaviourKind::TimeoutBefore { .. } | MisbehaviourKind::CutBefore => Way::ClosedBefore,
            MisbehaviourKind::TimeoutAfter { .. } | MisbehaviourKind::CutAfter => Way::ClosedAfter,
            MisbehaviourKind::Slow { .. } => Way::Late,
            MisbehaviourKind::Html
            | MisbehaviourKind::Truncated
            | MisbehaviourKind::Empty
            | MisbehaviourKind::WrongAmount
            | MisbehaviourKind::WrongCurrency
            | MisbehaviourKind::WrongEnvironment
            | MisbehaviourKind::WrongReference
            | MisbehaviourKind::UnknownStatus
            | MisbehaviourKind::NoDetails
            | MisbehaviourKind::LooksPaid
            // These strike no call.
            | MisbehaviourKind::ConfirmLate { .. }
            | MisbehaviourKind::DropNotification
            | MisbehaviourKind::DuplicateNotification
            | MisbehaviourKind::ForgeSignature
            | MisbehaviourKind::NotificationLooksPaid
            | MisbehaviourKind::LateNotification { .. } => Way::Spoiled,
        }
    }

    /// The moment at which it strikes.
    pub(crate) fn moment(self) -> Moment {
        match self {
            MisbehaviourKind::ConfirmLate { .. } => Moment::Paying,
            MisbehaviourKind::DropNotification
            | MisbehaviourKind::DuplicateNotification
            | MisbehaviourKind::ForgeSignature
            | MisbehaviourKind::NotificationLooksPaid
            | MisbehaviourKind::LateNotification { .. } => Moment::Notifying,
            MisbehaviourKind::Error500
            | MisbehaviourKind::Error503
            | MisbehaviourKind::RateLimited
            | MisbehaviourKind::Unauthorised
            | MisbehaviourKind::NotFound
            | MisbehaviourKind::TimeoutBefore { .. }
            | MisbehaviourKind::TimeoutAfter { .. }
            | MisbehaviourKind::CutBefore
            | MisbehaviourKind::CutAfter
            | MisbehaviourKind::Slow { .. }
            | MisbehaviourKind::Html
            | MisbehaviourKind::Truncated
            | MisbehaviourKind::Empty
            | MisbehaviourKind::WrongAmount
            | MisbehaviourKind::WrongCurrency
            | MisbehaviourKind::WrongEnvironment
            | MisbehaviourKind::WrongReference
            | MisbehaviourKind::UnknownStatus
            | MisbehaviourKind::NoDetails
            | MisbehaviourKind::LooksPaid => Moment::Call,
        }
    }

    /// The calls that it strikes unless told otherwise: lies about a transaction strike checks.
    pub(crate) fn usually_on(self) -> On {
        match self {
            MisbehaviourKind::WrongAmount
            | MisbehaviourKind::WrongCurrency
            | MisbehaviourKind::WrongEnvironment
            | MisbehaviourKind::WrongReference
            | MisbehaviourKind::UnknownStatus
            | MisbehaviourKind::NoDetails
            | MisbehaviourKind::LooksPaid => On::Check,
            MisbehaviourKind::Error500
            | MisbehaviourKind::Error503
            | MisbehaviourKind::RateLimited
            | MisbehaviourKind::Unauthorised
            | MisbehaviourKind::NotFound
            | MisbehaviourKind::TimeoutBefore { .. }
            | MisbehaviourKind::TimeoutAfter { .. }
            | MisbehaviourKind::CutBefore
            | MisbehaviourKind::CutAfter
            | MisbehaviourKind::Slow { .. }
            | MisbehaviourKind::Html
            | MisbehaviourKind::Truncated
            | MisbehaviourKind::Empty
            | MisbehaviourKind::ConfirmLate { .. }
            | MisbehaviourKind::DropNotification
            | MisbehaviourKind::DuplicateNotification
            | MisbehaviourKind::ForgeSignature
            | MisbehaviourKind::NotificationLooksPaid
            | MisbehaviourKind::LateNotification { .. } => On::Any,
        }
    }

    /// The time for which it holds a connection, in ms.
    pub(crate) fn hold_ms(self) -> Option<u64> {
        if let MisbehaviourKind::TimeoutBefore { hold_ms }
        | MisbehaviourKind::TimeoutAfter { hold_ms }
        | MisbehaviourKind::Slow { hold_ms } = self
        {
            return Some(hold_ms);
        }
        None
    }

    /// The delay that it causes, in seconds.
    pub(crate) fn seconds(self) -> Option<u64> {
        if let MisbehaviourKind::ConfirmLate { seconds } | MisbehaviourKind::LateNotification { seconds } =
            self
        {
            return Some(seconds);
        }
        None
    }
}

/// A random kind.
pub(crate) fn random(rng: &mut Rng) -> MisbehaviourKind {
    *rng.pick(RANDOM)
}
