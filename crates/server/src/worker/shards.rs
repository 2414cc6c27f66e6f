//! The shards that this node works: which of them it holds by a lease, which it takes, and which it gives to the others, so
//! that each of the nodes that live has as many as any other. What is taken from a node that works on in it is given when
//! that work has ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::app::App;
use crate::clock;
use crate::random;
use crate::store::{CommitError, LEASE_MS, Lease, NodeRow, Store, give_leases_back, knows_schema};

use super::share::{Share, share};

/// How long the work in a shard that is to be given away may take, in ms. What takes longer is written down by nobody and
/// done again.
const GIVEN_WITHIN_MS: i64 = 6_000;

/// How long a shard that is to be given away is held at the least, in ms: what was about to be begun in it shows by then.
const GIVEN_AFTER_MS: i64 = 500;

/// What this node holds.
#[derive(Debug, Default)]
struct Held {
    leases: BTreeMap<i64, Lease>,
    /// Since when a shard is to be given away and no work is begun in it ([`clock::uptime_ms`]).
    given_since_ms: BTreeMap<i64, i64>,
    /// When this node was last heard of ([`clock::uptime_ms`]).
    heard_at_ms: Option<i64>,
    leaving: bool,
}

/// Whether something is under way in a shard.
type IsBusy<'a> = &'a (dyn Fn(i64) -> bool + Sync);

/// The shards that this node works.
pub(super) struct Shards {
    app: App,
    node: NodeRow,
    held: Mutex<Held>,
    /// One look at a time.
    looking: tokio::sync::Mutex<()>,
}

impl Shards {
    /// Those of a node of that name, which holds none yet.
    pub(super) fn new(app: App, name: String) -> Arc<Self> {
        let node = NodeRow {
            id: random::token().into(),
            name,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            knows_schema: knows_schema(),
            clock_ahead_ms: 0,
            leaving: false,
            started_at_ms: clock::machine_ms(),
            expires_at_ms: 0,
        };
        Arc::new(Shards { app, node, held: Mutex::default(), looking: tokio::sync::Mutex::default() })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The leases under which work may be begun: none once this node was not heard of for as long as a lease lasts, as when
    /// it was frozen.
    pub(super) fn leases(&self) -> Vec<Lease> {
        let (held, now_ms) = (self.held(), clock::uptime_ms());
        if held.leaving || held.heard_at_ms.is_none_or(|at_ms| now_ms - at_ms >= LEASE_MS) {
            return Vec::new();
        }
        let stays = |(shard, _): &(&i64, &Lease)| !held.given_since_ms.contains_key(shard);
        held.leases.iter().filter(stays).map(|(_, lease)| lease.clone()).collect()
    }

    /// The lease under which work for all nodes is done once: that of the first shard, where this node holds it.
    pub(super) fn of_all(&self) -> Option<Lease> {
        self.leases().into_iter().next().filter(|lease| lease.shard == 0)
    }

    /// Somebody else holds the shard of that lease now: nothing more is done in it.
    pub(super) fn lost(&self, lease: &Lease) {
        tracing::warn!(shard = lease.shard, fencing = lease.fencing, "another node holds this shard now");
        let mut held = self.held();
        if held.leases.get(&lease.shard) == Some(lease) {
            held.leases.remove(&lease.shard);
            held.given_since_ms.remove(&lease.shard);
        }
    }

    /// Says that this node lives.
    ///
    /// # Errors
    /// It could not be written.
    pub(super) async fn live(&self) -> Result<(), CommitError> {
        let said_at_ms = clock::uptime_ms();
        let node = NodeRow { leaving: self.held().leaving, ..self.node.clone() };
        let store = self.app.store();
        store.commit(store.node_lives(&node).await?.into()).await?;
        let mut held = self.held();
        // One that was not heard of for so long looks first what the others have left to it.
        if held.heard_at_ms.is_some_and(|at_ms| said_at_ms - at_ms >= LEASE_MS) {
            held.leases.clear();
        }
        held.heard_at_ms = Some(said_at_ms);
        Ok(())
    }

    /// Looks who lives, takes what is this node's share, and gives what is more, as far as nothing is being done in it.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub(super) async fn look(&self, is_busy: IsBusy<'_>) -> Result<(), CommitError> {
        let _one = self.looking.lock().await;
        let store = self.app.store();
        // The leases first: whoever holds one was heard of before, so that none of them is taken for nobody.
        let leases = store.leases().await?;
        let (nodes, now_ms) = store.nodes().await?;
        let live = |node: &&NodeRow| node.lives(now_ms);
        let owners: BTreeSet<&str> = nodes.iter().filter(live).map(|node| &*node.id).collect();
        let sharing: Vec<&str> =
            nodes.iter().filter(live).filter(|node| !node.leaving).map(|node| &*node.id).collect();
        self.app.living_nodes().set(sharing.len());
        let own = self.node.id.clone();
        if !owners.contains(&*own) {
            // It begins nothing before it was heard of again.
            return Ok(());
        }
        let Share { most, free } = share(&own, &sharing, &owners, &leases);
        let given = {
            let mut held = self.held();
            let theirs = leases.into_iter().filter(|lease| lease.owner == own);
            held.leases = theirs.map(|lease| (lease.shard, lease)).collect();
            held.plan(most, is_busy);
            held.given(is_busy)
        };
        self.give_back(store, given).await?;
        self.take(store, free, now_ms).await
    }

    async fn give_back(&self, store: &Store, given: Vec<Lease>) -> Result<(), CommitError> {
        if given.is_empty() {
            return Ok(());
        }
        store.commit(given.iter().map(Lease::give_back).collect()).await?;
        tracing::info!(shards = given.len(), "shards given to other nodes");
        let mut held = self.held();
        for lease in given {
            held.leases.remove(&lease.shard);
            held.given_since_ms.remove(&lease.shard);
        }
        Ok(())
    }

    async fn take(&self, store: &Store, free: Vec<Lease>, now_ms: i64) -> Result<(), CommitError> {
        if free.is_empty() || self.held().leaving {
            return Ok(());
        }
        let (wanted, writes): (Vec<_>, Vec<_>) = free.iter().map(|lease| lease.take(&self.node.id)).unzip();
        store.commit(writes).await?;
        let stored = store.leases().await?;
        let taken: Vec<Lease> = wanted.into_iter().filter(|lease| stored.contains(lease)).collect();
        tracing::info!(shards = taken.len(), at_ms = now_ms, "shards taken");
        let mut held = self.held();
        for lease in taken {
            self.app.signals().alarms.wake(lease.shard);
            held.leases.insert(lease.shard, lease);
        }
        Ok(())
    }

    /// From now on nothing is taken and no work is begun; what is held and idle is given back.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) async fn leave(&self, is_busy: IsBusy<'_>) -> Result<(), CommitError> {
        self.held().leaving = true;
        self.live().await?;
        let _one = self.looking.lock().await;
        let idle: Vec<Lease> =
            self.held().leases.values().filter(|lease| !is_busy(lease.shard)).cloned().collect();
        self.give_back(self.app.store(), idle).await
    }

    /// Gives everything back and ends this node.
    ///
    /// # Errors
    /// It cannot be written; the leases lapse by themselves.
    pub(super) async fn end(&self) -> Result<(), CommitError> {
        let _one = self.looking.lock().await;
        *self.held() = Held { leaving: true, ..Held::default() };
        self.app.store().commit(give_leases_back(&self.node.id).into()).await
    }
}

impl Held {
    /// Marks what is more than so many: what is marked already, then what is idle, then the last ones.
    fn plan(&mut self, most: usize, is_busy: IsBusy<'_>) {
        let surplus = self.leases.len().saturating_sub(most);
        if surplus == 0 {
            return self.given_since_ms.clear();
        }
        let mut order: Vec<i64> = self.leases.keys().copied().collect();
        order.sort_by_key(|shard| (!self.given_since_ms.contains_key(shard), is_busy(*shard), -shard));
        let now_ms = clock::uptime_ms();
        let since_ms = |shard: i64| self.given_since_ms.get(&shard).copied().unwrap_or(now_ms);
        self.given_since_ms = order.into_iter().take(surplus).map(|shard| (shard, since_ms(shard))).collect();
    }

    /// What is marked and idle, or was waited for long enough. What was begun at the moment of the mark must show first.
    fn given(&self, is_busy: IsBusy<'_>) -> Vec<Lease> {
        let now_ms = clock::uptime_ms();
        let goes = |(shard, since_ms): &(&i64, &i64)| {
            let marked_ms = now_ms - **since_ms;
            marked_ms >= GIVEN_WITHIN_MS || (marked_ms >= GIVEN_AFTER_MS && !is_busy(**shard))
        };
        let marked = self.given_since_ms.iter().filter(goes);
        marked.filter_map(|(shard, _)| self.leases.get(shard)).cloned().collect()
    }
}
