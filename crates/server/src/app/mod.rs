//! The ring's one door: an event comes in, the core decides, the store commits, and what is to be
//! done next goes out. Nothing else in this program changes an order.

mod breaker;
mod budget;
mod checks;
mod health;
mod numbers;
mod open;
mod routing;
mod signals;
pub(crate) mod switchboard;
mod told;

use std::sync::Arc;

use guichet_core::{
    Change, Decision, DeliveryId, Effect, Entry, Environment, Event, EventId, MerchantId, NewOrder, OrderId,
    Refusal, SHARDS, create, decide,
};
use guichet_gateways::Transport;

use crate::clock::Clock;
use crate::counters;
use crate::oneentry::Doorkeeper;
use crate::outbound::Reach;
use crate::random;
use crate::registry::Registry;
use crate::store::{self, CommitError, Fault, Guard, Record, Store, Stored, Target, Write};
use crate::view::OrderView;

use breaker::Breakers;
pub(crate) use checks::Checked;
use checks::Checks;
use numbers::Numbers;
pub(crate) use routing::NoAccount;
pub(crate) use signals::Signals;
use told::targets;

/// How often a decision is made anew because someone else changed the order meanwhile.
const ATTEMPTS: usize = 16;

/// How long new orders go to one shard before it is the next one's turn, in ms.
const SHARD_TURN_MS: i64 = 1_000;

/// Everything a handler, a worker or a command needs. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

struct Parts {
    store: Store,
    clock: Clock,
    registry: Registry,
    transport: Arc<dyn Transport>,
    public_url: String,
    reach: Reach,
    /// Where this node's turns began, so that several nodes seldom fill the same shard.
    first_shard: i64,
    checks: Checks,
    breakers: Breakers,
    signals: Signals,
    numbers: Numbers,
    doorkeeper: Doorkeeper,
}

/// Why nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Error {
    /// There is no such order.
    #[error("there is no such order")]
    NoSuchOrder,
    /// The domain says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The shop's reference is taken.
    #[error("this reference belongs to another order")]
    ReferenceTaken,
    /// The idempotency key is taken.
    #[error("this idempotency key is in use")]
    KeyTaken,
    /// A gateway gave a reference that belongs to another payment.
    #[error("the gateway's reference belongs to another payment")]
    GatewayReferenceTaken,
    /// Too much is going on.
    #[error("too much is waiting to be written")]
    Overloaded,
    /// Nothing can be written at present.
    #[error("nothing can be written: {0}")]
    Unwritable(Fault),
    /// Our bug, or a store that cannot be read.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What an event came to.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    /// The order as it is stored now.
    pub(crate) stored: Stored,
    /// What is to be done next.
    pub(crate) effects: Vec<Effect>,
}

/// Writes that belong into the same transaction, made once the order's new state is known.
pub(crate) type Attach = Arc<dyn Fn(&Stored) -> Vec<Write> + Send + Sync>;

impl App {
    /// Puts the parts together.
    pub(crate) fn new(
        store: Store,
        clock: Clock,
        registry: Registry,
        transport: Arc<dyn Transport>,
        public_url: String,
        reach: Reach,
    ) -> Self {
        let (checks, breakers, signals) = (Checks::default(), Breakers::default(), Signals::default());
        let first_shard = random::below(SHARDS);
        let doorkeeper = Doorkeeper::new(registry.vault());
        App(Arc::new(Parts {
            store,
            clock,
            registry,
            transport,
            public_url,
            reach,
            first_shard,
            checks,
            breakers,
            signals,
            numbers: Numbers::default(),
            doorkeeper,
        }))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.0.registry
    }

    pub(crate) fn signals(&self) -> &Signals {
        &self.0.signals
    }

    /// What lets customers in.
    pub(crate) fn doorkeeper(&self) -> &Doorkeeper {
        &self.0.doorkeeper
    }

    /// An identifier for a new order. Orders made in the same second share a shard, so that a batch of
    /// them touches few pages of the database; over the minutes all shards fill alike.
    pub(crate) fn new_order_id(&self) -> OrderId {
        let now_ms = self.clock().now_ms();
        OrderId::in_shard(now_ms, random::bytes(), now_ms / SHARD_TURN_MS + self.0.first_shard)
    }

    /// Where this server is reached from outside, without a trailing slash.
    pub(crate) fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// Where merchants' webhook endpoints may be.
    pub(crate) fn reach(&self) -> &Reach {
        &self.0.reach
    }

    /// The order as the API shows it.
    pub(crate) fn view<'a>(&'a self, stored: &'a Stored) -> OrderView<'a> {
        OrderView::new(&stored.order, &stored.token, self.public_url(), self.clock().now_ms())
    }

    /// A merchant's order; another merchant's, or one of the other environment, is not there.
    pub(crate) fn order_of(
        &self,
        merchant: MerchantId,
        environment: Environment,
        id: OrderId,
    ) -> Result<Stored, Error> {
        let stored = self.store().order(id)?.ok_or(Error::NoSuchOrder)?;
        let theirs = stored.order.merchant == merchant && stored.order.environment == environment;
        if theirs { Ok(stored) } else { Err(Error::NoSuchOrder) }
    }

    /// Makes an order and, with `first`, lets a first event happen to it in the same transaction.
    pub(crate) async fn place(
        &self,
        new: NewOrder,
        first: Option<&Event>,
        fingerprint: &str,
        attach: Option<&Attach>,
    ) -> Result<Applied, Error> {
        let now_ms = self.clock().now_ms();
        let mut change = create(new, now_ms);
        if let Some(event) = first
            && let Decision::Changed(next) = decide(&change.order, event, now_ms)?
        {
            change.order = next.order;
            change.entries.extend(next.entries);
            change.effects.extend(next.effects);
        }
        let Change { order, entries, effects } = change;
        let token = random::page_token(order.id);
        let mut stored = Stored { order, token, entries: 0, chain: String::new() };
        let journal = self.journal(&mut stored, &entries, first, now_ms);
        // The idempotency key first: where it is taken, nothing has been written that must be undone.
        let mut writes = attach.map(|attach| attach(&stored)).unwrap_or_default();
        writes.extend(store::insert_order(&stored, fingerprint));
        writes.extend(store::gateway_names(&[], &stored.order));
        writes.extend(journal.writes);
        self.store().commit(writes).await.map_err(Error::from)?;
        self.announce(&stored, &entries, &journal.targets);
        Ok(Applied { stored, effects })
    }

    /// Lets an event happen to an order: reads it, decides, commits; again, when it changed meanwhile.
    pub(crate) async fn apply(
        &self,
        id: OrderId,
        event: &Event,
        attach: Option<&Attach>,
    ) -> Result<Applied, Error> {
        let stored = self.store().order(id)?.ok_or(Error::NoSuchOrder)?;
        self.apply_to(stored, event, attach).await
    }

    /// The same for an order that was read a moment ago.
    pub(crate) async fn apply_to(
        &self,
        mut stored: Stored,
        event: &Event,
        attach: Option<&Attach>,
    ) -> Result<Applied, Error> {
        let id = stored.order.id;
        for _ in 0..ATTEMPTS {
            match self.attempt(stored, event, attach).await {
                Err(CommitTrouble::ChangedMeanwhile) => {}
                Err(CommitTrouble::Other(error)) => return Err(error),
                Ok(applied) => return Ok(applied),
            }
            metrics::counter!("guichet_commit_conflicts_total").increment(1);
            stored = self.store().order(id)?.ok_or(Error::NoSuchOrder)?;
        }
        Err(Error::Overloaded)
    }

    /// Notes that a customer waits for this order, so that checks are made often; the order as it is
    /// then. Whoever only looks never fails over it.
    pub(crate) async fn attend(&self, stored: Stored) -> Stored {
        match self.apply_to(stored.clone(), &Event::CustomerWaiting, None).await {
            Ok(applied) => applied.stored,
            Err(error) => {
                tracing::warn!(order = %stored.order.id, %error, "a waiting customer was not noted");
                stored
            }
        }
    }

    async fn attempt(
        &self,
        stored: Stored,
        event: &Event,
        attach: Option<&Attach>,
    ) -> Result<Applied, CommitTrouble> {
        let now_ms = self.clock().now_ms();
        let change = match decide(&stored.order, event, now_ms)? {
            Decision::Changed(change) => *change,
            Decision::Due(effects) => return self.attached_only(stored, effects, attach).await,
            Decision::Unchanged => return self.attached_only(stored, Vec::new(), attach).await,
        };
        let Change { order, entries, effects } = change;
        let before = stored.order;
        let mut after = Stored { order, ..stored };
        let journal = self.journal(&mut after, &entries, Some(event), now_ms);
        let mut writes = vec![store::update_order(&after, before.version)];
        if after.order.terms != before.terms {
            writes.push(store::revise_order(&after.order));
        }
        writes.extend(store::gateway_names(&before.payments, &after.order));
        writes.extend(journal.writes);
        writes.extend(attach.map(|attach| attach(&after)).unwrap_or_default());
        self.store().commit(writes).await?;
        self.announce(&after, &entries, &journal.targets);
        Ok(Applied { stored: after, effects })
    }

    async fn attached_only(
        &self,
        stored: Stored,
        effects: Vec<Effect>,
        attach: Option<&Attach>,
    ) -> Result<Applied, CommitTrouble> {
        let writes = attach.map(|attach| attach(&stored)).unwrap_or_default();
        if !writes.is_empty() {
            self.store().commit(writes).await?;
        }
        Ok(Applied { stored, effects })
    }

    /// The journal entries of a change, and a delivery of each to everyone who is told.
    fn journal(&self, stored: &mut Stored, entries: &[Entry], cause: Option<&Event>, now_ms: i64) -> Journal {
        let (first, seq) = (event_id(now_ms, stored.entries), stored.entries + 1);
        let records = entries.iter().enumerate().map(|(place, entry)| {
            let data = entry.kind.as_str().starts_with("order.").then(|| self.view(stored));
            let cause = cause.filter(|_| place == 0);
            Record::of(first.at(place), stored.order.id, entry, cause, now_ms, data)
        });
        let records: Vec<_> = records.collect();
        let mut journal = Journal { targets: Vec::new(), writes: Vec::with_capacity(4) };
        if let Some((write, link)) = store::append_to_journal(stored, &records) {
            journal.writes.push(write);
            stored.chain = link;
            stored.entries += i64::try_from(entries.len()).unwrap_or(0);
        }
        let snapshot = self.registry().snapshot();
        for (seq, entry) in (seq..).zip(entries) {
            for target in targets(&snapshot, &stored.order, entry) {
                let id = DeliveryId::new(now_ms, random::bytes());
                journal.writes.push(store::insert_delivery(id, stored.order.id, seq, target, now_ms));
                journal.targets.push(target);
            }
        }
        journal
    }

    /// After a commit: the log line of every change of state, the counters, and the wake-up calls.
    fn announce(&self, stored: &Stored, entries: &[Entry], targets: &[Target]) {
        for entry in entries {
            tracing::info!(
                order = %stored.order.id,
                payment = entry.payment.map(tracing::field::display),
                old = entry.old,
                new = entry.new,
                why = entry.why,
                "{}", entry.kind.as_str()
            );
            counters::entry(entry.kind).increment(1);
        }
        for target in targets {
            self.signals().deliveries.ring((*target, stored.order.id.shard()));
        }
        if stored.order.wake_at_ms().is_some_and(|at| at <= self.clock().now_ms()) {
            self.signals().alarms.ring(stored.order.id.shard());
        }
    }
}

/// The first identifier of a decision's events, sorting after those of the same order's earlier events of
/// the same millisecond.
fn event_id(now_ms: i64, entries: i64) -> EventId {
    let mut bytes = random::bytes::<10>();
    let [.., high, low] = entries.to_be_bytes();
    (bytes[0], bytes[1]) = (high, low);
    EventId::new(now_ms, bytes).first()
}

struct Journal {
    writes: Vec<Write>,
    targets: Vec<Target>,
}

enum CommitTrouble {
    ChangedMeanwhile,
    Other(Error),
}

impl From<Refusal> for CommitTrouble {
    fn from(refusal: Refusal) -> Self {
        CommitTrouble::Other(Error::Refused(refusal))
    }
}

impl From<CommitError> for CommitTrouble {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(Guard::Version) => CommitTrouble::ChangedMeanwhile,
            other @ (CommitError::Conflict(_)
            | CommitError::Fault(_)
            | CommitError::Unwritable(_)
            | CommitError::Overloaded) => CommitTrouble::Other(Error::from(other)),
        }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(Guard::Reference) => Error::ReferenceTaken,
            CommitError::Conflict(Guard::IdempotencyKey) => Error::KeyTaken,
            CommitError::Conflict(Guard::GatewayReference) => Error::GatewayReferenceTaken,
            CommitError::Conflict(Guard::Version | Guard::Row | Guard::None) | CommitError::Overloaded => {
                Error::Overloaded
            }
            CommitError::Unwritable(fault) => Error::Unwritable(fault),
            CommitError::Fault(fault) => Error::Fault(fault),
        }
    }
}
