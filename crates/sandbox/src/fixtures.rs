//! Fixtures: what is there when a sandbox begins and after every reset, in the words of the control API, so that a file of them
//! says nothing that a script could not.

use http::HeaderMap;
use serde_json::Value;

use crate::control::misbehaviours::read_misbehaviour;
use crate::control::notifications::read_webhook;
use crate::control::payments::read_payment;
use crate::fields::Fields;
use crate::misbehaviour::Misbehaviour;
use crate::new_payment::NewPayment;
use crate::refusal::Refusal;
use crate::sandbox::{Sandbox, Settings};
use crate::webhooks::Webhook;

/// The fixtures of a sandbox.
#[derive(Clone, Default)]
pub struct Fixtures {
    webhooks: Vec<Webhook>,
    payments: Vec<NewPayment>,
    misbehaviours: Vec<Misbehaviour>,
    advance_s: u64,
}

impl Fixtures {
    /// Reads a document with the lists `webhooks`, `payments` and `faults`, whose entries are bodies of the control API, and
    /// the number `advance_seconds`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about a field, named with its place, such as `payments[2].currency`.
    pub fn read(document: Value) -> Result<Fixtures, Refusal> {
        let mut fields = Fields::of(document)?;
        let fixtures = Fixtures {
            webhooks: entries(&mut fields, "webhooks", read_webhook)?,
            payments: entries(&mut fields, "payments", read_payment)?,
            misbehaviours: entries(&mut fields, "faults", read_misbehaviour)?,
            advance_s: fields.whole("advance_seconds")?.unwrap_or(0),
        };
        fields.finish()?;
        Ok(fixtures)
    }

    /// Sets all of it up: payments before faults, which are there for what comes, and the time at last.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about what makes no sense, named with its place.
    pub(crate) fn apply(&self, sandbox: &Sandbox) -> Result<(), Refusal> {
        let base_url = sandbox.base_url(&HeaderMap::new());
        for (index, webhook) in self.webhooks.iter().enumerate() {
            sandbox.set_webhook(webhook.clone()).map_err(|refusal| placed(refusal, "webhooks", index))?;
        }
        for (index, payment) in self.payments.iter().enumerate() {
            let made = sandbox.make_under(&base_url, payment.clone());
            made.map_err(|refusal| placed(refusal, "payments", index))?;
        }
        for (index, misbehaviour) in self.misbehaviours.iter().enumerate() {
            sandbox.inject(misbehaviour.clone()).map_err(|refusal| placed(refusal, "faults", index))?;
        }
        let advanced = sandbox.advance(self.advance_s);
        advanced.map_err(|refusal| Refusal::invalid("advance_seconds", refusal.to_string())).map(|_now_ms| ())
    }
}

impl Sandbox {
    /// One that begins with fixtures, and begins with them again after a reset.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about a fixture that makes no sense, named with its place.
    pub fn with_fixtures(settings: Settings, fixtures: Fixtures) -> Result<Sandbox, Refusal> {
        fixtures.apply(&Sandbox::new(settings.clone()))?;
        let sandbox = Sandbox::beginning_with(settings, fixtures);
        sandbox.reset();
        Ok(sandbox)
    }
}

/// Takes a list and reads each of its entries to the end.
fn entries<T>(
    fields: &mut Fields,
    name: &str,
    read: impl Fn(&mut Fields) -> Result<T, Refusal>,
) -> Result<Vec<T>, Refusal> {
    let list = fields.list(name)?.into_iter().enumerate();
    let read_one = |entry| {
        let mut fields = Fields::of(entry)?;
        let value = read(&mut fields)?;
        fields.finish()?;
        Ok(value)
    };
    list.map(|(index, entry)| read_one(entry).map_err(|refusal| placed(refusal, name, index))).collect()
}

/// The same refusal, about a field of the entry at that place.
fn placed(refusal: Refusal, list: &str, index: usize) -> Refusal {
    match refusal {
        Refusal::Invalid { field, message } => {
            Refusal::Invalid { field: format!("{list}[{index}].{field}"), message }
        }
        other @ (Refusal::NoSuchPayment { .. }
        | Refusal::Closed { .. }
        | Refusal::NoSuchRoute { .. }
        | Refusal::WrongMethod
        | Refusal::UnreadableBody) => Refusal::invalid(format!("{list}[{index}]"), other.to_string()),
    }
}
