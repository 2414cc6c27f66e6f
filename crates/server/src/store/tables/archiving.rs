//! What is moved to an archive: whole pages of orders with all that belongs to their journals, and the writes that take one
//! order's out once it stands in a file.

use std::collections::HashMap;

use guichet_core::{Environment, MerchantId, OrderId, Subject};

use super::idempotency::answer_text;
use super::journal::Decision;
use super::outbox::{Attempt, DeliveryRow, logged};
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// What belongs to one order's journal in the tables.
#[derive(Debug, Default)]
pub struct Belongings {
    /// Its decisions, oldest first.
    pub decisions: Vec<Decision>,
    /// Its deliveries with their tries.
    pub deliveries: Vec<(DeliveryRow, Vec<Attempt>)>,
    /// What requests about it were answered under idempotency keys.
    pub answers: Vec<KeptAnswer>,
    /// Whether a request for a refund is open.
    pub refund_is_open: bool,
}

/// An answer under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Method and path.
    pub route: String,
    /// The key.
    pub key: String,
    /// The HTTP status.
    pub status_code: i64,
    /// The body.
    pub body: String,
    /// When the key was claimed (unix ms); none where it is forgotten already.
    pub claimed_at_ms: Option<i64>,
}

/// What is taken out of the tables for one order.
#[derive(Debug)]
pub struct TakenOut<'a> {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub merchant: MerchantId,
    /// In which environment.
    pub environment: Environment,
    /// The last of the entries.
    pub seq: i64,
    /// The link that the chain ends in there.
    pub chain: &'a str,
    /// How many entries.
    pub events: i64,
    /// How many of them the shop had acknowledged.
    pub acknowledged: i64,
    /// When the newest happened (unix ms).
    pub newest_at_ms: i64,
    /// How many deliveries.
    pub deliveries: i64,
    /// The routes and keys of the answers.
    pub answers: Vec<(&'a str, &'a str)>,
    /// The number of the archive.
    pub archive: i64,
}

impl Store {
    /// The next orders of a shard that have a journal here, after one and before another identifier, in their order.
    pub async fn with_journals(
        &self,
        shard: i64,
        after: &str,
        before: OrderId,
        limit: i64,
    ) -> Result<Vec<OrderId>, Fault> {
        const SQL: &str = "SELECT DISTINCT subject FROM journal WHERE shard = $1 AND subject > $2 AND subject < $3 \
            ORDER BY subject LIMIT $4";
        let found = self.scan(SQL, params![shard, after, before, limit]).await?;
        found.iter().map(|row| row.parsed(0)).collect()
    }

    /// What belongs to the journals of a shard's orders from one to another.
    pub async fn belongings(
        &self,
        from: OrderId,
        to: OrderId,
    ) -> Result<HashMap<OrderId, Belongings>, Fault> {
        let range = || params![from.shard(), from, to];
        let mut found: HashMap<OrderId, Belongings> = HashMap::new();
        for (subject, decision) in self.decisions(from.into(), to.into()).await? {
            let order = order_of(subject)?;
            found.entry(order).or_default().decisions.push(decision);
        }
        let mut attempts = self.attempts_between(range()).await?;
        const DELIVERIES: &str = "SELECT id, subject, event_seq, target, attempts, status, due_at_ms, settled_at_ms \
            FROM deliveries WHERE shard = $1 AND subject >= $2 AND subject <= $3 ORDER BY subject, event_seq, target";
        for row in self.scan(DELIVERIES, range()).await?.iter().map(logged) {
            let row = row?;
            let order = order_of(row.delivery.subject)?;
            let key = (order, row.delivery.event_seq, row.delivery.target.to_string());
            let tries = attempts.remove(&key).unwrap_or_default();
            found.entry(order).or_default().deliveries.push((row, tries));
        }
        const ANSWERS: &str = "SELECT a.subject, a.route, a.key, a.status_code, a.body, k.created_at_ms \
            FROM idempotency_answers a JOIN orders o ON o.shard = a.shard AND o.id = a.subject \
            LEFT JOIN idempotency_keys k ON k.key = a.key AND k.merchant_id = o.merchant_id \
            AND k.environment = o.environment AND k.route = a.route \
            WHERE a.shard = $1 AND a.subject >= $2 AND a.subject <= $3 ORDER BY a.subject, a.route, a.key";
        for row in self.scan(ANSWERS, range()).await? {
            found.entry(row.parsed(0)?).or_default().answers.push(answer(&row)?);
        }
        const REFUNDS: &str = "SELECT order_id FROM refund_requests WHERE shard = $1 AND status = 'requested' \
            AND order_id >= $2 AND order_id <= $3";
        for row in self.scan(REFUNDS, range()).await? {
            found.entry(row.parsed(0)?).or_default().refund_is_open = true;
        }
        Ok(found)
    }

    /// The tries of deliveries of a range of orders, by order, entry and target.
    async fn attempts_between(
        &self,
        range: Values,
    ) -> Result<HashMap<(OrderId, i64, String), Vec<Attempt>>, Fault> {
        const SQL: &str = "SELECT number, at_ms, status_code, outcome, answer, subject, event_seq, target \
            FROM delivery_attempts WHERE shard = $1 AND subject >= $2 AND subject <= $3 \
            ORDER BY subject, event_seq, target, number";
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in self.scan(SQL, range).await? {
            let key = (row.parsed(5)?, row.int(6)?, row.text(7)?.to_owned());
            found.entry(key).or_default().push(Attempt::read(&row)?);
        }
        Ok(found)
    }
}

fn order_of(subject: Subject) -> Result<OrderId, Fault> {
    subject.order().ok_or_else(|| Fault::new(format!("{subject} is no order")))
}

fn answer(row: &Values) -> Result<KeptAnswer, Fault> {
    Ok(KeptAnswer {
        route: row.text(1)?.to_owned(),
        key: row.text(2)?.to_owned(),
        status_code: row.int(3)?,
        body: answer_text(row.text(4)?, row.text(2)?, row.parsed(0)?)?,
        claimed_at_ms: row.maybe_int(5),
    })
}

/// Takes an order's journal and what belongs to it out of the tables, unless it is no longer as it was archived. What says
/// so stands last: a delivery that is to be sent again waits by then, or finds nothing any more.
pub fn take_out(out: &TakenOut<'_>) -> Vec<Write> {
    const ATTEMPTS: &str =
        "DELETE FROM delivery_attempts WHERE shard = $1 AND subject = $2 AND event_seq <= $3";
    const DELIVERIES: &str = "DELETE FROM deliveries WHERE shard = $1 AND subject = $2 AND event_seq <= $3 \
        AND status <> 'pending'";
    const JOURNAL: &str = "DELETE FROM journal WHERE shard = $1 AND subject = $2 AND seq <= $3";
    let (shard, key) = (out.order.shard(), || params![out.order.shard(), out.order, out.seq]);
    let mut writes = vec![
        Write::new(DELIVERIES, key()),
        Write::new(ATTEMPTS, key()),
        Write::guarded(JOURNAL, key(), Guard::Row),
    ];
    for (route, answered) in &out.answers {
        const ANSWER: &str = "DELETE FROM idempotency_answers WHERE shard = $1 AND subject = $2 AND route = $3 \
            AND key = $4";
        const KEY: &str = "DELETE FROM idempotency_keys WHERE key = $1 AND merchant_id = $2 AND environment = $3 \
            AND route = $4";
        writes.push(Write::new(ANSWER, params![shard, out.order, *route, *answered]));
        writes.push(Write::new(KEY, params![*answered, out.merchant, out.environment.as_str(), *route]));
    }
    writes.push(count(out));
    writes.push(note(out));
    writes.into_iter().map(|write| write.in_shard(shard)).collect()
}

/// Counts the events among those of their shop that are archived.
fn count(out: &TakenOut<'_>) -> Write {
    const SQL: &str = "INSERT INTO archived_events (merchant_id, environment, events, acknowledged, newest_at_ms) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (merchant_id, environment) DO UPDATE SET \
        events = archived_events.events + excluded.events, \
        acknowledged = archived_events.acknowledged + excluded.acknowledged, \
        newest_at_ms = CASE WHEN excluded.newest_at_ms > archived_events.newest_at_ms THEN excluded.newest_at_ms \
        ELSE archived_events.newest_at_ms END";
    let row = params![out.merchant, out.environment.as_str(), out.events, out.acknowledged, out.newest_at_ms];
    Write::new(SQL, row)
}

/// Notes where they are, if the order is still done as it was, and nothing is on its way about it.
fn note(out: &TakenOut<'_>) -> Write {
    const SQL: &str = "INSERT INTO archived_journals (shard, subject, seq, chain, deliveries, archive) \
        SELECT shard, id, entries, chain, CAST($1 AS BIGINT), CAST($2 AS BIGINT) FROM orders \
        WHERE shard = $3 AND id = $4 AND entries = $5 AND chain = $6 AND wake_at_ms IS NULL AND needs_you = 0 \
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.shard = orders.shard \
        AND deliveries.subject = orders.id) ON CONFLICT DO NOTHING";
    let row = params![out.deliveries, out.archive, out.order.shard(), out.order, out.seq, out.chain];
    Write::guarded(SQL, row, Guard::Row)
}
