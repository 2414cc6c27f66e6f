//! One fault with its aim: which calls, which payment, which vendor, which merchant, and how often.

use serde::Serialize;

use crate::clock::MAX_ADVANCE_S;
use crate::faults::{CallKind, FaultKind, MAX_COUNT, MAX_HOLD_MS, Moment, On};
use crate::refusal::Refusal;
use crate::tenant::hint;

/// What goes wrong, where, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Which calls it strikes.
    pub on: On,
    /// How many of them, at least one and at most [`MAX_COUNT`].
    pub count: u32,
    /// Only what is about this payment, by the acquirer's reference or by the merchant's.
    pub reference: Option<String>,
    /// Only at this vendor, by the dialect's name.
    pub dialect: Option<String>,
    /// Only for the merchant with this key.
    pub key: Option<String>,
}

impl Fault {
    /// Strikes the next call that it usually strikes.
    pub fn next(kind: FaultKind) -> Fault {
        Fault { kind, on: kind.usually_on(), count: 1, reference: None, dialect: None, key: None }
    }

    /// The same on these calls.
    pub fn on(self, on: On) -> Fault {
        Fault { on, ..self }
    }

    /// The same on so many calls.
    pub fn times(self, count: u32) -> Fault {
        Fault { count, ..self }
    }

    /// The same only about this payment, by either reference.
    pub fn about(self, reference: impl Into<String>) -> Fault {
        Fault { reference: Some(reference.into()), ..self }
    }

    /// The same only at this vendor.
    pub fn at(self, dialect: impl Into<String>) -> Fault {
        Fault { dialect: Some(dialect.into()), ..self }
    }

    /// The same only for the merchant with this key, so that tests side by side leave each other
    /// alone.
    pub fn with_key(self, key: impl Into<String>) -> Fault {
        Fault { key: Some(key.into()), ..self }
    }

    pub(crate) fn validate(&self) -> Result<(), Refusal> {
        if !(1..=MAX_COUNT).contains(&self.count) {
            return Err(Refusal::invalid("count", format!("count is between 1 and {MAX_COUNT}.")));
        }
        if self.kind.hold_ms().is_some_and(|hold_ms| hold_ms > MAX_HOLD_MS) {
            return Err(Refusal::invalid("hold_ms", format!("hold_ms is at most {MAX_HOLD_MS}.")));
        }
        if self.kind.seconds().is_some_and(|seconds| seconds > MAX_ADVANCE_S) {
            return Err(Refusal::invalid("seconds", format!("seconds is at most {MAX_ADVANCE_S}.")));
        }
        if self.kind.moment() != Moment::Call && self.on != On::Any {
            let name = self.kind.name();
            let message = format!("{name} strikes a payment or a notification, not a call: leave `on` out.");
            return Err(Refusal::invalid("on", message));
        }
        if let Some(name) = &self.dialect
            && guichet_gateways::dialect(name).is_none()
        {
            return Err(Refusal::unknown_dialect());
        }
        Ok(())
    }

    pub(crate) fn strikes(&self, call: CallKind) -> bool {
        let on_this_call = match self.on {
            On::Any => true,
            On::Open => call == CallKind::Open,
            On::Check => call == CallKind::Check,
        };
        on_this_call && self.kind.moment() == Moment::Call
    }

    pub(crate) fn concerns(&self, concern: &Concern<'_>) -> bool {
        let allows =
            |only: &Option<String>, found: &[&str]| only.as_deref().is_none_or(|only| found.contains(&only));
        allows(&self.dialect, &[concern.dialect])
            && allows(&self.key, &[concern.key])
            && allows(&self.reference, &[concern.reference, concern.merchant_reference])
    }
}

/// What a call, a payment or a notification is about, by which a fault knows its own; an empty text is not known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Concern<'a> {
    /// The vendor, by the dialect's name.
    pub(crate) dialect: &'a str,
    /// The merchant's key.
    pub(crate) key: &'a str,
    /// The acquirer's reference.
    pub(crate) reference: &'a str,
    /// The merchant's reference.
    pub(crate) merchant_reference: &'a str,
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
    /// Only what is about this payment.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Only at this vendor.
    pub dialect: Option<String>,
    /// Only for the merchant whose key ends so.
    pub key_hint: Option<String>,
    /// How long it holds a connection, in ms.
    pub hold_ms: Option<u64>,
    /// How much later something happens, in seconds.
    pub seconds: Option<u64>,
}

impl From<&Fault> for FaultView {
    fn from(fault: &Fault) -> FaultView {
        FaultView {
            fault: fault.kind.name(),
            on: fault.on,
            count: fault.count,
            reference: fault.reference.clone(),
            dialect: fault.dialect.clone(),
            key_hint: fault.key.as_deref().map(hint),
            hold_ms: fault.kind.hold_ms(),
            seconds: fault.kind.seconds(),
        }
    }
}
