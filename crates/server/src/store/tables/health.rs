//! How the gateway accounts fare: the last turn of each one's circuit breaker, for the doctor and for
//! the operator. Nothing is decided by it.

use guichet_core::AccountId;

use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Write};

/// The last turn of an account's circuit breaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthRow {
    /// The account.
    pub account: AccountId,
    /// Whether its breaker is open: no new payment is tried there.
    pub open: bool,
    /// What the last trouble was.
    pub trouble: String,
    /// Since when (unix ms).
    pub since_ms: i64,
}

impl Store {
    /// Every account whose breaker ever turned.
    pub async fn account_health(&self) -> Result<Vec<HealthRow>, Fault> {
        const SQL: &str =
            "SELECT account_id, state, trouble, since_ms FROM account_health ORDER BY account_id";
        self.find(SQL, params![])
            .await?
            .iter()
            .map(|row| {
                Ok(HealthRow {
                    account: row.parsed(0)?,
                    open: row.text(1)? == "open",
                    trouble: row.text(2)?.to_owned(),
                    since_ms: row.int(3)?,
                })
            })
            .collect()
    }
}

/// Notes a turn.
pub fn put(health: &HealthRow) -> Write {
    const SQL: &str = "INSERT INTO account_health (account_id, state, trouble, since_ms) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (account_id) DO UPDATE SET state = excluded.state, trouble = excluded.trouble, \
        since_ms = excluded.since_ms";
    let state = if health.open { "open" } else { "closed" };
    Write::new(SQL, params![health.account, state, health.trouble.as_str(), health.since_ms])
}
