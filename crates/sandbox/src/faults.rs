//! Faults: what goes wrong on purpose at the next calls of a vendor's client. This file says which
//! faults there are, which calls they strike, and which of them are armed; what a struck client
//! gets to see is in `tamper` and `vendor`.

use serde::Serialize;

use crate::dice::Dice;
use crate::refusal::Refusal;

/// How long a connection is held when a fault does not say, in ms.
pub const HOLD_MS: u64 = 60_000;
/// The longest that a connection is held, in ms.
pub const MAX_HOLD_MS: u64 = 600_000;
/// The most calls that one fault strikes.
pub const MAX_COUNT: u32 = 1_000_000;
/// The most faults that wait at once.
const MAX_ARMED: usize = 100;

/// What a vendor's client asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// To make a payment.
    CreateLink,
    /// Where a payment stands.
    CheckPayment,
}

/// Which calls a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum On {
    /// Those that make a payment.
    CreateLink,
    /// Those that ask where a payment stands.
    CheckPayment,
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
        }
    }

    /// Which calls it strikes unless told otherwise: lies about a transaction strike checks.
    fn usually_on(self) -> On {
        match self {
            FaultKind::WrongAmount
            | FaultKind::WrongCurrency
            | FaultKind::WrongEnvironment
            | FaultKind::WrongReference
            | FaultKind::UnknownStatus
            | FaultKind::NoDetails => On::CheckPayment,
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
            | FaultKind::ConfirmLate { .. } => On::Any,
        }
    }

    fn hold_ms(self) -> Option<u64> {
        if let FaultKind::TimeoutBefore { hold_ms }
        | FaultKind::TimeoutAfter { hold_ms }
        | FaultKind::Slow { hold_ms } = self
        {
            return Some(hold_ms);
        }
        None
    }
}

/// What goes wrong, where, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Which calls it strikes.
    pub on: On,
    /// How many of them, at least one and at most [`MAX_COUNT`].
    pub count: u32,
    /// Only calls about this payment.
    pub reference: Option<String>,
}

impl Fault {
    /// Strikes the next call that it usually strikes.
    pub fn next(kind: FaultKind) -> Fault {
        Fault { kind, on: kind.usually_on(), count: 1, reference: None }
    }

    /// The same on these calls.
    pub fn on(self, on: On) -> Fault {
        Fault { on, ..self }
    }

    /// The same on so many calls.
    pub fn times(self, count: u32) -> Fault {
        Fault { count, ..self }
    }

    /// The same only on calls about this payment.
    pub fn about(self, reference: impl Into<String>) -> Fault {
        Fault { reference: Some(reference.into()), ..self }
    }

    fn validate(&self) -> Result<(), Refusal> {
        if !(1..=MAX_COUNT).contains(&self.count) {
            return Err(Refusal::invalid("count", format!("count is between 1 and {MAX_COUNT}.")));
        }
        if self.kind.hold_ms().is_some_and(|hold_ms| hold_ms > MAX_HOLD_MS) {
            return Err(Refusal::invalid("hold_ms", format!("hold_ms is at most {MAX_HOLD_MS}.")));
        }
        if matches!(self.kind, FaultKind::ConfirmLate { .. }) && self.on != On::Any {
            let message = "confirm_late strikes when a customer pays, not at a call: leave `on` out.";
            return Err(Refusal::invalid("on", message));
        }
        if self.reference.is_some() && self.on == On::CreateLink {
            let message = "A payment has no reference before it is made: leave `ref` or `on` out.";
            return Err(Refusal::invalid("ref", message));
        }
        Ok(())
    }

    fn strikes(&self, call: Call, reference: Option<&str>) -> bool {
        let on_this_call = match self.on {
            On::Any => true,
            On::CreateLink => call == Call::CreateLink,
            On::CheckPayment => call == Call::CheckPayment,
        };
        on_this_call && self.concerns(reference) && !matches!(self.kind, FaultKind::ConfirmLate { .. })
    }

    fn concerns(&self, reference: Option<&str>) -> bool {
        self.reference.is_none() || self.reference.as_deref() == reference
    }
}

/// A fault as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultView {
    /// Its name.
    pub fault: &'static str,
    /// Which calls it strikes.
    pub on: On,
    /// How many it will still strike.
    pub count: u32,
    /// Only calls about this payment.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// How long it holds a connection, in ms.
    pub hold_ms: Option<u64>,
    /// How much later a payment is confirmed, in seconds.
    pub seconds: Option<u64>,
}

impl From<&Fault> for FaultView {
    fn from(fault: &Fault) -> FaultView {
        let seconds = if let FaultKind::ConfirmLate { seconds } = fault.kind { Some(seconds) } else { None };
        FaultView {
            fault: fault.kind.name(),
            on: fault.on,
            count: fault.count,
            reference: fault.reference.clone(),
            hold_ms: fault.kind.hold_ms(),
            seconds,
        }
    }
}

/// The faults that wait for a call, oldest first.
#[derive(Default)]
pub(crate) struct Armed {
    faults: Vec<Fault>,
}

impl Armed {
    /// Adds one.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it makes no sense, or when too many wait already.
    pub(crate) fn add(&mut self, fault: Fault) -> Result<(), Refusal> {
        fault.validate()?;
        if self.faults.len() >= MAX_ARMED {
            let message = format!("{MAX_ARMED} faults wait already; DELETE /sandbox/faults first.");
            return Err(Refusal::invalid("fault", message));
        }
        self.faults.push(fault);
        Ok(())
    }

    /// Takes the first that strikes this call.
    pub(crate) fn strike(&mut self, call: Call, reference: Option<&str>) -> Option<Fault> {
        self.take(|fault| fault.strikes(call, reference))
    }

    /// By how many seconds the confirmation of this payment is to be late.
    pub(crate) fn lateness_s(&mut self, reference: &str) -> Option<u64> {
        let late = |fault: &Fault| {
            matches!(fault.kind, FaultKind::ConfirmLate { .. }) && fault.concerns(Some(reference))
        };
        self.take(late).and_then(|fault| FaultView::from(&fault).seconds)
    }

    /// Gives back one that found nothing to alter, so that it strikes the next call instead.
    pub(crate) fn give_back(&mut self, fault: Fault) {
        self.faults.insert(0, fault.times(1));
    }

    /// Those that wait.
    pub(crate) fn views(&self) -> Vec<FaultView> {
        self.faults.iter().map(FaultView::from).collect()
    }

    /// Drops them all.
    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    fn take(&mut self, wanted: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let index = self.faults.iter().position(wanted)?;
        let fault = &mut self.faults[index];
        fault.count -= 1;
        Some(if fault.count == 0 { self.faults.remove(index) } else { fault.clone() })
    }
}

/// A fault at random.
pub(crate) fn random(dice: &mut Dice) -> FaultKind {
    *dice.pick(RANDOM)
}
