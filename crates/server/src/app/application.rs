//! The application: everything a handler, a worker or a command needs, in one value that is cheap to clone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use guichet_core::{Environment, MerchantId, OrderId, SHARDS};
use guichet_gateways::Transport;

use crate::clock::Clock;
use crate::limiter::{Limiter, Quota, SharedBy, TooMany};
use crate::outbound::Reach;
use crate::public_url::PublicUrl;
use crate::random;
use crate::registry::Registry;
use crate::store::{Fault, FaultKind, Lease, NumberKind, Store, Stored, Write};
use crate::view::OrderView;

use super::breaker::Breakers;
use super::error::Error;
use super::in_flight::Checks;
use super::key_calls::{Allowance, KeyCalls};
use super::numbers::Numbers;
use super::signals::Signals;

/// How long new orders go to one shard before it is the next one's turn, in ms.
const SHARD_TURN_MS: i64 = 1_000;

/// How often somebody may make an order at a payment link: many customers come from one address of a phone company.
const LINK_ORDERS: Quota = Quota::new(60, 5_000);

/// Everything a handler, a worker or a command needs, and the lease under which its decisions are made, if that is why they
/// are made. Cheap to clone.
#[derive(Clone)]
pub struct App(pub(super) Arc<Parts>, Option<Lease>);

pub(super) struct Parts {
    store: Store,
    clock: Clock,
    registry: Registry,
    pub(super) transport: Arc<dyn Transport>,
    public_url: PublicUrl,
    reach: Reach,
    /// Where this node's turns began, so that several nodes seldom fill the same shard.
    first_shard: i64,
    pub(super) checks: Checks,
    pub(super) breakers: Breakers,
    signals: Signals,
    numbers: Numbers,
    /// How often somebody may make an order at a payment link.
    pub(super) link_orders: Limiter,
    /// How many calls a key may make, where there is a limit.
    key_calls: OnceLock<KeyCalls>,
    /// The nodes that live, this one among them: what every one of them may do is divided by their number.
    living_nodes: SharedBy,
    /// The shards that this node works.
    shards: RwLock<Arc<[i64]>>,
    /// Whether this node takes up nothing any more.
    leaving: AtomicBool,
}

impl App {
    /// Puts the parts together.
    pub fn new(
        store: Store,
        clock: Clock,
        registry: Registry,
        transport: Arc<dyn Transport>,
        public_url: PublicUrl,
        reach: Reach,
    ) -> Self {
        let living_nodes = SharedBy::default();
        let (checks, breakers, signals) =
            (Checks::new(&living_nodes), Breakers::default(), Signals::default());
        let first_shard = random::below(SHARDS);
        let parts = Parts {
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
            link_orders: Limiter::shared(LINK_ORDERS, living_nodes.clone()),
            key_calls: OnceLock::new(),
            living_nodes,
            shards: RwLock::new(Arc::new([])),
            leaving: AtomicBool::new(false),
        };
        App(Arc::new(parts), None)
    }

    /// The same for what is done because a node holds that lease: nothing is written once somebody else holds it.
    pub(crate) fn under(&self, lease: Lease) -> Self {
        App(self.0.clone(), Some(lease))
    }

    /// Whether what is done here is done because of a lease.
    pub(super) fn is_under_a_lease(&self) -> bool {
        self.1.is_some()
    }

    /// The writes of a decision, behind the look at the lease under which it is made.
    pub(crate) fn fenced(&self, mut writes: Vec<Write>) -> Vec<Write> {
        if let Some(lease) = &self.1 {
            writes.insert(0, lease.check());
        }
        writes
    }

    /// How many nodes live.
    pub(crate) fn living_nodes(&self) -> &SharedBy {
        &self.0.living_nodes
    }

    /// From now on each key may make so many calls a minute; the first limit that is set stays.
    pub(crate) fn limit_calls(&self, per_minute: u32) {
        self.0.key_calls.get_or_init(|| KeyCalls::new(per_minute, self.0.living_nodes.clone()));
    }

    /// Counts a call of that key; what it has left, where there is a limit.
    ///
    /// # Errors
    /// It is one too many, which does not count.
    pub(crate) fn count_call(&self, key: &str) -> Result<Option<Allowance>, TooMany> {
        self.0.key_calls.get().map(|calls| calls.count(key, self.clock().now_ms())).transpose()
    }

    /// What a key has left that has just made one call too many.
    pub(crate) fn nothing_left(&self) -> Option<Allowance> {
        self.0.key_calls.get().map(KeyCalls::nothing_left)
    }

    /// These shards are worked by this node.
    pub(crate) fn set_shards(&self, shards: Arc<[i64]>) {
        *self.0.shards.write().unwrap_or_else(PoisonError::into_inner) = shards;
    }

    /// The shards that this node works.
    pub(crate) fn shards(&self) -> Arc<[i64]> {
        self.0.shards.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on whoever asks whether this node is ready is told that it leaves.
    pub(crate) fn leave(&self) {
        self.0.leaving.store(true, Ordering::Relaxed);
    }

    /// Whether this node leaves.
    pub(crate) fn is_leaving(&self) -> bool {
        self.0.leaving.load(Ordering::Relaxed)
    }

    /// Where everything is kept.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The configuration.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// What wakes the worker.
    pub(crate) fn signals(&self) -> &Signals {
        &self.0.signals
    }

    /// An identifier for a new order. Orders made in the same second share a shard, so that a batch of
    /// them touches few pages of the database; over the minutes all shards fill alike. Those that this node works
    /// come first: what its orders leave to do is begun without another node having to look for it.
    pub fn new_order_id(&self) -> OrderId {
        let (now_ms, own) = (self.clock().now_ms(), self.shards());
        let turn = now_ms / SHARD_TURN_MS + self.0.first_shard;
        let place = usize::try_from(turn).ok().and_then(|turn| turn.checked_rem(own.len()));
        let shard = place.map_or(turn, |place| own[place]);
        OrderId::in_shard(now_ms, random::bytes(), shard)
    }

    /// Where this server is reached from outside.
    pub fn public_url(&self) -> &PublicUrl {
        &self.0.public_url
    }

    /// Refuses to go on where links could not be written.
    ///
    /// # Errors
    /// Nobody has said where this server is reached.
    pub fn knows_its_address(&self) -> Result<(), Error> {
        if self.public_url().is_known() {
            return Ok(());
        }
        let why = "the address in this server's links is not known, because no server has run on this database yet: \
            start `guichet serve` first, or say it with --public-url";
        Err(Fault::of(FaultKind::Refused, why).into())
    }

    /// Where merchants' webhook endpoints may be.
    pub fn reach(&self) -> &Reach {
        &self.0.reach
    }

    /// The order as the API shows it.
    pub fn view<'a>(&'a self, stored: &'a Stored) -> OrderView<'a> {
        OrderView::new(&stored.order, &stored.token, self.public_url().as_str(), self.clock().now_ms())
    }

    /// A merchant's order; another merchant's, or one of the other environment, is not there.
    pub async fn order_of(
        &self,
        merchant: MerchantId,
        environment: Environment,
        id: OrderId,
    ) -> Result<Stored, Error> {
        let stored = self.store().order(id).await?.ok_or(Error::NoSuchOrder)?;
        let theirs = stored.order.merchant == merchant && stored.order.environment == environment;
        if theirs { Ok(stored) } else { Err(Error::NoSuchOrder) }
    }

    /// The next of the small numbers that people read, of that kind, from 1 on; never the same twice.
    ///
    /// # Errors
    /// It could not be reserved.
    pub async fn next_number(
        &self,
        merchant: MerchantId,
        environment: Environment,
        kind: NumberKind,
    ) -> Result<i64, Error> {
        Ok(self.0.numbers.next(self.store(), merchant, environment, kind).await?)
    }
}
