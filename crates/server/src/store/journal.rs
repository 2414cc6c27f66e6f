//! The journal: what happened to an order, appended for ever and chained, so that a removed or an
//! altered entry shows.

use guichet_core::{Entry, Environment, Event, EventId, MerchantId, Order, OrderId, chain};
use serde::{Deserialize, Serialize};

use super::value::{Fault, Row, Write, params};
use super::{Store, Stored};

/// What is stored of one entry; its bytes are what the chain covers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The event's identifier, also the `webhook-id` of what is sent about it.
    pub(crate) id: EventId,
    /// The public type, such as `order.paid`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The order it is about.
    pub(crate) order: OrderId,
    /// The payment it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payment: Option<guichet_core::PaymentId>,
    /// The state before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) old: Option<String>,
    /// The state after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) new: Option<String>,
    /// The evidence, as a sentence.
    pub(crate) why: String,
    /// When (unix ms).
    pub(crate) at_ms: i64,
    /// What came in and caused it; on the first entry of a decision only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<Event>,
    /// The order as it was once this was committed, as the API shows it; on `order.…` entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<Box<serde_json::value::RawValue>>,
}

/// A stored entry of a journal.
#[derive(Debug, Clone)]
pub(crate) struct JournalRow {
    /// Its place in the order's journal, from 1.
    pub(crate) seq: i64,
    /// Its content.
    pub(crate) record: Record,
    /// Whether the chain up to and including it is whole; `None` where it was not verified.
    pub(crate) chained: Option<bool>,
}

impl Record {
    /// One entry of a decision about `order`.
    pub(crate) fn new(
        id: EventId,
        order: &Order,
        entry: &Entry,
        cause: Option<&Event>,
        at_ms: i64,
        data: Option<Box<serde_json::value::RawValue>>,
    ) -> Self {
        Record {
            id,
            kind: entry.kind.as_str().to_owned(),
            order: order.id,
            payment: entry.payment,
            old: entry.old.map(str::to_owned),
            new: entry.new.map(str::to_owned),
            why: entry.why.clone(),
            at_ms,
            cause: cause.cloned(),
            data,
        }
    }
}

/// Appends an entry to the journal of `stored`, moving its chain on.
pub(crate) fn append(stored: &mut Stored, record: &Record) -> Write {
    const SQL: &str = "INSERT INTO events (shard, order_id, seq, id, merchant_id, environment, type, body, \
        hash, at_ms, acked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)";
    let body = serde_json::to_string(record).unwrap_or_default();
    stored.entries += 1;
    stored.chain = chain(&stored.chain, &body);
    let order = &stored.order;
    let row = params![
        order.id.shard(),
        order.id,
        stored.entries,
        record.id,
        order.merchant,
        order.environment.as_str(),
        record.kind.as_str(),
        body,
        stored.chain.as_str(),
        record.at_ms,
    ];
    Write::new(SQL, row)
}

fn row(row: &Row) -> Result<JournalRow, Fault> {
    Ok(JournalRow { seq: row.int(0)?, record: row.json(1)?, chained: None })
}

impl Store {
    /// The whole journal of an order, oldest first, each entry told whether the chain holds up to it.
    pub(crate) async fn journal(&self, order: OrderId) -> Result<Vec<JournalRow>, Fault> {
        const SQL: &str =
            "SELECT seq, body, hash FROM events WHERE shard = $1 AND order_id = $2 ORDER BY seq";
        let (mut previous, mut whole) = (String::new(), true);
        let mut found = Vec::new();
        for stored in self.scan(SQL, params![order.shard(), order]).await? {
            previous = chain(&previous, stored.text(1)?);
            whole = whole && previous == stored.text(2)?;
            found.push(JournalRow { chained: Some(whole), ..row(&stored)? });
        }
        Ok(found)
    }

    /// One entry.
    pub(crate) fn journal_entry(&self, order: OrderId, seq: i64) -> Result<Option<JournalRow>, Fault> {
        const SQL: &str = "SELECT seq, body FROM events WHERE shard = $1 AND order_id = $2 AND seq = $3";
        self.find(SQL, params![order.shard(), order, seq])?.first().map(row).transpose()
    }

    /// A merchant's events, oldest first, after `after`: those not acknowledged yet, or those that are.
    pub(crate) async fn events(
        &self,
        merchant: MerchantId,
        environment: Environment,
        acked: bool,
        after: Option<EventId>,
        limit: i64,
    ) -> Result<Vec<JournalRow>, Fault> {
        const SQL: &str = "SELECT seq, body FROM events WHERE merchant_id = $1 AND environment = $2 \
            AND acked = $3 AND id > $4 ORDER BY id LIMIT $5";
        let after = after.map_or_else(String::new, |id| id.to_string());
        let params = params![merchant, environment.as_str(), acked, after, limit];
        self.scan(SQL, params).await?.iter().map(row).collect()
    }

    /// The newest events of every merchant after a moment, for the operator to follow.
    pub(crate) async fn events_since(&self, at_ms: i64, limit: i64) -> Result<Vec<JournalRow>, Fault> {
        const SQL: &str =
            "SELECT seq, body FROM events WHERE at_ms > $1 ORDER BY at_ms, order_id, seq LIMIT $2";
        self.scan(SQL, params![at_ms, limit]).await?.iter().map(row).collect()
    }
}

/// Marks an event as taken by the shop. Doing so again, or for an unknown event, changes nothing.
pub(crate) fn acknowledge(merchant: MerchantId, environment: Environment, event: EventId) -> Write {
    const SQL: &str = "UPDATE events SET acked = 1 WHERE merchant_id = $1 AND environment = $2 \
        AND acked = 0 AND id = $3";
    Write::new(SQL, params![merchant, environment.as_str(), event])
}
