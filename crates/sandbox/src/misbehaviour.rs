//! A misbehaviour that is injected: its kind, what it strikes (calls, payment, vendor, merchant), and how often.

use serde::Serialize;

use crate::clock::MAX_ADVANCE_S;
use crate::kept_bytes::MAX_SETTING_BYTES;
use crate::misbehaviour_kind::{CallKind, MAX_COUNT, MAX_HOLD_MS, MisbehaviourKind, Moment, On};
use crate::refusal::Refusal;
use crate::tenant::hint;

/// A misbehaviour of the simulated acquirer, and what it strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misbehaviour {
    /// The kind.
    pub kind: MisbehaviourKind,
    /// The calls that it strikes.
    pub on: On,
    /// The number of them, at least one and at most [`MAX_COUNT`].
    pub count: u32,
    /// Only what is about this payment, by the acquirer's reference or by the merchant's.
    pub reference: Option<String>,
    /// Only at this vendor, by the dialect's name.
    pub dialect: Option<String>,
    /// Only for the merchant with this key.
    pub key: Option<String>,
}

impl Misbehaviour {
    /// A misbehaviour that strikes the next call that its kind usually strikes.
    pub fn next(kind: MisbehaviourKind) -> Misbehaviour {
        Misbehaviour { kind, on: kind.usually_on(), count: 1, reference: None, dialect: None, key: None }
    }

    /// The same on these calls.
    pub fn on(self, on: On) -> Misbehaviour {
        Misbehaviour { on, ..self }
    }

    /// The same on so many calls.
    pub fn times(self, count: u32) -> Misbehaviour {
        Misbehaviour { count, ..self }
    }

    /// The same only about this payment, by either reference.
    pub fn about(self, reference: impl Into<String>) -> Misbehaviour {
        Misbehaviour { reference: Some(reference.into()), ..self }
    }

    /// The same only at this vendor.
    pub fn at(self, dialect: impl Into<String>) -> Misbehaviour {
        Misbehaviour { dialect: Some(dialect.into()), ..self }
    }

    /// The same only for the merchant with this key, so that tests side by side leave each other
    /// alone.
    pub fn with_key(self, key: impl Into<String>) -> Misbehaviour {
        Misbehaviour { key: Some(key.into()), ..self }
    }

    pub(crate) fn validate(&self) -> Result<(), Refusal> {
        if !(1..=MAX_COUNT).contains(&self.count) {
            return Err(Refusal::invalid("count", format!("count is between 1 and {MAX_COUNT}.")));
        }
        let texts = [&self.reference, &self.dialect, &self.key].into_iter().flatten();
        if texts.into_iter().any(|text| text.len() > MAX_SETTING_BYTES) {
            let message = format!("ref, dialect and key have at most {MAX_SETTING_BYTES} bytes each.");
            return Err(Refusal::invalid("fault", message));
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

    pub(crate) fn applies_to_call(&self, call: CallKind) -> bool {
        let on_this_call = match self.on {
            On::Any => true,
            On::Open => call == CallKind::Open,
            On::Check => call == CallKind::Check,
        };
        on_this_call && self.kind.moment() == Moment::Call
    }

    pub(crate) fn applies_to(&self, subject: &Subject<'_>) -> bool {
        let allows =
            |only: &Option<String>, found: &[&str]| only.as_deref().is_none_or(|only| found.contains(&only));
        allows(&self.dialect, &[subject.dialect])
            && allows(&self.key, &[subject.key])
            && allows(&self.reference, &[subject.reference, subject.merchant_reference])
    }
}

/// The subject of a call, a payment or a notification, by which a misbehaviour finds what it strikes. A text
/// that is not known is empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The vendor, by the dialect's name.
    pub(crate) dialect: &'a str,
    /// The merchant's key.
    pub(crate) key: &'a str,
    /// The acquirer's reference.
    pub(crate) reference: &'a str,
    /// The merchant's reference.
    pub(crate) merchant_reference: &'a str,
}

/// A misbehaviour as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MisbehaviourView {
    /// The name of its kind.
    #[serde(rename = "fault")]
    pub kind: &'static str,
    /// The calls that it strikes.
    pub on: On,
    /// The number of calls that it will still strike.
    pub count: u32,
    /// Only what is about this payment.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Only at this vendor.
    pub dialect: Option<String>,
    /// Only for the merchant whose key ends like this.
    pub key_hint: Option<String>,
    /// The time for which it holds a connection, in ms.
    pub hold_ms: Option<u64>,
    /// The delay that it causes, in seconds.
    pub seconds: Option<u64>,
}

impl From<&Misbehaviour> for MisbehaviourView {
    fn from(misbehaviour: &Misbehaviour) -> MisbehaviourView {
        MisbehaviourView {
            kind: misbehaviour.kind.name(),
            on: misbehaviour.on,
            count: misbehaviour.count,
            reference: misbehaviour.reference.clone(),
            dialect: misbehaviour.dialect.clone(),
            key_hint: misbehaviour.key.as_deref().map(hint),
            hold_ms: misbehaviour.kind.hold_ms(),
            seconds: misbehaviour.kind.seconds(),
        }
    }
}
