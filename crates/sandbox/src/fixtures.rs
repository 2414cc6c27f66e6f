//! Fixtures: what is there when a sandbox begins and after every reset, in the words of the control API, so that a file of them
//! says nothing that a script could not.

use serde_json::Value;

use crate::fields::Fields;
use crate::misbehaviour::Misbehaviour;
use crate::new_payment::NewPayment;
use crate::read;
use crate::refusal::Refusal;
use crate::webhooks::Webhook;

/// The fixtures of a sandbox.
#[derive(Clone, Default)]
pub struct Fixtures {
    pub(crate) webhooks: Vec<Webhook>,
    pub(crate) payments: Vec<NewPayment>,
    pub(crate) misbehaviours: Vec<Misbehaviour>,
    /// By how much the clock is ahead, in seconds.
    pub(crate) advance_s: u64,
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
            webhooks: entries(&mut fields, "webhooks", read::webhook)?,
            payments: entries(&mut fields, "payments", read::payment)?,
            misbehaviours: entries(&mut fields, "faults", read::misbehaviour)?,
            advance_s: fields.whole("advance_seconds")?.unwrap_or(0),
        };
        fields.finish()?;
        Ok(fixtures)
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
    list.map(|(index, entry)| read_one(entry).map_err(|refusal| located(refusal, name, index))).collect()
}

/// The same refusal, about a field of the entry at that place.
pub(crate) fn located(refusal: Refusal, list: &str, index: usize) -> Refusal {
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
