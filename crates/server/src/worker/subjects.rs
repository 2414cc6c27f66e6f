//! Subjects whose alarm has rung: each gets a tick, and what the tick says is due is done. None is
//! worked twice at once, and one that waits for a slow gateway keeps no other from being worked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guichet_core::{Actor, Effect, Event, OrderId, Subject};
use tokio::sync::Notify;

use crate::app::{App, Applied, Checked, Error};
use crate::store::{Fault, Lease};

use super::shards::Shards;

/// How many subjects a shard may begin in one pass.
const PER_SHARD: i64 = 16;

/// The most subjects being worked or waiting for a gateway's budget.
const MOST_BUSY: usize = 2048;

/// How long a subject that met a fault is left alone, in ms.
const AFTER_FAULT_MS: i64 = 5_000;

/// How long a subject that wants a payment opened is left alone by a server that is quiet, in ms.
const WHILE_QUIET_MS: i64 = 5_000;

/// Why a subject is not to be begun again yet.
#[derive(Debug, Clone, Copy)]
enum Busy {
    /// It is being worked.
    Working,
    /// It waits until so much time has passed (ms of [`Clock::elapsed_ms`]).
    ///
    /// [`Clock::elapsed_ms`]: crate::clock::Clock::elapsed_ms
    Until(i64),
}

/// The subjects this node is busy with.
pub(super) struct Subjects {
    app: App,
    shards: Arc<Shards>,
    busy: Mutex<HashMap<Subject, Busy>>,
    idle: Notify,
    begun: AtomicU64,
}

impl Subjects {
    pub(super) fn new(app: App, shards: Arc<Shards>) -> Arc<Self> {
        let (busy, idle, begun) = (Mutex::default(), Notify::new(), AtomicU64::new(0));
        Arc::new(Subjects { app, shards, busy, idle, begun })
    }

    fn busy(&self) -> MutexGuard<'_, HashMap<Subject, Busy>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins what is due in the shards of these leases, as much of it as a pass may begin; in which of them it began
    /// something, so that there may be more.
    pub(super) async fn begin_due(self: &Arc<Self>, leases: &[Lease]) -> Result<Vec<i64>, Fault> {
        let (now_ms, elapsed_ms) = (self.app.clock().now_ms(), self.app.clock().elapsed_ms());
        let mut busy_in: HashMap<i64, i64> = HashMap::new();
        {
            let mut busy = self.busy();
            busy.retain(|_, state| !matches!(state, Busy::Until(at) if *at <= elapsed_ms));
            for subject in busy.keys() {
                *busy_in.entry(subject.shard()).or_default() += 1;
            }
        }
        let mut begun = Vec::new();
        for lease in leases {
            let limit = PER_SHARD + busy_in.get(&lease.shard).copied().unwrap_or(0);
            let due = self.app.store().due_subjects(lease.shard, now_ms, limit).await?;
            if due.into_iter().filter(|subject| self.begin(*subject, lease)).count() > 0 {
                begun.push(lease.shard);
            }
        }
        Ok(begun)
    }

    fn begin(self: &Arc<Self>, subject: Subject, lease: &Lease) -> bool {
        {
            let mut busy = self.busy();
            if busy.len() >= MOST_BUSY || busy.contains_key(&subject) {
                return false;
            }
            busy.insert(subject, Busy::Working);
            self.begun.fetch_add(1, Ordering::SeqCst);
        }
        let (subjects, lease) = (self.clone(), lease.clone());
        tokio::spawn(async move {
            let rest_ms = subjects.work(subject, &lease).await;
            let until = rest_ms.map(|ms| Busy::Until(subjects.app.clock().elapsed_ms() + ms));
            {
                let mut busy = subjects.busy();
                match until {
                    Some(until) => busy.insert(subject, until),
                    None => busy.remove(&subject),
                };
            }
            subjects.idle.notify_waiters();
        });
        true
    }

    /// Works one subject; for how many ms it is to be left alone afterwards, if at all.
    async fn work(&self, subject: Subject, lease: &Lease) -> Option<i64> {
        let app = self.app.under(lease.clone());
        let outcome = match subject {
            Subject::Order(order) => work_order(&app, order).await,
        };
        match outcome {
            Ok(rest_ms) => rest_ms,
            Err(Error::LeaseLost) => {
                self.shards.lost(lease);
                None
            }
            Err(error) => {
                tracing::error!(%subject, %error, "a due subject could not be worked");
                Some(AFTER_FAULT_MS)
            }
        }
    }

    /// How many were ever begun.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    /// Whether a subject of that shard is being worked.
    pub(super) fn is_busy_in(&self, shard: i64) -> bool {
        let works =
            |(subject, state): (&Subject, &Busy)| subject.shard() == shard && matches!(state, Busy::Working);
        self.busy().iter().any(works)
    }

    /// Whether no subject is being worked.
    pub(super) fn is_idle(&self) -> bool {
        !self.busy().values().any(|state| matches!(state, Busy::Working))
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

/// Works an order; for how many ms it is to be left alone afterwards, if at all.
async fn work_order(app: &App, order: OrderId) -> Result<Option<i64>, Error> {
    let applied = app.apply(order, &Event::Tick, None).await?;
    follow(app, order, applied).await
}

async fn follow(app: &App, order: OrderId, applied: Applied) -> Result<Option<i64>, Error> {
    let mut rest_ms = None;
    for effect in &applied.effects {
        match effect {
            Effect::Check(payment) => match app.check(order, *payment, Actor::Worker).await? {
                Checked::BudgetSpent { retry_after_ms } => rest_ms = Some(retry_after_ms),
                Checked::Asked(_) | Checked::AsItWas(_) | Checked::Unanswered { .. } => {}
            },
            // It stays due: a server that is quiet asks for no link, and counts nothing against the payment.
            Effect::Open(_) if app.registry().quiet().is_some() => rest_ms = Some(WHILE_QUIET_MS),
            Effect::Open(_) => {
                app.open_requested(applied.clone(), None).await?;
            }
        }
    }
    Ok(rest_ms)
}
