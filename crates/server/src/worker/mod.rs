//! The worker does what is due without anybody asking: it works the subjects whose alarm has rung and
//! the deliveries that wait, shard by shard, for the shards whose lease this node holds. It takes no
//! input, may be stopped at any moment, and is woken by commits and by the clock.

mod deliveries;
mod ended_targets;
mod errands;
mod housekeeping;
mod rounds;
mod shards;
mod share;
mod subjects;
mod targets;
mod time_of_day;

use std::sync::Arc;

use tokio::sync::watch;

use crate::app::{App, Error};
use crate::repeats;
use crate::store::{CommitError, Guard};

use deliveries::Deliveries;
use errands::Errands;
use housekeeping::Housekeeping;
use rounds::Rounds;
use shards::Shards;
use subjects::Subjects;

pub use rounds::WholeRounds;

/// How long the worker rests when nothing wakes it.
const REST_MS: i64 = 500;

/// How often a node says that it lives, a third of the time after which it counts as dead.
const LIVE_MS: i64 = 2_000;

/// How long a worker that is told to stop lets what is under way come to its end, longer than any try to deliver takes. What
/// has not is done again.
const DRAIN_MS: i64 = 16_000;

/// How often a worker that ends looks what has come to its end.
const DRAIN_LOOK_MS: i64 = 1_000;

/// One node's worker.
pub(crate) struct Worker {
    app: App,
    shards: Arc<Shards>,
    subjects: Arc<Subjects>,
    deliveries: Arc<Deliveries>,
    errands: Arc<Errands>,
    housekeeping: Housekeeping,
    rounds: Rounds,
}

impl Worker {
    /// A worker at rest, of a node of that name.
    pub(crate) fn new(app: App, name: String) -> anyhow::Result<Arc<Self>> {
        let shards = Shards::new(app.clone(), name);
        Ok(Arc::new(Worker {
            subjects: Subjects::new(app.clone(), shards.clone()),
            deliveries: Deliveries::new(app.clone(), shards.clone())?,
            errands: Errands::new(app.clone()),
            housekeeping: Housekeeping::new(app.clone()),
            shards,
            rounds: Rounds::default(),
            app,
        }))
    }

    /// Works until told to stop, then gives its leases back.
    pub(crate) async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let alarms = self.clone().follow_alarms();
        let deliveries = self.clone().follow_deliveries();
        let upkeep = self.clone().keep_up();
        let errands = self.clone().follow_errands();
        tokio::select! {
            () = alarms => {}
            () = deliveries => {}
            () = upkeep => {}
            () = errands => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        self.drain().await;
    }

    /// Takes nothing up any more. Each shard is given back as soon as nothing is under way in it, so that another node begins
    /// there at once, and what takes too long is done again by that.
    async fn drain(&self) {
        let clock = self.app.clock();
        let until_ms = clock.elapsed_ms() + DRAIN_MS;
        while !self.is_idle() && clock.elapsed_ms() < until_ms {
            if let Err(error) = self.shards.leave(&|shard| self.is_busy_in(shard)).await {
                tracing::warn!(%error, "the shards could not be given back yet");
            }
            tokio::select! {
                () = self.until_idle() => {}
                () = clock.sleep(DRAIN_LOOK_MS) => {}
            }
        }
        if let Err(error) = self.shards.end().await {
            tracing::warn!(%error, "the shard leases could not be given back; they lapse by themselves");
        }
        self.app.set_shards(Arc::new([]));
    }

    /// Its rounds, for whoever supervises it.
    pub(crate) fn rounds(&self) -> WholeRounds {
        self.rounds.follow()
    }

    /// Does everything that is due now in the shards of this node, and what becomes due by it, then returns.
    pub(crate) async fn settle_due(&self) -> anyhow::Result<()> {
        self.app.registry().refresh().await?;
        self.live().await;
        self.look().await;
        self.watch_the_time().await?;
        loop {
            let leases = self.shards.leases();
            let (begun, idle) = (self.begun(), self.is_idle());
            self.subjects.begin_due(&leases).await?;
            self.deliveries.begin_due(&leases).await?;
            // Work that ran while the due work was read may have left more to do behind the reading.
            if idle && self.begun() == begun {
                return Ok(());
            }
            self.until_idle().await;
        }
    }

    async fn until_idle(&self) {
        tokio::join!(self.subjects.until_idle(), self.deliveries.until_idle(), self.errands.until_idle());
    }

    fn is_idle(&self) -> bool {
        self.subjects.is_idle() && self.deliveries.is_idle() && self.errands.is_idle()
    }

    fn is_busy_in(&self, shard: i64) -> bool {
        self.subjects.is_busy_in(shard) || self.deliveries.is_busy_in(shard) || self.errands.is_busy_in(shard)
    }

    /// How much work was ever begun on this node, by whichever task.
    fn begun(&self) -> u64 {
        self.subjects.begun() + self.deliveries.begun()
    }

    async fn follow_alarms(self: Arc<Self>) {
        let (clock, alarms) = (self.app.clock(), &self.app.signals().alarms);
        let mut swept_at_ms = None;
        loop {
            let elapsed_ms = clock.elapsed_ms();
            let (rung, mut leases) = (alarms.take(), self.shards.leases());
            // Between two sweeps of everything only the shards that were rung from are looked at.
            if swept_at_ms.is_some_and(|at_ms| elapsed_ms - at_ms < REST_MS) {
                leases.retain(|lease| rung.contains(&lease.shard));
            } else {
                swept_at_ms = Some(elapsed_ms);
            }
            match self.subjects.begin_due(&leases).await {
                Ok(begun) => begun.into_iter().for_each(|shard| alarms.wake(shard)),
                Err(fault) => tracing::error!(%fault, "due subjects could not be read"),
            }
            self.rounds.alarms_looked_at();
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
                self.deliveries.begin_waiting(&self.shards.leases()).await
            } else {
                swept_at_ms = Some(elapsed_ms);
                self.deliveries.begin_due(&self.shards.leases()).await
            };
            if let Err(fault) = begun {
                tracing::error!(%fault, "due deliveries could not be read");
            }
            self.rounds.deliveries_looked_at();
            tokio::select! {
                () = self.app.signals().deliveries.woken() => {}
                () = clock.sleep(REST_MS) => {}
            }
        }
    }

    async fn follow_errands(self: Arc<Self>) {
        loop {
            if let Err(error) = self.errands.begin_waiting(&self.shards.leases()).await {
                tracing::error!(%error, "what commands want done could not be taken up");
            }
            self.app.clock().sleep(errands::LOOK_MS).await;
        }
    }

    async fn keep_up(self: Arc<Self>) {
        let clock = self.app.clock();
        let (mut live_at_ms, mut seen) = (0, (0, 0));
        loop {
            let elapsed_ms = clock.elapsed_ms();
            if elapsed_ms >= live_at_ms {
                self.live().await;
                live_at_ms = elapsed_ms + LIVE_MS;
            }
            self.look().await;
            if let Err(error) = self.watch_the_time().await {
                tracing::warn!(%error, "the time of day could not be looked at");
            }
            if let Some(lease) = self.shards.of_all() {
                match self.housekeeping.forget(&lease).await {
                    Err(CommitError::Conflict(Guard::Lease)) => self.shards.lost(&lease),
                    Err(error) => tracing::warn!(%error, "what is old could not be forgotten"),
                    Ok(()) => {}
                }
            }
            if let Err(error) = self.app.registry().refresh().await {
                tracing::error!(
                    error = format!("{error:#}"),
                    "the configuration could not be read anew; the old one stays"
                );
            }
            if let Err(fault) = self.app.learn_health().await {
                tracing::warn!(%fault, "how the gateway accounts fare could not be read");
            }
            repeats::say_the_rest();
            self.rounds.kept_up(&mut seen);
            clock.sleep(1_000).await;
        }
    }

    async fn live(&self) {
        if let Err(error) = self.shards.live().await {
            tracing::error!(%error, "this node could not say that it lives; its shards go to others before long");
        }
    }

    async fn look(&self) {
        if let Err(error) = self.shards.look(&|shard| self.is_busy_in(shard)).await {
            tracing::error!(%error, "the shard leases could not be looked at");
        }
        self.app.set_shards(self.shards.leases().iter().map(|lease| lease.shard).collect());
    }

    async fn watch_the_time(&self) -> Result<(), Error> {
        let Some(lease) = self.shards.of_all() else { return Ok(()) };
        match self.housekeeping.watch_the_time(&lease).await {
            Err(Error::LeaseLost) => self.shards.lost(&lease),
            watched => watched?,
        }
        Ok(())
    }
}
