//! What is on its way out: deliveries are rows committed with the change that caused them, worked
//! until they arrive or are given up.

use std::collections::HashMap;

use guichet_core::{DeliveryId, Environment, EventId, MerchantId, SHARDS, Subject};

use super::target::Target;
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// A delivery whose time has come.
#[derive(Debug, Clone)]
pub struct DueDelivery {
    /// Its identifier.
    pub id: DeliveryId,
    /// What it is about.
    pub subject: Subject,
    /// Which entry of that subject's journal it carries.
    pub event_seq: i64,
    /// Where it goes.
    pub target: Target,
    /// How often it was tried.
    pub attempts: i64,
}

/// A delivery as the log shows it.
#[derive(Debug, Clone)]
pub struct DeliveryRow {
    /// The delivery itself.
    pub delivery: DueDelivery,
    /// `pending`, `delivered` or `given_up`.
    pub status: String,
    /// When it is tried next, while pending (unix ms).
    pub due_at_ms: i64,
    /// When it arrived or was given up (unix ms).
    pub settled_at_ms: Option<i64>,
}

/// One try to deliver.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Which try, from 1.
    pub number: i64,
    /// When (unix ms).
    pub at_ms: i64,
    /// What the target answered, when it answered.
    pub status_code: Option<i64>,
    /// What came of it, in a few words.
    pub outcome: String,
    /// The beginning of what a target that refused wrote.
    pub answer: Option<String>,
}

impl Attempt {
    /// Five columns of a row.
    pub(super) fn read(row: &Values) -> Result<Self, Fault> {
        Ok(Attempt {
            number: row.int(0)?,
            at_ms: row.int(1)?,
            status_code: row.maybe_int(2),
            outcome: row.text(3)?.to_owned(),
            answer: row.maybe_text(4).map(str::to_owned),
        })
    }
}

/// What was sent to a target about a merchant's events, as far as those were looked at.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// The deliveries, those of the newest events first, each with the first event of its decision.
    pub deliveries: Vec<(EventId, DeliveryRow)>,
    /// The decision that was looked at last; none where there were no more.
    pub last: Option<EventId>,
}

/// Selects a merchant's decisions between two events of which the shop has taken none (0), all (1) or some (2).
macro_rules! newest {
    ($acked:literal) => {
        concat!(
            "SELECT shard, subject, seq, id FROM journal WHERE merchant_id = $2 AND environment = $3 \
             AND id >= $4 AND id < $5 AND acked = ",
            $acked,
            " ORDER BY id DESC LIMIT $6"
        )
    };
}

/// No order pays for an index of what was delivered where: from a merchant's newest decisions a key leads to their deliveries. The
/// target stands first: an engine may number parameters in the order in which it meets them.
const SENT: &str = concat!(
    "SELECT deliveries.id, deliveries.subject, deliveries.event_seq, CAST($1 AS TEXT), deliveries.attempts, \
     deliveries.status, deliveries.due_at_ms, deliveries.settled_at_ms, newest.id FROM (\
     SELECT shard, subject, seq, id FROM (",
    newest!("0"),
    ") AS part UNION ALL SELECT shard, subject, seq, id FROM (",
    newest!("1"),
    ") AS part UNION ALL SELECT shard, subject, seq, id FROM (",
    newest!("2"),
    ") AS part ORDER BY id DESC LIMIT $6) AS newest LEFT JOIN deliveries ON deliveries.shard = newest.shard \
     AND deliveries.subject = newest.subject AND deliveries.event_seq >= newest.seq \
     AND deliveries.event_seq < COALESCE((SELECT MIN(later.seq) FROM journal AS later \
     WHERE later.shard = newest.shard AND later.subject = newest.subject AND later.seq > newest.seq), \
     newest.seq + 64) AND deliveries.target = $1 ORDER BY newest.id DESC, deliveries.event_seq DESC"
);

const DUE: &str = "SELECT id, subject, event_seq, target, attempts FROM deliveries \
    WHERE shard = $1 AND status = 'pending' AND due_at_ms <= $2 ORDER BY due_at_ms LIMIT $3";

const DUE_AT: &str = "SELECT id, subject, event_seq, target, attempts FROM deliveries \
    WHERE shard = $1 AND target = $2 AND status = 'pending' AND due_at_ms <= $3 \
    ORDER BY due_at_ms LIMIT $4";

/// Goes from one target to the next in the index, whatever waits for each of them.
const TARGETS: &str = "WITH RECURSIVE waiting (target) AS (\
    SELECT MIN(target) FROM deliveries WHERE shard = $1 AND status = 'pending' UNION ALL \
    SELECT (SELECT MIN(deliveries.target) FROM deliveries WHERE deliveries.shard = $1 \
    AND deliveries.status = 'pending' AND deliveries.target > waiting.target) \
    FROM waiting WHERE waiting.target IS NOT NULL) SELECT target FROM waiting WHERE target IS NOT NULL";

fn delivery(row: &Values) -> Result<DueDelivery, Fault> {
    Ok(DueDelivery {
        id: row.parsed(0)?,
        subject: row.parsed(1)?,
        event_seq: row.int(2)?,
        target: row.parsed(3)?,
        attempts: row.int(4)?,
    })
}

pub(super) fn logged(row: &Values) -> Result<DeliveryRow, Fault> {
    Ok(DeliveryRow {
        delivery: delivery(row)?,
        status: row.text(5)?.to_owned(),
        due_at_ms: row.int(6)?,
        settled_at_ms: row.maybe_int(7),
    })
}

impl Store {
    /// What is due in a shard, for whichever target, the longest overdue first.
    pub async fn due_deliveries(
        &self,
        shard: i64,
        now_ms: i64,
        limit: i64,
    ) -> Result<Vec<DueDelivery>, Fault> {
        self.find(DUE, params![shard, now_ms, limit]).await?.iter().map(delivery).collect()
    }

    /// The targets that deliveries of a shard wait for, due or not.
    pub async fn waiting_targets(&self, shard: i64) -> Result<Vec<Target>, Fault> {
        self.find(TARGETS, params![shard]).await?.iter().map(|row| row.parsed(0)).collect()
    }

    /// What is due for one target in one shard, the longest overdue first.
    pub async fn due_deliveries_to(
        &self,
        shard: i64,
        target: Target,
        now_ms: i64,
        limit: i64,
    ) -> Result<Vec<DueDelivery>, Fault> {
        self.find(DUE_AT, params![shard, target, now_ms, limit]).await?.iter().map(delivery).collect()
    }

    /// How many deliveries wait for each target.
    pub async fn deliveries_waiting(&self) -> Result<HashMap<Target, i64>, Fault> {
        const SQL: &str = "SELECT target, COUNT(*) FROM deliveries WHERE status = 'pending' GROUP BY target";
        let waiting = |row: &Values| Ok((row.parsed(0)?, row.int(1)?));
        self.scan(SQL, params![]).await?.iter().map(waiting).collect()
    }

    /// How many deliveries wait for a target; so many at the most.
    pub async fn deliveries_waiting_for(&self, target: Target, most: i64) -> Result<i64, Fault> {
        // The shards are those that can be leased, so that each is looked up in the index by target.
        const SQL: &str = "SELECT COUNT(*) FROM (SELECT shard FROM deliveries \
            WHERE shard IN (SELECT shard FROM shard_leases) AND target = $1 AND status = 'pending' LIMIT $2) AS waiting";
        self.find(SQL, params![target, most]).await?.first().map_or(Ok(0), |row| row.int(0))
    }

    /// What was sent to a target about so many of a merchant's decisions: the newest from one event on and before another.
    pub async fn sent_to(
        &self,
        target: Target,
        (merchant, environment): (MerchantId, Environment),
        (from, before): (EventId, EventId),
        decisions: i64,
    ) -> Result<Sent, Fault> {
        let params = params![target, merchant, environment.as_str(), from, before, decisions];
        let (mut sent, mut looked_at) = (Sent::default(), 0);
        for row in self.scan(SENT, params).await? {
            let event: EventId = row.parsed(8)?;
            if sent.last.replace(event) != Some(event) {
                looked_at += 1;
            }
            if row.maybe_text(0).is_some() {
                sent.deliveries.push((event, logged(&row)?));
            }
        }
        sent.last = sent.last.filter(|_| looked_at >= decisions);
        Ok(sent)
    }

    /// The delivery of that id.
    pub async fn delivery(&self, id: DeliveryId) -> Result<Option<DeliveryRow>, Fault> {
        const SQL: &str = "SELECT id, subject, event_seq, target, attempts, status, due_at_ms, \
            settled_at_ms FROM deliveries WHERE id = $1";
        self.find(SQL, params![id]).await?.first().map(logged).transpose()
    }

    /// Every delivery about a subject, in the order of its journal.
    pub async fn deliveries_of(&self, subject: Subject) -> Result<Vec<DeliveryRow>, Fault> {
        const SQL: &str = "SELECT id, subject, event_seq, target, attempts, status, due_at_ms, \
            settled_at_ms FROM deliveries WHERE shard = $1 AND subject = $2 ORDER BY event_seq, target";
        self.find(SQL, params![subject.shard(), subject]).await?.iter().map(logged).collect()
    }

    /// Every try of a delivery, oldest first.
    pub async fn attempts(&self, delivery: &DueDelivery) -> Result<Vec<Attempt>, Fault> {
        const SQL: &str = "SELECT number, at_ms, status_code, outcome, answer FROM delivery_attempts \
            WHERE shard = $1 AND subject = $2 AND event_seq = $3 AND target = $4 ORDER BY number";
        let key = params![delivery.subject.shard(), delivery.subject, delivery.event_seq, delivery.target];
        self.find(SQL, key).await?.iter().map(Attempt::read).collect()
    }
}

/// A new delivery, due at once.
pub fn insert(id: DeliveryId, subject: Subject, event_seq: i64, target: Target, due_at_ms: i64) -> Write {
    const SQL: &str = "INSERT INTO deliveries (shard, subject, event_seq, target, id, status, attempts, \
        due_at_ms) VALUES ($1, $2, $3, $4, $5, 'pending', 0, $6)";
    Write::new(SQL, params![subject.shard(), subject, event_seq, target, id, due_at_ms])
        .in_shard(subject.shard())
}

/// What came of a try: the log line, and when the delivery is due again (`None`: it is settled).
pub fn record(
    delivery: &DueDelivery,
    attempt: &Attempt,
    status: &'static str,
    due_at_ms: Option<i64>,
) -> Vec<Write> {
    const STATE: &str = "UPDATE deliveries SET status = $1, attempts = $2, due_at_ms = $3, settled_at_ms = $4 \
        WHERE shard = $5 AND subject = $6 AND event_seq = $7 AND target = $8";
    const LOG: &str = "INSERT INTO delivery_attempts (shard, subject, event_seq, target, number, at_ms, \
        status_code, outcome, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    let shard = delivery.subject.shard();
    let settled_at_ms = due_at_ms.is_none().then_some(attempt.at_ms);
    let state = params![
        status,
        attempt.number,
        due_at_ms.unwrap_or(attempt.at_ms),
        settled_at_ms,
        shard,
        delivery.subject,
        delivery.event_seq,
        delivery.target,
    ];
    let log = params![
        shard,
        delivery.subject,
        delivery.event_seq,
        delivery.target,
        attempt.number,
        attempt.at_ms,
        attempt.status_code,
        attempt.outcome.as_str(),
        attempt.answer.as_deref(),
    ];
    [Write::new(STATE, state), Write::new(LOG, log)]
        .map(|write| write.in_shard(delivery.subject.shard()))
        .into()
}

/// Makes a delivery due now, whatever became of it before; nothing happens where it was archived meanwhile.
pub fn send_again(delivery: &DueDelivery, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE deliveries SET status = 'pending', due_at_ms = $1, settled_at_ms = NULL \
        WHERE shard = $2 AND subject = $3 AND event_seq = $4 AND target = $5";
    let key =
        params![now_ms, delivery.subject.shard(), delivery.subject, delivery.event_seq, delivery.target];
    Write::guarded(SQL, key, Guard::Row).in_shard(delivery.subject.shard())
}

/// A target has come back: what failed there before is due now, shard by shard.
pub fn bring_forward(target: Target, now_ms: i64) -> impl Iterator<Item = Write> {
    const SQL: &str = "UPDATE deliveries SET due_at_ms = $1 WHERE shard = $2 AND target = $3 AND status = 'pending' \
        AND due_at_ms > $1 AND attempts > 0";
    (0..SHARDS).map(move |shard| Write::new(SQL, params![now_ms, shard, target]).in_shard(shard))
}
