//! The application: everything a handler, a worker or a command needs, in one value that is cheap to clone.

use std::sync::Arc;

use guichet_core::{Environment, MerchantId, OrderId, SHARDS};
use guichet_gateways::Transport;

use crate::clock::Clock;
use crate::outbound::Reach;
use crate::public_url::PublicUrl;
use crate::random;
use crate::registry::Registry;
use crate::store::{NumberKind, Store, Stored};
use crate::view::OrderView;

use super::breaker::Breakers;
use super::error::Error;
use super::in_flight::Checks;
use super::numbers::Numbers;
use super::signals::Signals;

/// How long new orders go to one shard before it is the next one's turn, in ms.
const SHARD_TURN_MS: i64 = 1_000;

/// Everything a handler, a worker or a command needs. Cheap to clone.
#[derive(Clone)]
pub struct App(pub(super) Arc<Parts>);

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
        let (checks, breakers, signals) = (Checks::default(), Breakers::default(), Signals::default());
        let first_shard = random::below(SHARDS);
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
        }))
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
    /// them touches few pages of the database; over the minutes all shards fill alike.
    pub fn new_order_id(&self) -> OrderId {
        let now_ms = self.clock().now_ms();
        OrderId::in_shard(now_ms, random::bytes(), now_ms / SHARD_TURN_MS + self.0.first_shard)
    }

    /// Where this server is reached from outside.
    pub fn public_url(&self) -> &PublicUrl {
        &self.0.public_url
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
