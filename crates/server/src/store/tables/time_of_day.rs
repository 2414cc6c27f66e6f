//! The time of day as the nodes last wrote it down, by which they notice that it was set back, also while none of them ran;
//! and what is then planned anew.

use guichet_core::Subject;

use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Write};

impl Store {
    /// The time of day that was written down last (unix ms); 0 before the first time.
    pub async fn noted_time(&self) -> Result<i64, Fault> {
        const SQL: &str = "SELECT number FROM revisions WHERE name = 'time of day'";
        self.find(SQL, params![]).await?.first().map_or(Ok(0), |row| row.int(0))
    }

    /// Subjects of a shard whose alarm is later than `after`, an alarm (unix ms) and an identifier, in that order.
    pub async fn planned_subjects(
        &self,
        shard: i64,
        after: &(i64, String),
        limit: i64,
    ) -> Result<Vec<(i64, Subject)>, Fault> {
        const SQL: &str = "SELECT wake_at_ms, id FROM orders WHERE shard = $1 AND wake_at_ms >= $2 \
            AND (wake_at_ms > $2 OR id > $3) ORDER BY wake_at_ms, id LIMIT $4";
        let rows = self.find(SQL, params![shard, after.0, after.1.as_str(), limit]).await?;
        rows.iter().map(|row| Ok((row.int(0)?, row.parsed(1)?))).collect()
    }
}

/// Writes the time of day down (unix ms).
pub fn note_time(now_ms: i64) -> Write {
    Write::new("UPDATE revisions SET number = $1 WHERE name = 'time of day'", params![now_ms])
}

/// The time of day was set back by so many ms: what waits to be delivered becomes due that much earlier, at the earliest now.
pub fn deliver_earlier(by_ms: i64, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE deliveries SET due_at_ms = \
        CASE WHEN due_at_ms - $1 < $2 THEN $2 ELSE due_at_ms - $1 END \
        WHERE status = 'pending' AND due_at_ms > $2";
    Write::new(SQL, params![by_ms, now_ms])
}
