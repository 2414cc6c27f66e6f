//! Errands of commands: those about orders whose shard this node works are taken up, done and answered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::app::{Answer, App, Errand};
use crate::clock;
use crate::store::{CommitError, ErrandRow, FaultKind, Guard, Lease, answer_errand, begin_errand};

/// How often they are looked for, in ms: a person waits for the answer.
pub(super) const LOOK_MS: i64 = 200;

/// The errands this node is busy with.
pub(super) struct Errands {
    app: App,
    /// How many are being done in each shard.
    busy: Mutex<HashMap<i64, usize>>,
    idle: Notify,
}

impl Errands {
    pub(super) fn new(app: App) -> Arc<Self> {
        Arc::new(Errands { app, busy: Mutex::default(), idle: Notify::new() })
    }

    fn busy(&self) -> MutexGuard<'_, HashMap<i64, usize>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether one is being done in that shard.
    pub(super) fn is_busy_in(&self, shard: i64) -> bool {
        self.busy().contains_key(&shard)
    }

    /// Whether none is being done.
    pub(super) fn is_idle(&self) -> bool {
        self.busy().is_empty()
    }

    pub(super) async fn until_idle(&self) {
        loop {
            let ended = self.idle.notified();
            if self.is_idle() {
                return;
            }
            ended.await;
        }
    }

    /// Begins the errands that wait in the shards of these leases. Each is done by a task of its own.
    pub(super) async fn begin_waiting(self: &Arc<Self>, leases: &[Lease]) -> Result<(), CommitError> {
        let store = self.app.store();
        for row in store.waiting_errands().await? {
            let shard = guichet_core::Subject::from(row.order).shard();
            let Some(lease) = leases.iter().find(|lease| lease.shard == shard) else { continue };
            match store.commit(vec![lease.check(), begin_errand(&row, clock::machine_ms())]).await {
                // Another node had the lease until a moment ago, or has it now; or the command took it back.
                Err(CommitError::Conflict(Guard::Row | Guard::Lease)) => continue,
                begun => begun?,
            }
            *self.busy().entry(shard).or_default() += 1;
            let (errands, lease) = (self.clone(), lease.clone());
            tokio::spawn(async move {
                work(&errands.app.under(lease.clone()), &row, &lease).await;
                errands.end(shard);
            });
        }
        Ok(())
    }

    fn end(&self, shard: i64) {
        {
            let mut busy = self.busy();
            if let Some(count) = busy.get_mut(&shard) {
                *count -= 1;
                if *count == 0 {
                    busy.remove(&shard);
                }
            }
        }
        self.idle.notify_waiters();
    }
}

async fn work(app: &App, row: &ErrandRow, lease: &Lease) {
    let answer = match serde_json::from_str::<Errand>(&row.errand) {
        Ok(errand) => {
            let outcome = app.carry_out(row.order, &errand).await;
            match &outcome {
                Ok(_) => tracing::info!(order = %row.order, errand = row.errand, "a command had this done"),
                Err(error) => {
                    tracing::warn!(order = %row.order, errand = row.errand, %error, "a command wanted this done in vain");
                }
            }
            outcome.map_or_else(|error| Answer::failed(&error), |_| Answer::Done)
        }
        Err(_) => Answer::Failed {
            kind: FaultKind::Refused,
            why: "the running server is of another version and does not know this; use its own program"
                .to_owned(),
        },
    };
    let written = match serde_json::to_string(&answer) {
        Ok(answer) => app.store().commit(vec![lease.check(), answer_errand(row, &answer)]).await,
        Err(error) => return tracing::error!(%error, "an answer could not be written as JSON"),
    };
    if let Err(error) = written {
        tracing::warn!(order = %row.order, %error, "a command was not told what came of what it wanted");
    }
}
