//! How many there are of what a person looks after.

use guichet_core::{AccountId, Payment, SHARDS};

use super::orders::payments;
use crate::store::Store;
use crate::store::engine::Fault;
use crate::store::engine::value::{Values, params};

/// Numbers of rows by a word, for metrics and the doctor.
#[derive(Debug, Default, serde::Serialize)]
pub struct Census {
    /// Orders by status.
    pub orders: Vec<(String, i64)>,
    /// Orders that wait for a person.
    pub needing_you: i64,
    /// Deliveries that are pending, and of these overdue by more than a minute.
    pub deliveries_pending: i64,
    /// Deliveries that are pending and have failed three times or more, by target, with when each oldest one began.
    pub deliveries_failing: Vec<FailingTarget>,
    /// Deliveries that were given up within the last day.
    pub deliveries_given_up: i64,
    /// Orders whose alarm has been ringing for more than a minute.
    pub alarms_overdue: i64,
}

/// A target to which deliveries fail.
#[derive(Debug, Clone, serde::Serialize)]
pub struct FailingTarget {
    /// Where they go, as it is stored: an endpoint, a vendor's client, or a merchant's customers by one channel.
    pub target: String,
    /// How many wait that have failed three times or more.
    pub deliveries: i64,
    /// When the next of them is tried (unix ms).
    pub next_at_ms: i64,
}

/// A day, in ms.
const DAY_MS: i64 = 24 * 3_600_000;

impl Store {
    /// The targets to which deliveries fail. Reads no more than what is pending.
    pub async fn failing_targets(&self) -> Result<Vec<FailingTarget>, Fault> {
        const SQL: &str = "SELECT target, COUNT(*), MIN(due_at_ms) FROM deliveries \
            WHERE status = 'pending' AND attempts >= 3 GROUP BY target ORDER BY target";
        let failing = |row: &Values| {
            let target = row.text(0)?.to_owned();
            Ok(FailingTarget { target, deliveries: row.int(1)?, next_at_ms: row.int(2)? })
        };
        self.scan(SQL, params![]).await?.iter().map(failing).collect()
    }

    /// How many orders that something is still due for have a payment at that account. Reads all of them, page by page.
    pub async fn orders_watched_at(&self, account: AccountId) -> Result<i64, Fault> {
        const SQL: &str = "SELECT wake_at_ms, id, payments, account_id FROM orders \
            WHERE shard = $1 AND wake_at_ms >= $2 AND (wake_at_ms > $2 OR id > $3) ORDER BY wake_at_ms, id LIMIT 500";
        let mut count = 0;
        for shard in 0..SHARDS {
            let mut after = (i64::MIN, String::new());
            loop {
                let page = self.scan(SQL, params![shard, after.0, &after.1]).await?;
                let Some(last) = page.last() else { break };
                after = (last.int(0)?, last.text(1)?.to_owned());
                for row in &page {
                    let all: Vec<Payment> = payments(row.text(2)?, row.maybe_text(3))?;
                    count += i64::from(all.iter().any(|payment| payment.account == account));
                }
            }
        }
        Ok(count)
    }

    /// Counts what a person looks after. Reads whole indexes: for the doctor, not for every request.
    pub async fn census(&self, now_ms: i64) -> Result<Census, Fault> {
        const ORDERS: &str = "SELECT status, COUNT(*) FROM orders GROUP BY status ORDER BY status";
        const NEEDING: &str = "SELECT COUNT(*) FROM orders WHERE needs_you = 1";
        const PENDING: &str = "SELECT COUNT(*) FROM deliveries WHERE status = 'pending'";
        const GIVEN_UP: &str =
            "SELECT COUNT(*) FROM deliveries WHERE status = 'given_up' AND settled_at_ms > $1";
        const OVERDUE: &str = "SELECT COUNT(*) FROM orders \
            WHERE shard IN (SELECT shard FROM shard_leases) AND wake_at_ms < $1";
        let mut orders = Vec::new();
        for row in self.scan(ORDERS, params![]).await? {
            orders.push((row.text(0)?.to_owned(), row.int(1)?));
        }
        let count = async |sql, params| match self.scan(sql, params).await?.first() {
            Some(row) => row.int(0),
            None => Ok(0),
        };
        Ok(Census {
            orders,
            needing_you: count(NEEDING, params![]).await?,
            deliveries_pending: count(PENDING, params![]).await?,
            deliveries_failing: self.failing_targets().await?,
            deliveries_given_up: count(GIVEN_UP, params![now_ms - DAY_MS]).await?,
            alarms_overdue: count(OVERDUE, params![now_ms - 60_000]).await?,
        })
    }
}
