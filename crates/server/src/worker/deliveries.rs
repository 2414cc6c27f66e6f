//! Deliveries whose time has come. Every target has permits of its own, so that a dead or slow one
//! never delays another, and what came of each try is on disk before the next.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guichet_core::DeliveryId;
use tokio::sync::Notify;

use crate::app::App;
use crate::store::{self, Attempt, DueDelivery, Fault, Target, Write};
use crate::webhook;

use super::targets::{Senders, Tried};

/// How many deliveries to one target may be under way at once.
const PERMITS: usize = 16;

/// So many failed tries in a row make the next success a return. Fewer may be one message's own fault,
/// whose tries must not be spent each time that another message goes well.
const ABSENCE: u32 = 5;

#[derive(Default)]
struct UnderWay {
    deliveries: HashSet<DeliveryId>,
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
    senders: Senders,
    under_way: Mutex<UnderWay>,
    idle: Notify,
    begun: AtomicU64,
}

impl Deliveries {
    pub(super) fn new(app: App) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Deliveries {
            senders: Senders::new(&app)?,
            app,
            under_way: Mutex::default(),
            idle: Notify::new(),
            begun: AtomicU64::new(0),
        }))
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins what is due in these shards, for every target.
    pub(super) async fn begin_due(self: &Arc<Self>, shards: &[i64]) -> Result<(), Fault> {
        for target in self.app.registry().snapshot().targets() {
            for shard in shards {
                self.begin_at(target, *shard).await?;
            }
        }
        Ok(())
    }

    /// Begins what commits and ended deliveries have left to do in these shards.
    pub(super) async fn begin_waiting(self: &Arc<Self>, shards: &[i64]) -> Result<(), Fault> {
        let snapshot = self.app.registry().snapshot();
        for (target, shard) in self.app.signals().deliveries.take() {
            if shards.contains(&shard) && snapshot.is_target(target) {
                self.begin_at(target, shard).await?;
            }
        }
        Ok(())
    }

    /// Begins what is due for one target in one shard, as far as the target has permits. What ends between the reading
    /// and the beginning is not begun: it would be delivered again.
    async fn begin_at(self: &Arc<Self>, target: Target, shard: i64) -> Result<(), Fault> {
        let limit = {
            let mut under_way = self.under_way();
            let taken = under_way.per_target.get(&target).copied().unwrap_or(0);
            if taken >= PERMITS {
                under_way.queued.entry(target).or_default().insert(shard);
                return Ok(());
            }
            under_way.readings += 1;
            // Those under way are still due, so they are read past.
            i64::try_from(PERMITS + taken).unwrap_or(i64::MAX)
        };
        let now_ms = self.app.clock().now_ms();
        let due = self.app.store().due_deliveries(shard, target, now_ms, limit).await;
        let mut under_way = self.under_way();
        for due in
            due.iter().flatten().filter(|due| !under_way.ended.contains(&due.id)).cloned().collect::<Vec<_>>()
        {
            self.begin(&mut under_way, due);
        }
        under_way.readings -= 1;
        if under_way.readings == 0 {
            under_way.ended.clear();
        }
        due.map(drop)
    }

    fn begin(self: &Arc<Self>, under_way: &mut UnderWay, due: DueDelivery) {
        let taken = under_way.per_target.get(&due.target).copied().unwrap_or(0);
        if taken >= PERMITS {
            under_way.queued.entry(due.target).or_default().insert(due.subject.shard());
            return;
        }
        if !under_way.deliveries.insert(due.id) {
            return;
        }
        under_way.per_target.insert(due.target, taken + 1);
        self.begun.fetch_add(1, Ordering::SeqCst);
        let deliveries = self.clone();
        tokio::spawn(async move {
            if let Err(error) = deliveries.deliver(&due).await {
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

    async fn deliver(&self, due: &DueDelivery) -> anyhow::Result<()> {
        let tried = self.senders.try_once(&self.app, due).await?;
        let at_ms = self.app.clock().now_ms();
        let number = due.attempts + 1;
        let (status, due_again) = outlook(&tried, number, at_ms);
        tracing::info!(
            delivery = %due.id, subject = %due.subject, target = %due.target, number,
            status_code = tried.status_code, status, outcome = tried.outcome, "delivery tried"
        );
        metrics::counter!("guichet_delivery_tries_total", "to" => tried.to, "status" => status).increment(1);
        let attempt = Attempt { number, at_ms, status_code: tried.status_code, outcome: tried.outcome };
        let mut writes = store::record_attempt(due, &attempt, status, due_again);
        if tried.gone {
            writes.extend(self.disabled(due, at_ms));
        }
        if self.came_back(due.target, tried.arrived) {
            writes.push(store::bring_forward(due.target, at_ms));
        }
        self.app.store().commit(writes).await?;
        Ok(())
    }

    /// A webhook endpoint that says it is gone is sent nothing more.
    fn disabled(&self, due: &DueDelivery, at_ms: i64) -> Vec<Write> {
        let Target::Endpoint(id) = due.target else { return Vec::new() };
        let snapshot = self.app.registry().snapshot();
        let Some(endpoint) = snapshot.endpoints.get(&id) else { return Vec::new() };
        tracing::warn!(endpoint = %id, subject = %due.subject, "the endpoint answered 410 Gone and is disabled");
        let row = store::EndpointRow { disabled_at_ms: Some(at_ms), ..endpoint.row.clone() };
        vec![store::update_endpoint(&row), store::move_revision()]
    }

    /// Remembers how a target fares; true when it has just come back, or is reached for the first time
    /// since this node began, which may have been in the middle of its troubles.
    fn came_back(&self, target: Target, arrived: bool) -> bool {
        // Every customer has an address of their own: that one was reached says nothing of another.
        if matches!(target, Target::Customers(..)) {
            return false;
        }
        let mut under_way = self.under_way();
        if !arrived {
            let failures = under_way.failures.entry(target).or_default();
            *failures = failures.saturating_add(1);
            return false;
        }
        let failures = under_way.failures.remove(&target).unwrap_or(0);
        under_way.reached.insert(target) || failures >= ABSENCE
    }

    /// How many were ever begun.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
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
