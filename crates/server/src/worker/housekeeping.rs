//! What is done once for all nodes, by the one that holds the first shard and under its lease: what is old is forgotten, and
//! the time of day is watched.

use tokio::sync::Mutex;

use crate::app::{App, Error};
use crate::clock;
use crate::store::{
    CommitError, KeyCursor, Lease, Write, forget_codes, forget_codes_sent, forget_errands, forget_logins,
    forget_sessions, forget_settled_unmatched,
};

use super::time_of_day;

/// How long an idempotency key is kept: 30 days.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// How long a customer's device is remembered without being used: half a year.
const DEVICE_KEPT_MS: i64 = 183 * 24 * 3_600_000;

/// How long a notification about money for nobody is kept once a person has dealt with it: half a year.
const SETTLED_KEPT_MS: i64 = 183 * 24 * 3_600_000;

/// How long an errand is kept that nobody came back for.
const ERRAND_KEPT_MS: i64 = 3_600_000;

/// How often what is old is looked for.
const FORGET_MS: i64 = 3_600_000;

/// How far the sweeps have come.
#[derive(Debug, Default)]
struct Sweeps {
    forget_at_ms: i64,
    keys: KeyCursor,
}

/// The housekeeping of all nodes.
pub(super) struct Housekeeping {
    app: App,
    sweeps: Mutex<Sweeps>,
}

impl Housekeeping {
    pub(super) fn new(app: App) -> Self {
        Housekeeping { app, sweeps: Mutex::default() }
    }

    /// Notes the time, and plans anew what was planned by a time that was set back.
    ///
    /// # Errors
    /// It could not be, or another node holds that lease now.
    pub(super) async fn watch_the_time(&self, lease: &Lease) -> Result<(), Error> {
        time_of_day::look(&self.app.under(lease.clone())).await
    }

    /// Forgets what is old, a bounded number of rows at a time.
    ///
    /// # Errors
    /// It could not be, or another node holds that lease now.
    pub(super) async fn forget(&self, lease: &Lease) -> Result<(), CommitError> {
        let mut sweeps = self.sweeps.lock().await;
        let (elapsed_ms, now_ms) = (self.app.clock().elapsed_ms(), self.app.clock().now_ms());
        let mut writes = Vec::new();
        if elapsed_ms >= sweeps.forget_at_ms {
            writes.extend(old(now_ms));
            sweeps.forget_at_ms = elapsed_ms + FORGET_MS;
        }
        writes.extend(self.app.store().forget_keys(&mut sweeps.keys, now_ms - KEPT_MS).await?);
        if writes.is_empty() {
            return Ok(());
        }
        writes.insert(0, lease.check());
        self.app.store().commit(writes).await
    }
}

/// What forgets expired logins and codes, errands that were left behind, and devices that are out of use.
fn old(now_ms: i64) -> Vec<Write> {
    let mut writes = vec![forget_codes(now_ms), forget_codes_sent(now_ms)];
    writes.push(forget_errands(clock::machine_ms() - ERRAND_KEPT_MS));
    writes.push(forget_settled_unmatched(now_ms - SETTLED_KEPT_MS));
    writes.extend(forget_logins(now_ms, now_ms - DEVICE_KEPT_MS));
    writes.extend(forget_sessions(now_ms));
    writes
}
