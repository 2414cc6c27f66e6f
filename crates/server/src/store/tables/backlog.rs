//! How things stand, for the metrics. Each of these reads a partial index that holds nothing but what it counts, so that a
//! million orders that are done cost nothing; what may be long by itself is counted up to a bound.

use std::collections::HashMap;

use guichet_core::{Environment, MerchantId, OrderId};

use super::orders::environment;
use super::target::Target;
use crate::store::Store;
use crate::store::engine::Fault;
use crate::store::engine::value::{Values, params};

/// How long something may be due before it is overdue, in ms.
const OVERDUE_MS: i64 = 60_000;

/// Numbers by merchant and environment; what is not there is 0.
pub type Shops = HashMap<(MerchantId, Environment), i64>;

/// The deliveries to one target that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Where they go.
    pub target: Target,
    /// How many wait.
    pub pending: i64,
    /// How many of them have been due for more than a minute.
    pub overdue: i64,
}

const WAITING: &str = "SELECT target, COUNT(*), CAST(SUM(CASE WHEN due_at_ms < $1 THEN 1 ELSE 0 END) AS BIGINT) \
    FROM (SELECT target, due_at_ms FROM deliveries WHERE status = 'pending' LIMIT 100000) AS waiting \
    GROUP BY target ORDER BY target";

const OVERDUE: &str = "SELECT COUNT(*) FROM (SELECT shard FROM orders \
    WHERE shard IN (SELECT shard FROM shard_leases) AND wake_at_ms < $1 LIMIT 10000) AS overdue";

const NEEDING_YOU: &str = "SELECT merchant_id, environment, COUNT(*) FROM orders WHERE needs_you = 1 \
    GROUP BY merchant_id, environment";

const UNKNOWN: &str = "SELECT merchant_id, environment, CAST(SUM(unknown_payments) AS BIGINT) FROM orders \
    WHERE unknown_payments > 0 GROUP BY merchant_id, environment";

impl Store {
    /// The deliveries that wait, by target; a hundred thousand of them at the most.
    pub async fn waiting_deliveries(&self, now_ms: i64) -> Result<Vec<Backlog>, Fault> {
        let waiting =
            |row: &Values| Ok(Backlog { target: row.parsed(0)?, pending: row.int(1)?, overdue: row.int(2)? });
        self.scan(WAITING, params![now_ms - OVERDUE_MS]).await?.iter().map(waiting).collect()
    }

    /// How many orders have been due for more than a minute; ten thousand at the most. The shards are those that can
    /// be leased, so that each is looked up in the index of alarms.
    pub async fn alarms_overdue(&self, now_ms: i64) -> Result<i64, Fault> {
        let rows = self.scan(OVERDUE, params![now_ms - OVERDUE_MS]).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }

    /// How many orders wait for a person.
    pub async fn orders_needing_you(&self) -> Result<Shops, Fault> {
        self.scan(NEEDING_YOU, params![]).await?.iter().map(shop).collect()
    }

    /// How many payments there are of which nobody knows whether the gateway opened them.
    pub async fn payments_unknown(&self) -> Result<Shops, Fault> {
        self.scan(UNKNOWN, params![]).await?.iter().map(shop).collect()
    }

    /// The orders of a merchant that have such payments; so many at the most.
    pub async fn orders_with_unknown_payments(
        &self,
        merchant: MerchantId,
        environment: Environment,
        most: i64,
    ) -> Result<Vec<OrderId>, Fault> {
        const SQL: &str = "SELECT id FROM orders WHERE merchant_id = $1 AND environment = $2 \
            AND unknown_payments > 0 LIMIT $3";
        let rows = self.scan(SQL, params![merchant, environment.as_str(), most]).await?;
        rows.iter().map(|row| row.parsed(0)).collect()
    }
}

fn shop(row: &Values) -> Result<((MerchantId, Environment), i64), Fault> {
    Ok(((row.parsed(0)?, environment(row.text(1)?)?), row.int(2)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Opening;

    /// Each of them reads an index that holds nothing but what is counted: never the table of orders or deliveries, and no
    /// index of them all.
    #[tokio::test]
    async fn nothing_reads_what_is_done() {
        let path = std::env::temp_dir().join(format!("guichet-backlog-{}.db", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let store = Store::open(path.to_str().unwrap(), Opening::MakeOrMigrate).await.unwrap();
        for (sql, params, index) in [
            (WAITING, params![0], "deliveries_by_"),
            (OVERDUE, params![0], "orders_due"),
            (NEEDING_YOU, params![], "orders_needing_you"),
            (UNKNOWN, params![], "orders_unknown"),
        ] {
            let explain: &'static str = format!("EXPLAIN QUERY PLAN {sql}").leak();
            let plan = store.scan(explain, params).await.unwrap();
            let plan: Vec<String> = plan.iter().map(|row| row.text(3).unwrap().to_owned()).collect();
            let read = plan.iter().filter(|step| step.contains("orders") || step.contains("deliveries"));
            for step in read {
                assert!(step.contains(&format!("USING COVERING INDEX {index}")), "{plan:?}");
            }
            assert!(plan.iter().any(|step| step.contains(index)), "{plan:?}");
            // Those that are due later are not counted one by one.
            assert!(index != "orders_due" || plan.iter().any(|step| step.starts_with("SEARCH")), "{plan:?}");
        }
        assert_eq!(store.alarms_overdue(0).await.unwrap(), 0);
        assert_eq!(store.waiting_deliveries(0).await.unwrap(), []);
        store.close().await.unwrap();
        let _ = std::fs::remove_file(&path);
    }
}
