//! Deliveries whose time has come. Every target has permits of its own, so that a dead or slow one
//! never delays another, and what came of each try is on disk before the next.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guichet_core::DeliveryId;
use tokio::sync::Notify;

use crate::app::App;
use crate::counters::Stopwatch;
use crate::store::{self, Attempt, CommitError, DueDelivery, Fault, Guard, Lease, Target, Write};
use crate::webhook;

use super::ended_targets::EndedTargets;
use super::shards::Shards;
use super::targets::{Senders, Tried};

/// How many deliveries to one target may be under way at once.
const PERMITS: usize = 16;

/// How many due deliveries of a shard are looked at, whatever their targets. Where there are more, each target is looked at by
/// itself, so that what waits for one that takes nothing hides nobody else's.
const LOOKED_AT: usize = 64;

/// So many failed tries in a row make the next success a return. Fewer may be one message's own fault,
/// whose tries must not be spent each time that another message goes well.
const ABSENCE: u32 = 5;

/// What waits for a target that has ended does not wait for its time.
const WHENEVER_DUE: i64 = i64::MAX;

/// What a try says of its target that the tries before did not.
enum Turn {
    /// Nothing.
    None,
    /// It begins to fail.
    Fails,
    /// It is reached again, after so many failures that it may have been away.
    Arrives { after_absence: bool },
}

#[derive(Default)]
struct UnderWay {
    /// The deliveries, and their shards.
    deliveries: HashMap<DeliveryId, i64>,
    per_target: HashMap<Target, usize>,
    /// The shards in which deliveries to a target wait for one of its permits.
    queued: HashMap<Target, HashSet<i64>>,
    /// The targets that this node has reached.
    reached: HashSet<Target>,
    /// How many readings of what is due are under way, and which deliveries have ended meanwhile.
    readings: usize,
    ended: HashSet<DeliveryId>,
    /// How many tries in a row a target has failed.
    failures: HashMap<Target, u32>,
}

/// The deliveries this node is busy with.
pub(super) struct Deliveries {
    app: App,
    shards: Arc<Shards>,
    senders: Senders,
    ended: EndedTargets,
    under_way: Mutex<UnderWay>,
    idle: Notify,
    begun: AtomicU64,
}

impl Deliveries {
    pub(super) fn new(app: App, shards: Arc<Shards>) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Deliveries {
            senders: Senders::new(&app)?,
            ended: EndedTargets::default(),
            app,
            shards,
            under_way: Mutex::default(),
            idle: Notify::new(),
            begun: AtomicU64::new(0),
        }))
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins what is due in the shards of these leases, for every target. While this server is quiet everything stays as
    /// it is.
    pub(super) async fn begin_due(self: &Arc<Self>, leases: &[Lease]) -> Result<(), Fault> {
        if self.app.registry().quiet().is_some() {
            return Ok(());
        }
        let now_ms = self.app.clock().now_ms();
        for lease in leases {
            self.begin_in(lease, now_ms).await?;
        }
        for target in self.ended.found(&self.app).await? {
            for lease in leases {
                self.begin_at(target, lease, WHENEVER_DUE).await?;
            }
        }
        Ok(())
    }

    /// Begins what is due by then (unix ms) in one shard: found by its time, so that it does not matter how many targets
    /// there are for which nothing is due.
    async fn begin_in(self: &Arc<Self>, lease: &Lease, by_ms: i64) -> Result<(), Fault> {
        let snapshot = self.app.registry().snapshot();
        let limit = i64::try_from(LOOKED_AT).unwrap_or(i64::MAX);
        self.under_way().readings += 1;
        let due = self.app.store().due_deliveries(lease.shard, by_ms, limit).await;
        // What is for nobody, such as an endpoint that is disabled, stays.
        let found = self.begin_all(due, lease, |target| snapshot.is_target(target))?;
        if found < LOOKED_AT {
            return Ok(());
        }
        for target in self.app.store().waiting_targets(lease.shard).await? {
            if snapshot.is_target(target) {
                self.begin_at(target, lease, by_ms).await?;
            }
        }
        Ok(())
    }

    /// Begins what commits and ended deliveries have left to do in the shards of these leases.
    pub(super) async fn begin_waiting(self: &Arc<Self>, leases: &[Lease]) -> Result<(), Fault> {
        let snapshot = self.app.registry().snapshot();
        let waiting = self.app.signals().deliveries.take();
        if self.app.registry().quiet().is_some() {
            return Ok(());
        }
        for (target, shard) in waiting {
            let by_ms = match (snapshot.is_target(target), snapshot.has_ended(target)) {
                (true, _) => self.app.clock().now_ms(),
                (false, true) => WHENEVER_DUE,
                (false, false) => continue,
            };
            if let Some(lease) = leases.iter().find(|lease| lease.shard == shard) {
                self.begin_at(target, lease, by_ms).await?;
            }
        }
        Ok(())
    }

    /// Begins what is due by then (unix ms) for one target in one shard, as far as the target has permits.
    async fn begin_at(self: &Arc<Self>, target: Target, lease: &Lease, by_ms: i64) -> Result<(), Fault> {
        let limit = {
            let mut under_way = self.under_way();
            let taken = under_way.per_target.get(&target).copied().unwrap_or(0);
            if taken >= PERMITS {
                under_way.queued.entry(target).or_default().insert(lease.shard);
                return Ok(());
            }
            under_way.readings += 1;
            // Those under way are still due, so they are read past.
            i64::try_from(PERMITS + taken).unwrap_or(i64::MAX)
        };
        let due = self.app.store().due_deliveries_to(lease.shard, target, by_ms, limit).await;
        self.begin_all(due, lease, |_| true).map(drop)
    }

    /// Begins what a reading found of those targets, and ends the reading; how many it found of all. What ends between the
    /// reading and the beginning is not begun: it would be delivered again.
    fn begin_all(
        self: &Arc<Self>,
        found: Result<Vec<DueDelivery>, Fault>,
        lease: &Lease,
        is_meant: impl Fn(Target) -> bool,
    ) -> Result<usize, Fault> {
        let mut under_way = self.under_way();
        for due in found.iter().flatten() {
            if is_meant(due.target) && !under_way.ended.contains(&due.id) {
                self.begin(&mut under_way, due.clone(), lease);
            }
        }
        under_way.readings -= 1;
        if under_way.readings == 0 {
            under_way.ended.clear();
        }
        found.map(|found| found.len())
    }

    fn begin(self: &Arc<Self>, under_way: &mut UnderWay, due: DueDelivery, lease: &Lease) {
        let taken = under_way.per_target.get(&due.target).copied().unwrap_or(0);
        if taken >= PERMITS {
            under_way.queued.entry(due.target).or_default().insert(due.subject.shard());
            return;
        }
        if under_way.deliveries.contains_key(&due.id) {
            return;
        }
        under_way.deliveries.insert(due.id, lease.shard);
        under_way.per_target.insert(due.target, taken + 1);
        self.begun.fetch_add(1, Ordering::SeqCst);
        let (deliveries, lease) = (self.clone(), lease.clone());
        tokio::spawn(async move {
            if let Err(error) = deliveries.deliver(&due, &lease).await {
                tracing::error!(
                    delivery = %due.id, subject = %due.subject, error = format!("{error:#}"),
                    "a delivery could not be worked"
                );
            }
            deliveries.end(&due);
        });
    }

    /// Gives the permit back; what had found none is looked at again.
    fn end(&self, due: &DueDelivery) {
        let mut under_way = self.under_way();
        under_way.deliveries.remove(&due.id);
        if under_way.readings > 0 {
            under_way.ended.insert(due.id);
        }
        if let Some(taken) = under_way.per_target.get_mut(&due.target) {
            *taken -= 1;
            if *taken == 0 {
                under_way.per_target.remove(&due.target);
            }
        }
        let queued = under_way.queued.remove(&due.target).unwrap_or_default();
        drop(under_way);
        for shard in queued {
            self.app.signals().deliveries.wake((due.target, shard));
        }
        self.idle.notify_waiters();
    }

    async fn deliver(&self, due: &DueDelivery, lease: &Lease) -> anyhow::Result<()> {
        let begun = Stopwatch::begin();
        let tried = self.senders.try_once(&self.app, due).await?;
        metrics::histogram!("guichet_delivery_duration_seconds", "to" => tried.to).record(begun.taken());
        let at_ms = self.app.clock().now_ms();
        let number = due.attempts + 1;
        let (status, due_again) = outlook(&tried, number, at_ms);
        tracing::info!(
            delivery = %due.id, subject = %due.subject, target = %due.target, number,
            status_code = tried.status_code, status, outcome = tried.outcome, "delivery tried"
        );
        metrics::counter!("guichet_delivery_tries_total", "to" => tried.to, "status" => status).increment(1);
        let turn = self.turn(due.target, tried.arrived);
        let Tried { status_code, outcome, answer, .. } = tried;
        let attempt = Attempt { number, at_ms, status_code, outcome, answer };
        let mut writes = vec![lease.check()];
        writes.extend(store::record_attempt(due, &attempt, status, due_again));
        if tried.gone {
            writes.extend(self.disabled(due, at_ms));
        }
        match turn {
            Turn::None => {}
            Turn::Fails => writes.push(store::begin_failing(due.target, at_ms, &attempt.outcome)),
            Turn::Arrives { after_absence } => {
                writes.push(store::end_failing(due.target));
                writes.extend(
                    after_absence.then(|| store::bring_forward(due.target, at_ms)).into_iter().flatten(),
                );
            }
        }
        match self.app.store().commit(writes).await {
            // Whoever holds it now delivers it again, under the same identifier.
            Err(CommitError::Conflict(Guard::Lease)) => self.shards.lost(lease),
            written => written?,
        }
        Ok(())
    }

    /// A webhook endpoint that says it is gone is sent nothing more.
    fn disabled(&self, due: &DueDelivery, at_ms: i64) -> Vec<Write> {
        let Target::Endpoint(id) = due.target else { return Vec::new() };
        let snapshot = self.app.registry().snapshot();
        let Some(endpoint) = snapshot.endpoints.get(&id) else { return Vec::new() };
        tracing::warn!(endpoint = %id, subject = %due.subject, "the endpoint answered 410 Gone and is disabled");
        vec![store::disable_gone(id, &endpoint.row.url, at_ms), store::move_revision()]
    }

    /// Remembers how a target fares, and says when that turns. One that is reached for the first time since this node
    /// began may have been in the middle of its troubles.
    fn turn(&self, target: Target, arrived: bool) -> Turn {
        // Every customer has an address of their own: that one was reached says nothing of another.
        if matches!(target, Target::Customers(..)) {
            return Turn::None;
        }
        let mut under_way = self.under_way();
        if !arrived {
            let failures = under_way.failures.entry(target).or_default();
            *failures = failures.saturating_add(1);
            return if *failures == 1 { Turn::Fails } else { Turn::None };
        }
        let failures = under_way.failures.remove(&target).unwrap_or(0);
        let first = under_way.reached.insert(target);
        if first || failures > 0 {
            return Turn::Arrives { after_absence: first || failures >= ABSENCE };
        }
        Turn::None
    }

    /// How many were ever begun.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    /// Whether a delivery of that shard is under way.
    pub(super) fn is_busy_in(&self, shard: i64) -> bool {
        self.under_way().deliveries.values().any(|of| *of == shard)
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.under_way().deliveries.is_empty()
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
}

/// What a try makes of a delivery, and when it is due again (unix ms).
fn outlook(tried: &Tried, number: i64, at_ms: i64) -> (&'static str, Option<i64>) {
    let wait_ms = webhook::retry_after_ms(number).map(|wait| wait.max(tried.retry_after_ms.unwrap_or(0)));
    let due_again = wait_ms.filter(|_| !tried.arrived && !tried.gone).map(|wait| at_ms + wait);
    match (tried.arrived, due_again) {
        (true, _) => ("delivered", None),
        (false, Some(due_ms)) => ("pending", Some(due_ms)),
        (false, None) => ("given_up", None),
    }
}
