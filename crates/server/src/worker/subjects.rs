//! Subjects whose alarm has rung: each gets a tick, and what the tick says is due is done. None is
//! worked twice at once, and one that waits for a slow gateway keeps no other from being worked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guichet_core::{Actor, Effect, Event, OrderId, Subject};
use tokio::sync::Notify;

use crate::app::{App, Applied, Checked, Error};
use crate::store::Fault;

/// How many subjects a shard may begin in one pass.
const PER_SHARD: i64 = 16;

/// The most subjects being worked or waiting for a gateway's budget.
const MOST_BUSY: usize = 2048;

/// How long a subject that met a fault is left alone, in ms.
const AFTER_FAULT_MS: i64 = 5_000;

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
    busy: Mutex<HashMap<Subject, Busy>>,
    idle: Notify,
    begun: AtomicU64,
}

impl Subjects {
    pub(super) fn new(app: App) -> Arc<Self> {
        Arc::new(Subjects { app, busy: Mutex::default(), idle: Notify::new(), begun: AtomicU64::new(0) })
    }

    fn busy(&self) -> MutexGuard<'_, HashMap<Subject, Busy>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins what is due in these shards, as much of it as a pass may begin; in which of them it began
    /// something, so that there may be more.
    pub(super) async fn begin_due(self: &Arc<Self>, shards: &[i64]) -> Result<Vec<i64>, Fault> {
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
        for shard in shards {
            let limit = PER_SHARD + busy_in.get(shard).copied().unwrap_or(0);
            let due = self.app.store().due_subjects(*shard, now_ms, limit).await?;
            if due.into_iter().filter(|subject| self.begin(*subject)).count() > 0 {
                begun.push(*shard);
            }
        }
        Ok(begun)
    }

    fn begin(self: &Arc<Self>, subject: Subject) -> bool {
        {
            let mut busy = self.busy();
            if busy.len() >= MOST_BUSY || busy.contains_key(&subject) {
                return false;
            }
            busy.insert(subject, Busy::Working);
            self.begun.fetch_add(1, Ordering::SeqCst);
        }
        let subjects = self.clone();
        tokio::spawn(async move {
            let rest_ms = subjects.work(subject).await;
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
    async fn work(&self, subject: Subject) -> Option<i64> {
        let outcome = match subject {
            Subject::Order(order) => self.work_order(order).await,
        };
        match outcome {
            Ok(rest_ms) => rest_ms,
            Err(error) => {
                tracing::error!(%subject, %error, "a due subject could not be worked");
                Some(AFTER_FAULT_MS)
            }
        }
    }

    async fn work_order(&self, order: OrderId) -> Result<Option<i64>, Error> {
        let applied = self.app.apply(order, &Event::Tick, None).await?;
        self.follow(order, applied).await
    }

    async fn follow(&self, order: OrderId, applied: Applied) -> Result<Option<i64>, Error> {
        let mut rest_ms = None;
        for effect in &applied.effects {
            match effect {
                Effect::Check(payment) => match self.app.check(order, *payment, Actor::Worker).await? {
                    Checked::BudgetSpent { retry_after_ms } => rest_ms = Some(retry_after_ms),
                    Checked::Asked(_) | Checked::AsItWas(_) => {}
                },
                Effect::Open(_) => {
                    self.app.open_requested(applied.clone(), None).await?;
                }
            }
        }
        Ok(rest_ms)
    }

    /// How many were ever begun.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
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
