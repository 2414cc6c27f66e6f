//! Three servers on one PostgreSQL, shops at each of them, and one fault after the other: nodes are killed and frozen,
//! PostgreSQL is restarted and killed, the wire is cut right after a COMMIT.

use std::sync::Arc;

use guichet_testing::postgres::{Cluster, Durability, Fate, Proxy};

use super::through;
use crate::crash::{Setup, let_a_minute_pass_for_keys, verdict};
use crate::nodes::cluster::{node, signal, until_shared};
use crate::nodes::shops::Shops;
use crate::support::call::Caller;
use crate::support::database::Database;
use crate::support::dice::{Dice, setting};
use crate::support::engine;
use crate::support::patience::{Patience, moment};
use crate::support::program::ServerProcess;
use crate::support::scratch::scratch;

/// How often the wire is cut each time.
const CUTS: usize = 15;

/// The faults, which come in turn and in another order each time.
const FAULTS: [Fault; 5] = [
    Fault::CommitsCut,
    Fault::NodeKilled,
    Fault::NodeFrozen,
    Fault::PostgresRestarted,
    Fault::PostmasterKilled,
];

#[derive(Debug, Clone, Copy)]
enum Fault {
    CommitsCut,
    NodeKilled,
    /// For longer than its leases last, and then woken.
    NodeFrozen,
    PostgresRestarted,
    PostmasterKilled,
}

/// Three servers at work.
struct Trio {
    cluster: Arc<Cluster>,
    proxy: Proxy,
    setup: Setup,
    /// In the order in which they started.
    servers: Vec<ServerProcess>,
    shops: Shops,
    dice: Dice,
}

impl Trio {
    async fn begin() -> Trio {
        let cluster = Arc::new(Cluster::start(Durability::Flushed, ""));
        let proxy = Proxy::open(cluster.port());
        let (directory, port) = (scratch("postgres-three-nodes"), proxy.port());
        engine::settle_on(&directory, &cluster, |database| Some(through(port, database)));
        let setup = Setup::in_directory(directory).await;
        let servers: Vec<ServerProcess> = (0..3).map(|_| node(&setup.directory)).collect();
        let mut dice = Dice::new(setting("GUICHET_TEST_SEED", 1));
        let shops = Shops::open(&setup, &servers.iter().collect::<Vec<_>>(), &mut dice);
        Trio { cluster, proxy, setup, servers, shops, dice }
    }

    async fn work(&mut self) {
        let (steps, pause) = (20 + self.dice.below(60), self.dice.below(12));
        self.shops.work(&self.setup, steps).await;
        moment(pause).await;
    }

    async fn suffer(&mut self, fault: Fault) {
        match fault {
            Fault::CommitsCut => self.cut().await,
            Fault::NodeKilled => self.kill_a_node(),
            Fault::NodeFrozen => self.freeze_a_node().await,
            Fault::PostgresRestarted => tokio::task::block_in_place(|| {
                self.cluster.stop();
                self.cluster.run();
            }),
            Fault::PostmasterKilled => tokio::task::block_in_place(|| {
                self.cluster.kill();
                self.cluster.run();
            }),
        }
    }

    async fn cut(&mut self) {
        let before = self.proxy.cuts();
        let fates = (0..CUTS).map(|_| if self.dice.percent(60) { Fate::Arrives } else { Fate::IsLost });
        self.proxy.cut(fates);
        let mut patience = Patience::that("every cut was made");
        while self.proxy.cuts() < before + CUTS {
            self.shops.work(&self.setup, 1).await;
            patience.again().await;
        }
    }

    /// Another one takes its place, and its shops, at once.
    fn kill_a_node(&mut self) {
        let killed = self.servers.remove(self.dice.below(3) as usize);
        let url = killed.base_url.clone();
        killed.kill();
        let next = node(&self.setup.directory);
        self.shops.send_over(&url, &next);
        self.servers.push(next);
    }

    /// What it was asked before and answers when it wakes is as good as any answer.
    async fn freeze_a_node(&mut self) {
        let number = self.dice.below(3) as usize;
        let frozen = self.servers.remove(number);
        signal(&frozen, "-STOP");
        let [first, second] = &self.servers[..] else { panic!("two others") };
        self.shops.send_over(&frozen.base_url, first);
        until_shared(&self.setup.directory, &[(first, 32), (second, 32)]).await;
        self.work().await;
        signal(&frozen, "-CONT");
        self.shops.send_over(&self.servers[0].base_url, &frozen);
        self.servers.insert(number, frozen);
    }

    /// Waits until the three share everything and nothing is overdue.
    async fn heal(&self) {
        let begun_ms = now_ms(&self.setup.database());
        let mut patience = Patience::that("nothing is overdue");
        while overdue(&self.setup.database()) > 0 {
            patience.again().await;
        }
        let took_ms = now_ms(&self.setup.database()) - begun_ms;
        println!("nothing was overdue {took_ms} ms after the last fault");
        let [first, second, third] = &self.servers[..] else { panic!("three") };
        until_shared(&self.setup.directory, &[(first, 22), (second, 21), (third, 21)]).await;
    }

    async fn judge(self) {
        let Trio { setup, servers, shops, .. } = self;
        let mut promises = shops.close().await;
        let_a_minute_pass_for_keys(&setup.database());
        let shop = Caller::new(&servers[0].base_url, Some(&setup.key));
        let settled = verdict::wait_until_settled(&setup, &shop, &mut promises).await;
        for server in servers {
            server.terminate();
            let (well, log) = server.ended();
            assert!(well, "{log}");
        }
        verdict::check(&setup, &promises, &settled);
        println!("{} orders acknowledged, {} paid", promises.len(), settled.len());
    }
}

fn now_ms(database: &Database) -> i64 {
    database.count("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)")
}

/// How many orders and deliveries are due for more than a second.
fn overdue(database: &Database) -> i64 {
    database.count(
        "SELECT (SELECT COUNT(*) FROM orders WHERE wake_at_ms < unixepoch() * 1000 - 1000) + \
         (SELECT COUNT(*) FROM deliveries WHERE status = 'pending' AND due_at_ms < unixepoch() * 1000 - 1000)",
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_whatever_fails_around_three_nodes() {
    let faults = usize::try_from(setting("GUICHET_TEST_FAULTS", 10)).expect("a number");
    let mut trio = Trio::begin().await;
    let mut in_turn = FAULTS;
    for number in 0..faults {
        if number % FAULTS.len() == 0 {
            trio.dice.shuffle(&mut in_turn);
        }
        trio.work().await;
        let fault = in_turn[number % FAULTS.len()];
        println!("fault {} of {faults}: {fault:?}", number + 1);
        trio.suffer(fault).await;
    }
    trio.heal().await;
    trio.judge().await;
}
