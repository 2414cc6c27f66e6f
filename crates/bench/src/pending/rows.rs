//! The rows of pending orders in a SQLite file, changed beside the server that works them.

use std::path::Path;

use guichet_core::OrderId;
use rusqlite::{Connection, params};

use crate::beside;

/// How many rows are written in one transaction: the server waits for it.
const AT_ONCE: u64 = 5_000;

/// A time that does not come: the year 2100, in unix ms.
const FAR_MS: i64 = 4_102_444_800_000;

/// What orders have of their own.
const OWN: [&str; 3] = ["shard", "id", "wake_at_ms"];

/// An open file.
pub(crate) struct Rows {
    connection: Connection,
    copied: u64,
}

impl Rows {
    /// Those of the server's database.
    pub(crate) fn of(path: &Path) -> anyhow::Result<Self> {
        Ok(Rows { connection: beside::open(path)?, copied: 0 })
    }

    /// Lets nothing be due.
    pub(crate) fn put_off(&self) -> anyhow::Result<()> {
        let sql = "UPDATE orders SET wake_at_ms = $1 WHERE shard IN (SELECT shard FROM shard_leases) AND wake_at_ms < $1";
        self.connection.execute(sql, [FAR_MS])?;
        Ok(())
    }

    /// Makes that many more orders that wait, each like the first one that does. They have what an alarm needs, and are never due.
    /// An interrupt ends it between two transactions.
    pub(crate) async fn copy(&mut self, count: u64) -> anyhow::Result<()> {
        let columns = self.others()?.join(", ");
        let (shard, like): (i64, String) = self.connection.query_row(
            "SELECT shard, id FROM orders WHERE status = 'pending' ORDER BY id LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let sql = format!(
            "INSERT INTO orders (shard, id, wake_at_ms, {columns}) \
             SELECT $1, $2, $3, {columns} FROM orders WHERE shard = $4 AND id = $5"
        );
        let end = self.copied + count;
        while self.copied < end {
            let transaction = self.connection.transaction()?;
            {
                let mut insert = transaction.prepare(&sql)?;
                for number in self.copied..end.min(self.copied + AT_ONCE) {
                    let number = i64::try_from(number)?;
                    let id = OrderId::in_shard(1_000_000_000_000 + number, [7; 10], number);
                    let far_ms = FAR_MS + 1 + number;
                    insert.execute(params![id.shard(), id.to_string(), far_ms, shard, like])?;
                }
            }
            transaction.commit()?;
            self.copied = end.min(self.copied + AT_ONCE);
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    fn others(&self) -> anyhow::Result<Vec<String>> {
        let mut read = self.connection.prepare("SELECT name FROM pragma_table_info('orders')")?;
        let names: Vec<String> = read.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(names.into_iter().filter(|name| !OWN.contains(&name.as_str())).collect())
    }

    /// Lets everything that was put off be due.
    pub(crate) fn bring_forward(&self) -> anyhow::Result<()> {
        let sql = "UPDATE orders SET wake_at_ms = 1 WHERE shard IN (SELECT shard FROM shard_leases) AND wake_at_ms = $1";
        self.connection.execute(sql, [FAR_MS])?;
        Ok(())
    }

    /// How much is due.
    pub(crate) fn due(&self) -> anyhow::Result<i64> {
        let sql =
            "SELECT COUNT(*) FROM orders WHERE shard IN (SELECT shard FROM shard_leases) AND wake_at_ms = 1";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }
}
