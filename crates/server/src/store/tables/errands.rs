//! Errands: what a command asks the server that works an order's shard to do, and what came of it. A row lives for the
//! second that this takes.

use guichet_core::{OrderId, Subject};

use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Guard, Write};

/// An errand that no server takes up in that time is not done any more: whoever asked has gone.
const FRESH_MS: i64 = 60_000;

/// How many are taken up at once.
const AT_ONCE: i64 = 64;

/// An errand as it waits.
#[derive(Debug, Clone)]
pub struct ErrandRow {
    /// A name of its own.
    pub id: String,
    /// The order it is about.
    pub order: OrderId,
    /// What is to be done, as JSON.
    pub errand: String,
}

impl ErrandRow {
    fn shard(&self) -> i64 {
        Subject::from(self.order).shard()
    }
}

impl Store {
    /// The errands that wait to be taken up, the oldest first, of all shards.
    pub async fn waiting_errands(&self) -> Result<Vec<ErrandRow>, Fault> {
        const SQL: &str = "SELECT id, order_id, errand FROM errands \
            WHERE begun_at_ms IS NULL AND asked_at_ms > $1 ORDER BY asked_at_ms LIMIT $2";
        let rows = self.find(SQL, params![self.now_ms().await? - FRESH_MS, AT_ONCE]).await?;
        let waiting = rows.iter().map(|row| {
            Ok(ErrandRow {
                id: row.text(0)?.to_owned(),
                order: row.parsed(1)?,
                errand: row.text(2)?.to_owned(),
            })
        });
        waiting.collect()
    }

    /// What came of an errand, as JSON, once something did.
    pub async fn errand_answer(&self, errand: &ErrandRow) -> Result<Option<String>, Fault> {
        const SQL: &str = "SELECT answer FROM errands WHERE shard = $1 AND order_id = $2 AND id = $3";
        let rows = self.find(SQL, params![errand.shard(), errand.order, errand.id.as_str()]).await?;
        Ok(rows.first().and_then(|row| row.maybe_text(0)).map(str::to_owned))
    }

    /// The write that leaves an errand to whichever server works the shard of its order.
    ///
    /// # Errors
    /// The database does not say what time it is.
    pub async fn leave_errand(&self, errand: &ErrandRow) -> Result<Write, Fault> {
        const SQL: &str =
            "INSERT INTO errands (shard, order_id, id, errand, asked_at_ms) VALUES ($1, $2, $3, $4, $5)";
        let now_ms = self.now_ms().await?;
        let row = params![errand.shard(), errand.order, errand.id.as_str(), errand.errand.as_str(), now_ms];
        Ok(Write::new(SQL, row).in_shard(errand.shard()))
    }
}

/// Takes an errand up; only one server can.
pub fn begin_errand(errand: &ErrandRow, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE errands SET begun_at_ms = $1 \
        WHERE shard = $2 AND order_id = $3 AND id = $4 AND begun_at_ms IS NULL";
    let key = params![now_ms, errand.shard(), errand.order, errand.id.as_str()];
    Write::guarded(SQL, key, Guard::Row).in_shard(errand.shard())
}

/// Says what came of it.
pub fn answer_errand(errand: &ErrandRow, answer: &str) -> Write {
    const SQL: &str = "UPDATE errands SET answer = $1 WHERE shard = $2 AND order_id = $3 AND id = $4";
    Write::new(SQL, params![answer, errand.shard(), errand.order, errand.id.as_str()])
        .in_shard(errand.shard())
}

/// Takes an errand back, unless it was answered meanwhile.
pub fn withdraw_errand(errand: &ErrandRow) -> Write {
    const SQL: &str = "DELETE FROM errands WHERE shard = $1 AND order_id = $2 AND id = $3 AND answer IS NULL";
    Write::guarded(SQL, params![errand.shard(), errand.order, errand.id.as_str()], Guard::Row)
        .in_shard(errand.shard())
}

/// Forgets an errand whose answer was read.
pub fn forget_errand(errand: &ErrandRow) -> Write {
    const SQL: &str = "DELETE FROM errands WHERE shard = $1 AND order_id = $2 AND id = $3";
    Write::new(SQL, params![errand.shard(), errand.order, errand.id.as_str()]).in_shard(errand.shard())
}

/// Forgets those that whoever asked has left behind, asked before that (unix ms).
pub fn forget_errands(before_ms: i64) -> Write {
    Write::new("DELETE FROM errands WHERE asked_at_ms < $1", params![before_ms])
}
