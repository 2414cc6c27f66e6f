//! The worker does what is due without anybody asking: it works the subjects whose alarm has rung and
//! the deliveries that wait, shard by shard, for the shards whose lease this node holds. It takes no
//! input, may be stopped at any moment, and is woken by commits and by the clock.

mod deliveries;
mod subjects;
mod targets;
mod time_of_day;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::app::App;
use crate::random;
use crate::store::{CommitError, KeyCursor, Leases, Write, forget_codes, forget_logins};

use deliveries::Deliveries;
use subjects::Subjects;

/// How long the worker rests when nothing wakes it.
const REST_MS: i64 = 500;

/// How often leases are renewed, a third of their length.
const RENEW_MS: i64 = 2_000;

/// How long an idempotency key is kept: 30 days.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// How long a customer's device is remembered without being used: half a year.
const DEVICE_KEPT_MS: i64 = 183 * 24 * 3_600_000;

/// How often what is old is looked for.
const FORGET_MS: i64 = 3_600_000;

/// How long a worker that is told to stop lets what is under way be written down. What is not is done again.
const DRAIN_MS: i64 = 2_000;

/// One node's worker.
pub(crate) struct Worker {
    app: App,
    leases: Leases,
    shards: Mutex<Vec<i64>>,
    subjects: Arc<Subjects>,
    deliveries: Arc<Deliveries>,
}

impl Worker {
    /// A worker at rest.
    pub(crate) fn new(app: App) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Worker {
            subjects: Subjects::new(app.clone()),
            deliveries: Deliveries::new(app.clone())?,
            leases: Leases::new(random::token()),
            shards: Mutex::default(),
            app,
        }))
    }

    /// Works until told to stop, then gives its leases back.
    pub(crate) async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let alarms = self.clone().follow_alarms();
        let deliveries = self.clone().follow_deliveries();
        let housekeeping = self.clone().keep_up();
        tokio::select! {
            () = alarms => {}
            () = deliveries => {}
            () = housekeeping => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        tokio::select! {
            () = self.until_idle() => {}
            () = self.app.clock().sleep(DRAIN_MS) => {}
        }
        if let Err(error) = self.leases.release(self.app.store()).await {
            tracing::warn!(%error, "the shard leases could not be given back; they lapse by themselves");
        }
    }

    /// Does everything that is due now, and what becomes due by it, then returns.
    pub(crate) async fn settle_due(&self) -> anyhow::Result<()> {
        self.app.registry().refresh().await?;
        time_of_day::look(&self.app).await?;
        self.renew().await;
        loop {
            let shards = self.held();
            let (begun, idle) = (self.begun(), self.subjects.is_idle() && self.deliveries.is_idle());
            self.subjects.begin_due(&shards).await?;
            self.deliveries.begin_due(&shards).await?;
            // Work that ran while the due work was read may have left more to do behind the reading.
            if idle && self.begun() == begun {
                return Ok(());
            }
            self.until_idle().await;
        }
    }

    async fn until_idle(&self) {
        tokio::join!(self.subjects.until_idle(), self.deliveries.until_idle());
    }

    /// How much work was ever begun on this node, by whichever task.
    fn begun(&self) -> u64 {
        self.subjects.begun() + self.deliveries.begun()
    }

    fn held(&self) -> Vec<i64> {
        self.shards.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn follow_alarms(self: Arc<Self>) {
        let (clock, alarms) = (self.app.clock(), &self.app.signals().alarms);
        let mut swept_at_ms = None;
        loop {
            let elapsed_ms = clock.elapsed_ms();
            let (rung, mut shards) = (alarms.take(), self.held());
            // Between two sweeps of everything only the shards that were rung from are looked at.
            if swept_at_ms.is_some_and(|at_ms| elapsed_ms - at_ms < REST_MS) {
                shards.retain(|shard| rung.contains(shard));
            } else {
                swept_at_ms = Some(elapsed_ms);
            }
            match self.subjects.begin_due(&shards).await {
                Ok(begun) => begun.into_iter().for_each(|shard| alarms.wake(shard)),
                Err(fault) => tracing::error!(%fault, "due subjects could not be read"),
            }
            tokio::task::yield_now().await;
            tokio::select! {
                () = alarms.woken() => {}
                () = clock.sleep(REST_MS) => {}
            }
        }
    }

    async fn follow_deliveries(self: Arc<Self>) {
        let clock = self.app.clock();
        let mut swept_at_ms = None;
        loop {
            let elapsed_ms = clock.elapsed_ms();
            let begun = if swept_at_ms.is_some_and(|at_ms| elapsed_ms - at_ms < REST_MS) {
                self.deliveries.begin_waiting(&self.held()).await
            } else {
                swept_at_ms = Some(elapsed_ms);
                self.deliveries.begin_due(&self.held()).await
            };
            if let Err(fault) = begun {
                tracing::error!(%fault, "due deliveries could not be read");
            }
            tokio::select! {
                () = self.app.signals().deliveries.woken() => {}
                () = clock.sleep(REST_MS) => {}
            }
        }
    }

    async fn keep_up(self: Arc<Self>) {
        let clock = self.app.clock();
        let (mut renew_at_ms, mut forget_at_ms, mut keys) = (0, 0, KeyCursor::default());
        loop {
            let (elapsed_ms, now_ms) = (clock.elapsed_ms(), clock.now_ms());
            if elapsed_ms >= renew_at_ms {
                self.renew().await;
                renew_at_ms = elapsed_ms + RENEW_MS;
            }
            if let Err(error) = time_of_day::look(&self.app).await {
                tracing::warn!(%error, "the time of day could not be looked at");
            }
            if elapsed_ms >= forget_at_ms {
                if let Err(error) = self.app.store().commit(old(now_ms)).await {
                    tracing::warn!(%error, "what is old could not be forgotten");
                }
                forget_at_ms = elapsed_ms + FORGET_MS;
            }
            if let Err(error) = self.forget_keys(&mut keys, now_ms - KEPT_MS).await {
                tracing::warn!(%error, "old idempotency keys could not be forgotten");
            }
            if let Err(error) = self.app.registry().refresh().await {
                tracing::error!(
                    error = format!("{error:#}"),
                    "the configuration could not be read anew; the old one stays"
                );
            }
            clock.sleep(1_000).await;
        }
    }

    async fn forget_keys(&self, cursor: &mut KeyCursor, before_ms: i64) -> Result<(), CommitError> {
        let writes = self.app.store().forget_keys(cursor, before_ms).await?;
        if writes.is_empty() { Ok(()) } else { self.app.store().commit(writes).await }
    }

    async fn renew(&self) {
        match self.leases.renew(self.app.store()).await {
            Ok(shards) => *self.shards.lock().unwrap_or_else(PoisonError::into_inner) = shards,
            Err(error) => tracing::error!(%error, "the shard leases could not be renewed"),
        }
    }
}

/// What forgets expired logins and codes, and devices that are out of use.
fn old(now_ms: i64) -> Vec<Write> {
    let mut writes = vec![forget_codes(now_ms)];
    writes.extend(forget_logins(now_ms, now_ms - DEVICE_KEPT_MS));
    writes
}
