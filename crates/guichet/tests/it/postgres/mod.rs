//! The real server on a PostgreSQL that fails: connections are cut, backends and the postmaster are killed, it is stopped,
//! full, contended for, or behind a pooler; meanwhile shops order, customers pay and gateways call back. In the end nothing
//! that was acknowledged is lost and nothing happened twice. These run on clusters of their own, whatever the switch says.
//!
//! `GUICHET_TEST_CUTS`, `GUICHET_TEST_POSTMASTERS`, `GUICHET_TEST_FAULTS` and `GUICHET_TEST_SEED` make the run longer or
//! another one.

mod batches;
mod contention;
mod cuts;
mod dumps;
mod outages;
mod pooler;
mod standby;
mod three_nodes;
mod tls;

use std::sync::Arc;

use guichet_testing::postgres::{Cluster, Connection, Durability, Proxy};
use tokio::sync::watch;

use crate::crash::{Clients, Life, Refuses, Setup};
use crate::support::call::Caller;
use crate::support::dice::{Dice, setting};
use crate::support::engine;
use crate::support::program::ServerProcess;
use crate::support::scratch::scratch;

/// The URL of a database behind the wire of that port. Who looks like a pooler says that it is none, so that statements have
/// names as usual.
fn through(port: u16, database: &str) -> String {
    format!("postgres://guichet@127.0.0.1:{port}/{database}?statements=named")
}

/// A server at work on a cluster of its own, behind a wire that breaks.
pub(crate) struct Scene {
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) proxy: Proxy,
    pub(crate) setup: Setup,
    pub(crate) server: ServerProcess,
    pub(crate) clients: Clients,
    /// Somebody without a key.
    pub(crate) stranger: Caller,
    pub(crate) dice: Dice,
    _born: watch::Sender<Life>,
}

impl Scene {
    /// A cluster with further settings, and clients at work.
    pub(crate) async fn begin(name: &str, durability: Durability, settings: &str) -> Scene {
        let cluster = Arc::new(Cluster::start(durability, settings));
        let proxy = Proxy::open(cluster.port());
        let port = proxy.port();
        Scene::behind(name, cluster, proxy, |database| Some(through(port, database))).await
    }

    /// The same where a server finds the database at another place.
    pub(crate) async fn behind(
        name: &str,
        cluster: Arc<Cluster>,
        proxy: Proxy,
        url: impl FnOnce(&str) -> Option<String>,
    ) -> Scene {
        let directory = scratch(name);
        engine::settle_on(&directory, &cluster, url);
        let setup = Setup::in_directory(directory).await;
        let server = setup.server();
        let life = Life { number: 0, base_url: server.base_url.clone(), refuses: Refuses::NowAndThen };
        let (born, lives) = watch::channel(life);
        let mut dice = Dice::new(setting("GUICHET_TEST_SEED", 1));
        let clients = setup.clients(&server, &lives, &mut dice);
        let stranger = Caller::new(&server.base_url, None);
        Scene { cluster, proxy, setup, server, clients, stranger, dice, _born: born }
    }

    /// Lets clients and the server do so many things.
    pub(crate) async fn work(&mut self, steps: u64) {
        self.clients.work(&self.setup, steps).await;
    }

    /// A stranger's connection to the database that the server works on.
    pub(crate) fn database(&self) -> Connection {
        self.cluster.connect(engine::TEMPLATE)
    }

    /// The end: what was promised is there, once.
    pub(crate) async fn judge(self) {
        let Scene { setup, server, clients, .. } = self;
        clients.judge(&setup, server).await;
    }
}
