//! The lines of an archive: a header, one line for each order, and an end that says how many there were and what all before
//! it hash to. An order's line holds its decisions as they were stored, byte for byte, so that their chain can be computed
//! from it.

use guichet_core::{Environment, EventId, MerchantId, OrderId, chain};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::store::{Attempt, Decision, DeliveryRow, Fault, JournalRow, KeptAnswer};

/// What this program writes and reads.
pub(super) const FORMAT: u32 = 1;

/// A line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The first.
    Archive(Header),
    /// One for each order.
    Order(Box<OldOrder>),
    /// The last.
    End(End),
}

/// What the file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// How the lines are written: 1.
    pub format: u32,
    /// The number of the archive in its database.
    pub number: i64,
    /// When it was begun (RFC 3339).
    pub made_at: String,
    /// Nothing happened to its orders from then on (RFC 3339).
    pub older_than: String,
}

/// What is in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// How many orders.
    pub orders: i64,
    /// How many events.
    pub events: i64,
    /// SHA-256 of all lines before this one, with their ends.
    pub sha256: String,
}

/// What was moved of an order.
#[derive(Debug, Serialize, Deserialize)]
pub struct OldOrder {
    /// The order.
    pub id: OrderId,
    /// Whose.
    pub merchant: MerchantId,
    /// `test` or `live`.
    pub environment: Environment,
    /// The shop's reference.
    pub reference: String,
    /// Its state when it was archived.
    pub status: String,
    /// What it was for, such as `2500.00 DZD`.
    pub amount: String,
    /// How many entries of its journal stand in earlier archives.
    pub after: i64,
    /// The link that the chain ended in there; empty before the first.
    pub after_chain: String,
    /// The last entry.
    pub entries: i64,
    /// The link that the chain ends in.
    pub chain: String,
    /// Its decisions, oldest first.
    pub decisions: Vec<OldDecision>,
    /// Its deliveries with their tries.
    pub deliveries: Vec<OldDelivery>,
    /// What requests about it were answered under idempotency keys, where any is left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<OldAnswer>,
}

/// A decision.
#[derive(Debug, Serialize, Deserialize)]
pub struct OldDecision {
    /// The number of its first entry.
    pub seq: i64,
    /// Its first event.
    pub id: EventId,
    /// When it was made (unix ms).
    pub at_ms: i64,
    /// The bits of the events that the shop had acknowledged.
    pub taken: i64,
    /// The link of the chain.
    pub hash: String,
    /// Its entries as they were stored, which the chain covers byte for byte.
    pub entries: Box<RawValue>,
}

/// A delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldDelivery {
    /// Its identifier.
    pub id: String,
    /// The number of the entry that it carried.
    pub event_seq: i64,
    /// Where it went.
    pub target: String,
    /// `delivered` or `given_up`.
    pub status: String,
    /// When it arrived or was given up (unix ms).
    pub settled_at_ms: Option<i64>,
    /// Every try, oldest first.
    pub attempts: Vec<OldTry>,
}

/// A try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldTry {
    /// Which, from 1.
    pub number: i64,
    /// When (unix ms).
    pub at_ms: i64,
    /// What the target answered, when it answered.
    pub status_code: Option<i64>,
    /// What came of it.
    pub outcome: String,
    /// The beginning of what a target that refused wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// An answer under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldAnswer {
    /// Method and path.
    pub route: String,
    /// The key.
    pub key: String,
    /// The HTTP status.
    pub status_code: i64,
    /// The body.
    pub body: String,
}

impl OldDecision {
    /// A stored decision.
    pub(super) fn of(decision: Decision) -> Result<Self, Fault> {
        let Decision { seq, id, entries, hash, at_ms, taken } = decision;
        let entries = RawValue::from_string(entries)
            .map_err(|error| Fault::new(format!("the decision of {id}: {error}")))?;
        Ok(OldDecision { seq, id, at_ms, taken, hash, entries })
    }

    /// It as it was stored.
    pub fn stored(&self) -> Decision {
        let OldDecision { seq, id, at_ms, taken, hash, entries } = self;
        Decision {
            seq: *seq,
            id: *id,
            entries: entries.get().to_owned(),
            hash: hash.clone(),
            at_ms: *at_ms,
            taken: *taken,
        }
    }
}

impl OldDelivery {
    /// A stored delivery with its tries.
    pub(super) fn of((row, attempts): (DeliveryRow, Vec<Attempt>)) -> Self {
        let tried = |one: Attempt| OldTry {
            number: one.number,
            at_ms: one.at_ms,
            status_code: one.status_code,
            outcome: one.outcome,
            answer: one.answer,
        };
        OldDelivery {
            id: row.delivery.id.to_string(),
            event_seq: row.delivery.event_seq,
            target: row.delivery.target.to_string(),
            status: row.status,
            settled_at_ms: row.settled_at_ms,
            attempts: attempts.into_iter().map(tried).collect(),
        }
    }
}

impl From<KeptAnswer> for OldAnswer {
    fn from(answer: KeptAnswer) -> Self {
        let KeptAnswer { route, key, status_code, body, claimed_at_ms: _ } = answer;
        OldAnswer { route, key, status_code, body }
    }
}

impl OldOrder {
    /// Its events, oldest first.
    ///
    /// # Errors
    /// What stands there is none.
    pub fn events(&self) -> Result<Vec<JournalRow>, Fault> {
        let mut events = Vec::new();
        for decision in &self.decisions {
            events.extend(decision.stored().rows()?);
        }
        Ok(events)
    }

    /// Why it does not prove itself, if it does not: its chain, from where it begins to where it ends, and no entry missing.
    pub fn flaw(&self) -> Option<String> {
        let (mut link, mut next) = (self.after_chain.clone(), self.after + 1);
        for decision in &self.decisions {
            let Ok(rows) = decision.stored().rows() else {
                return Some(format!("the decision at entry {} cannot be read", decision.seq));
            };
            if decision.seq != next || rows.is_empty() {
                return Some(format!("entry {next} is missing"));
            }
            link = chain(&link, decision.entries.get());
            if link != decision.hash {
                return Some(format!("the chain breaks at entry {next}"));
            }
            next += i64::try_from(rows.len()).unwrap_or(0);
        }
        if next != self.entries + 1 {
            return Some(format!("it has {} entries, and {} were archived", next - 1, self.entries));
        }
        (link != self.chain).then(|| "its chain ends otherwise than it was archived".to_owned())
    }
}
