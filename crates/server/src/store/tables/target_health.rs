//! How the targets of deliveries fare: since when nothing has arrived at one. Written when a target begins to fail and
//! when it comes back, never at each try.

use std::collections::HashMap;

use super::target::Target;
use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Write};

/// A target at which nothing arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// Since when (unix ms).
    pub since_ms: i64,
    /// What the first try that failed came to.
    pub outcome: String,
}

impl Store {
    /// Every target at which nothing arrives.
    pub async fn failing_since(&self) -> Result<HashMap<Target, Failing>, Fault> {
        const SQL: &str = "SELECT target, since_ms, outcome FROM target_health ORDER BY target";
        let rows = self.find(SQL, params![]).await?;
        let failing = rows.iter().map(|row| {
            Ok((row.parsed(0)?, Failing { since_ms: row.int(1)?, outcome: row.text(2)?.to_owned() }))
        });
        failing.collect()
    }
}

/// A target begins to fail; one that fails already does so since before.
pub fn begin_failing(target: Target, since_ms: i64, outcome: &str) -> Write {
    const SQL: &str = "INSERT INTO target_health (target, since_ms, outcome) VALUES ($1, $2, $3) \
        ON CONFLICT DO NOTHING";
    Write::new(SQL, params![target, since_ms, outcome])
}

/// A target is well, or is none any more.
pub fn end_failing(target: Target) -> Write {
    const SQL: &str = "DELETE FROM target_health WHERE target = $1";
    Write::new(SQL, params![target])
}
