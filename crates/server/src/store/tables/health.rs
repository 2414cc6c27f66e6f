//! How the gateway accounts fare: the last turn of each one's circuit breaker, for the doctor, for the operator, and for the
//! other nodes, which learn it from here.

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
    /// How long its rest is while it is open, in ms.
    pub rest_ms: i64,
    /// When a trial is let through while it is open (unix ms).
    pub open_until_ms: i64,
}

impl Store {
    /// Every account whose breaker ever turned.
    pub async fn account_health(&self) -> Result<Vec<HealthRow>, Fault> {
        const SQL: &str = "SELECT account_id, state, trouble, since_ms, rest_ms, open_until_ms FROM account_health ORDER BY account_id";
        self.find(SQL, params![])
            .await?
            .iter()
            .map(|row| {
                Ok(HealthRow {
                    account: row.parsed(0)?,
                    open: row.text(1)? == "open",
                    trouble: row.text(2)?.to_owned(),
                    since_ms: row.int(3)?,
                    rest_ms: row.int(4)?,
                    open_until_ms: row.int(5)?,
                })
            })
            .collect()
    }
}

/// Notes a turn. One that stays as it was does so since before.
pub fn put(health: &HealthRow) -> Write {
    const SQL: &str = "INSERT INTO account_health (account_id, state, trouble, since_ms, rest_ms, open_until_ms) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_id) DO UPDATE SET \
        since_ms = CASE WHEN account_health.state = excluded.state THEN account_health.since_ms \
        ELSE excluded.since_ms END, state = excluded.state, trouble = excluded.trouble, \
        rest_ms = excluded.rest_ms, open_until_ms = excluded.open_until_ms";
    let state = if health.open { "open" } else { "closed" };
    let row = params![
        health.account,
        state,
        health.trouble.as_str(),
        health.since_ms,
        health.rest_ms,
        health.open_until_ms
    ];
    Write::new(SQL, row)
}
