//! When codes were sent to whoever has a name: one at a time and few in all, however many nodes are asked. Nobody has a name
//! of their own here, so that it cannot be told from this who is registered.

use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Guard, Write};

/// How long after a code there is none, in ms.
const APART_MS: i64 = 60_000;

/// Beyond the first few there is another one after each of these times, in ms.
const EACH_MS: i64 = 720_000;

/// How many may be sent before that counts.
const BURST: i64 = 5;

impl Store {
    /// In how many ms a code may be sent to whoever has that name.
    pub async fn code_due_in_ms(&self, name: &str, now_ms: i64) -> Result<i64, Fault> {
        const SQL: &str = "SELECT last_at_ms, full_at_ms FROM codes_sent WHERE name = $1";
        let rows = self.find(SQL, params![name]).await?;
        let Some(row) = rows.first() else { return Ok(0) };
        let apart_ms = row.int(0)? + APART_MS - now_ms;
        let each_ms = row.int(1)? - (BURST - 1) * EACH_MS - now_ms;
        Ok(apart_ms.max(each_ms).clamp(0, EACH_MS))
    }
}

/// Counts a code; guarded by [`Guard::Row`], in case none may be sent now. A clock that was set back keeps nobody waiting;
/// those of several nodes differ a little, which counts for nothing.
pub fn send(name: &str, now_ms: i64) -> Write {
    const SQL: &str = "INSERT INTO codes_sent (name, last_at_ms, full_at_ms) VALUES ($1, $2, $3) \
        ON CONFLICT (name) DO UPDATE SET last_at_ms = excluded.last_at_ms, full_at_ms = CASE \
        WHEN codes_sent.last_at_ms > $4 OR codes_sent.full_at_ms < excluded.last_at_ms \
        THEN excluded.full_at_ms ELSE codes_sent.full_at_ms + $5 END \
        WHERE codes_sent.last_at_ms > $4 OR (codes_sent.last_at_ms <= $6 AND codes_sent.full_at_ms <= $7)";
    let row = params![
        name,
        now_ms,
        now_ms + EACH_MS,
        now_ms + APART_MS,
        EACH_MS,
        now_ms - APART_MS,
        now_ms + (BURST - 1) * EACH_MS,
    ];
    Write::guarded(SQL, row, Guard::Row)
}

/// Counts a code that counts though none may be sent now.
pub fn note_sent(name: &str, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE codes_sent SET last_at_ms = $1, full_at_ms = CASE WHEN full_at_ms > $2 THEN $2 \
        ELSE full_at_ms END + $3 WHERE name = $4";
    Write::new(SQL, params![now_ms, now_ms + BURST * EACH_MS, EACH_MS, name])
}

/// Forgets those that count for nothing any more.
pub fn forget_old(now_ms: i64) -> Write {
    Write::new("DELETE FROM codes_sent WHERE full_at_ms < $1", params![now_ms])
}
