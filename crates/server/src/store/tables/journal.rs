//! The journal: what happened to a subject, appended for ever and chained, so that a removed or an
//! altered entry shows. The entries of one decision are one row.

use guichet_core::{Entry, Environment, Event, EventId, MerchantId, PaymentId, Subject, chain};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::orders::Stored;
use crate::store::Store;
use crate::store::engine::value::{Packed, Values, json_text, params};
use crate::store::engine::{Fault, Write};
use crate::store::packed::unpack;

/// Selects a merchant's decisions of which the shop has taken none (0), all (1) or some (2).
macro_rules! to_pull {
    ($acked:literal) => {
        concat!(
            "SELECT id, subject, at_ms, seq, entries, taken FROM journal \
             WHERE merchant_id = $1 AND environment = $2 AND acked = ",
            $acked,
            " AND id >= $3 ORDER BY id LIMIT $4"
        )
    };
}

/// What is stored of one entry; the bytes of a decision's entries are what the chain covers. It is read back
/// as texts of its own, and written from what is at hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record<Text = String, Cause = Event, Data = Box<RawValue>> {
    /// The event's identifier, also the `webhook-id` of what is sent about it.
    pub id: EventId,
    /// The public type, such as `order.paid`.
    #[serde(rename = "type")]
    pub kind: Text,
    /// What it is about.
    pub subject: Subject,
    /// The payment it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentId>,
    /// The state before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Text>,
    /// The state after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Text>,
    /// The evidence, as a sentence.
    pub why: Text,
    /// When (unix ms).
    pub at_ms: i64,
    /// What came in and caused it; on the first entry of a decision only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The order as it was once this was committed, as the API shows it; on `order.…` entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Data>,
}

/// A stored entry of a journal.
#[derive(Debug, Clone)]
pub struct JournalRow {
    /// Its number in the subject's journal, from 1.
    pub seq: i64,
    /// Its content.
    pub record: Record,
    /// Whether the chain up to and including it is whole; `None` where it was not verified.
    pub chained: Option<bool>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The number of its first entry in the subject's journal, from 1.
    pub seq: i64,
    /// Its first event.
    pub id: EventId,
    /// Its entries: the text that the chain covers.
    pub entries: String,
    /// The link of the chain.
    pub hash: String,
    /// When it was made (unix ms).
    pub at_ms: i64,
    /// The bits of the events that the shop has acknowledged.
    pub taken: i64,
}

impl Decision {
    /// Its entries.
    ///
    /// # Errors
    /// What is stored is none.
    pub fn rows(&self) -> Result<Vec<JournalRow>, Fault> {
        read(self.seq, &self.entries).map(Iterator::collect)
    }
}

impl<'a, Data> Record<&'a str, &'a Event, Data> {
    /// One entry of a decision about `subject`.
    pub fn of(
        id: EventId,
        subject: Subject,
        entry: &'a Entry,
        cause: Option<&'a Event>,
        at_ms: i64,
        data: Option<Data>,
    ) -> Self {
        let Entry { kind, payment, old, new, why } = entry;
        Record {
            id,
            kind: kind.as_str(),
            subject,
            payment: *payment,
            old: *old,
            new: *new,
            why,
            at_ms,
            cause,
            data,
        }
    }
}

/// Appends the entries of one decision, if it has any, to the journal of a subject: the write, and the link that
/// its chain ends in then.
pub fn append<Data: Serialize>(
    stored: &Stored,
    records: &[Record<&str, &Event, Data>],
) -> Option<(Write, String)> {
    const SQL: &str = "INSERT INTO journal (shard, subject, seq, id, merchant_id, environment, entries, \
        hash, at_ms, whole, taken, acked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0)";
    let first = records.first()?;
    let entries = json_text(&records, 2048);
    let link = chain(&stored.chain, &entries);
    let order = &stored.order;
    let known = known(&first.id.to_string(), &order.id.to_string(), first.at_ms);
    let row = params![
        order.id.shard(),
        order.id,
        stored.entries + 1,
        first.id,
        order.merchant,
        order.environment.as_str(),
        Packed { text: entries, known, spaces: 0 },
        link.as_str(),
        first.at_ms,
        records.iter().fold(0, |bits, record| bits | bit(record.id)),
    ];
    Some((Write::new(SQL, row).in_shard(order.id.shard()), link))
}

/// The bit that stands for an event among those of its decision. There are at most a few more of them than
/// payments of an order, so the sign is not reached.
fn bit(event: EventId) -> i64 {
    1 << event.index()
}

/// What the entries are packed beside: what they repeat of their row.
fn known(id: &str, subject: &str, at_ms: i64) -> String {
    format!("{id}{subject}{at_ms}")
}

/// The entries as the chain covers them, of a row that begins with identifier, subject, time, number and entries.
fn text(row: &Values) -> Result<String, Fault> {
    Ok(unpack(row.text(4)?, &known(row.text(0)?, row.text(1)?, row.int(2)?))?)
}

/// The same, read.
fn rows(row: &Values) -> Result<impl Iterator<Item = JournalRow> + use<>, Fault> {
    read(row.int(3)?, &text(row)?)
}

/// The entries of a decision whose first one is at `seq`.
fn read(seq: i64, entries: &str) -> Result<impl Iterator<Item = JournalRow> + use<>, Fault> {
    let records: Vec<Record> = serde_json::from_str(entries)
        .map_err(|error| Fault::new(format!("an entry of a journal: {error}")))?;
    Ok((seq..).zip(records).map(|(seq, record)| JournalRow { seq, record, chained: None }))
}

impl Store {
    /// The journal of a subject as far as it is here, oldest first, each entry told whether the chain holds up to it: from
    /// the beginning, or from where what is archived ends.
    pub async fn journal(&self, subject: Subject) -> Result<Vec<JournalRow>, Fault> {
        const SQL: &str = "SELECT id, subject, at_ms, seq, entries, hash FROM journal \
            WHERE shard = $1 AND subject = $2 ORDER BY seq";
        let stored = self.scan(SQL, params![subject.shard(), subject]).await?;
        let first = stored.first().map_or(Ok(1), |row| row.int(3))?;
        let archived = if first == 1 { None } else { self.archived(subject).await? };
        let mut whole = first == 1 + archived.as_ref().map_or(0, |archived| archived.entries);
        let mut previous = archived.map_or_else(String::new, |archived| archived.chain);
        let mut found = Vec::new();
        for row in stored {
            let entries = text(&row)?;
            previous = chain(&previous, &entries);
            whole = whole && previous == row.text(5)?;
            found.extend(
                read(row.int(3)?, &entries)?.map(|entry| JournalRow { chained: Some(whole), ..entry }),
            );
        }
        Ok(found)
    }

    /// The decisions of a shard's subjects from one to another, in the order of the subjects, each one's oldest first.
    pub(super) async fn decisions(
        &self,
        from: Subject,
        to: Subject,
    ) -> Result<Vec<(Subject, Decision)>, Fault> {
        const SQL: &str = "SELECT id, subject, at_ms, seq, entries, hash, taken FROM journal \
            WHERE shard = $1 AND subject >= $2 AND subject <= $3 ORDER BY subject, seq";
        let read = |row: &Values| {
            let decision = Decision {
                seq: row.int(3)?,
                id: row.parsed(0)?,
                entries: text(row)?,
                hash: row.text(5)?.to_owned(),
                at_ms: row.int(2)?,
                taken: row.int(6)?,
            };
            Ok((row.parsed(1)?, decision))
        };
        self.scan(SQL, params![from.shard(), from, to]).await?.iter().map(read).collect()
    }

    /// One entry.
    pub async fn journal_entry(&self, subject: Subject, seq: i64) -> Result<Option<JournalRow>, Fault> {
        const SQL: &str = "SELECT id, subject, at_ms, seq, entries FROM journal \
            WHERE shard = $1 AND subject = $2 AND seq <= $3 ORDER BY seq DESC LIMIT 1";
        let found = self.find(SQL, params![subject.shard(), subject, seq]).await?;
        let Some(row) = found.first() else { return Ok(None) };
        Ok(rows(row)?.find(|entry| entry.seq == seq))
    }

    /// Whether a decision is there, by its first event and that one's number.
    pub async fn has_decision(&self, subject: Subject, seq: i64, first: EventId) -> Result<bool, Fault> {
        const SQL: &str = "SELECT id FROM journal WHERE shard = $1 AND subject = $2 AND seq = $3";
        let found = self.find(SQL, params![subject.shard(), subject, seq]).await?;
        found.first().map_or(Ok(false), |row| Ok(row.parsed::<EventId>(0)? == first))
    }

    /// A merchant's events, oldest first, after `after`: those not acknowledged yet, or those that are.
    pub async fn events(
        &self,
        merchant: MerchantId,
        environment: Environment,
        acked: bool,
        after: Option<EventId>,
        limit: i64,
    ) -> Result<Vec<JournalRow>, Fault> {
        const NOT_YET: &str = concat!(
            "SELECT id, subject, at_ms, seq, entries, taken FROM (",
            to_pull!("0"),
            ") AS oldest UNION ALL SELECT id, subject, at_ms, seq, entries, taken FROM (",
            to_pull!("2"),
            ") AS oldest ORDER BY id LIMIT $4"
        );
        const TAKEN: &str = concat!(
            "SELECT id, subject, at_ms, seq, entries, taken FROM (",
            to_pull!("1"),
            ") AS oldest UNION ALL SELECT id, subject, at_ms, seq, entries, taken FROM (",
            to_pull!("2"),
            ") AS oldest ORDER BY id LIMIT $4"
        );
        let from = after.map_or_else(String::new, |id| id.first().to_string());
        // Of the decision that the page before ended in there may be nothing left.
        let params = params![merchant, environment.as_str(), from, limit + 1];
        let wanted = usize::try_from(limit).unwrap_or(0);
        let mut found = Vec::new();
        for row in self.scan(if acked { TAKEN } else { NOT_YET }, params).await? {
            let taken = row.int(5)?;
            let is_wanted = |entry: &JournalRow| {
                let id = entry.record.id;
                (taken & bit(id) != 0) == acked && after.is_none_or(|after| id > after)
            };
            found.extend(rows(&row)?.filter(is_wanted));
        }
        found.truncate(wanted);
        Ok(found)
    }

    /// The entries of a merchant's newest decisions, newest first, at the most so many.
    pub async fn newest_events(
        &self,
        merchant: MerchantId,
        environment: Environment,
        limit: i64,
    ) -> Result<Vec<JournalRow>, Fault> {
        const SQL: &str = "SELECT id, subject, at_ms, seq, entries FROM journal WHERE merchant_id = $1 \
            AND environment = $2 AND acked = $3 ORDER BY id DESC LIMIT $4";
        let mut found = Vec::new();
        for acked in 0..=2 {
            for row in self.scan(SQL, params![merchant, environment.as_str(), acked, limit]).await? {
                found.extend(rows(&row)?);
            }
        }
        found.sort_by_key(|entry: &JournalRow| std::cmp::Reverse(entry.record.id));
        found.truncate(usize::try_from(limit).unwrap_or_default());
        Ok(found)
    }

    /// The first event of each of a merchant's newest decisions, newest first, at the most so many.
    pub async fn newest_decisions(
        &self,
        merchant: MerchantId,
        environment: Environment,
        limit: i64,
    ) -> Result<Vec<EventId>, Fault> {
        const SQL: &str = "SELECT id FROM (SELECT id FROM journal WHERE merchant_id = $1 AND environment = $2 AND acked = 0 \
            ORDER BY id DESC LIMIT $3) AS newest \
            UNION ALL SELECT id FROM (SELECT id FROM journal WHERE merchant_id = $1 AND environment = $2 AND acked = 1 \
            ORDER BY id DESC LIMIT $3) AS newest \
            UNION ALL SELECT id FROM (SELECT id FROM journal WHERE merchant_id = $1 AND environment = $2 AND acked = 2 \
            ORDER BY id DESC LIMIT $3) AS newest ORDER BY id DESC LIMIT $3";
        let rows = self.find(SQL, params![merchant, environment.as_str(), limit]).await?;
        rows.iter().map(|row| row.parsed(0)).collect()
    }

    /// The entries of the decisions of every merchant, in the order in which they were made, from after the
    /// decision that begins with `after`; for the operator to follow.
    pub async fn events_after(&self, after: EventId, limit: i64) -> Result<Vec<JournalRow>, Fault> {
        // A cross join is made in the order in which it is written: each merchant's place in the index.
        const SQL: &str = "SELECT journal.id, journal.subject, journal.at_ms, journal.seq, journal.entries \
            FROM merchants CROSS JOIN journal \
            WHERE journal.merchant_id = merchants.id AND journal.environment IN ('test', 'live') \
            AND journal.acked IN (0, 1, 2) AND journal.id > $1 ORDER BY journal.id LIMIT $2";
        let mut found = Vec::new();
        for row in self.scan(SQL, params![after, limit]).await? {
            found.extend(rows(&row)?);
        }
        Ok(found)
    }
}

/// Marks an event as taken by the shop. Doing so again, or for an unknown event, changes nothing.
pub fn acknowledge(merchant: MerchantId, environment: Environment, event: EventId) -> Write {
    const SQL: &str = "UPDATE journal SET taken = taken | $1, \
        acked = CASE WHEN (taken | $1) = whole THEN 1 ELSE 2 END \
        WHERE merchant_id = $2 AND environment = $3 AND acked IN (0, 2) AND id = $4 AND (whole & $1) = $1";
    Write::new(SQL, params![bit(event), merchant, environment.as_str(), event.first()])
}
