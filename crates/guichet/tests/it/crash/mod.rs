//! The real server, killed again and again without warning, or left without room on its disk, while shops
//! order, customers pay and gateways call back. In the end nothing that was acknowledged is lost, nothing happened twice, and
//! everything that was paid is settled and told.
//!
//! `GUICHET_TEST_KILLS`, `GUICHET_TEST_FILLINGS` and `GUICHET_TEST_SEED` make the run longer or another one.

pub(crate) mod client;
pub(crate) mod verdict;

use std::path::PathBuf;

use guichet_sandbox::{Misbehaviour, MisbehaviourKind, On, Sandbox};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::support::call::Caller;
use crate::support::card_shop::declared;
use crate::support::database::Database;
use crate::support::dice::{Dice, setting};
use crate::support::gateway_recorder::GatewayRecorder;
use crate::support::inbox::Inbox;
use crate::support::patience::{Patience, moment};
use crate::support::program::{ServerProcess, succeed, to_bear_limits};
use crate::support::scratch::scratch;
use crate::support::shop_file::ShopFile;
use client::{Client, Promise};

/// How many shops order at once.
const CLIENTS: usize = 6;

/// One life of the server, or the time in which its disk is full or has room.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub(crate) number: u64,
    pub(crate) base_url: String,
    pub(crate) refuses: Refuses,
}

/// Whether the server may refuse what it could not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refuses {
    /// It may not.
    Never,
    /// It may, and whoever was refused waits until that has passed, which is the next life.
    ForNow,
    /// It may for a moment at any time: whoever was refused asks again.
    NowAndThen,
}

/// How the server lives now.
pub(crate) type Lives = watch::Receiver<Life>;

pub(crate) struct Setup {
    pub(crate) directory: PathBuf,
    pub(crate) sandbox: Sandbox,
    pub(crate) gateway: GatewayRecorder,
    pub(crate) inbox: Inbox,
    pub(crate) key: String,
}

impl Setup {
    pub(crate) async fn new(name: &str) -> Setup {
        Setup::in_directory(scratch(name)).await
    }

    /// The same on the database of a directory.
    pub(crate) async fn in_directory(directory: PathBuf) -> Setup {
        let sandbox = Sandbox::new(guichet_sandbox::Settings::default());
        let (gateway, inbox) = (GatewayRecorder::open(&sandbox).await, Inbox::open().await);
        ShopFile::from(declared(&gateway.url, &inbox.url)).write_to(&directory);
        succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
        let key = succeed(&directory, &["key", "create", "--merchant", "tickets"]).trim().to_owned();
        Setup { directory, sandbox, gateway, inbox, key }
    }

    pub(crate) fn server(&self) -> ServerProcess {
        tokio::task::block_in_place(|| {
            ServerProcess::start(&self.directory, |command| {
                command.env("GUICHET_PUBLIC_URL", "http://tickets.example");
                to_bear_limits(command);
            })
        })
    }

    /// Clients that order until they are told to stop.
    pub(crate) fn clients(&self, server: &ServerProcess, lives: &Lives, dice: &mut Dice) -> Clients {
        let (stop, stopped) = watch::channel(false);
        let mut at_work = JoinSet::new();
        for number in 0..CLIENTS {
            let caller = Caller::new(&server.base_url, Some(&self.key));
            let client = Client::new(number, self, caller, lives.clone(), dice.split());
            at_work.spawn(client.run(stopped.clone()));
        }
        Clients { at_work, stop }
    }

    pub(crate) fn database(&self) -> Database {
        Database::of(&self.directory)
    }

    /// Where the database's write-ahead log ends, which is before the end of its file once it was begun anew: the
    /// last frame in the header of its index, <https://sqlite.org/walformat.html>.
    fn log_bytes(&self) -> u64 {
        let index = std::fs::read(self.directory.join("guichet.db-shm")).expect("an index");
        let last_frame = index[16..20].try_into().expect("four bytes");
        32 + u64::from(u32::from_ne_bytes(last_frame)) * (24 + 4096)
    }
}

/// Waits until the server says that of itself.
pub(crate) async fn until_readiness_is(stranger: &Caller, status: u16) {
    let mut patience = Patience::that("the server knows whether it can write");
    while stranger.get("/readyz").await.status != status {
        patience.again().await;
    }
}

/// A dead server's leases lapse after six seconds, which would leave every short life without a
/// worker; here they lapse at once.
pub(crate) fn let_leases_lapse(database: &Database) {
    database.alter("UPDATE nodes SET expires_at_ms = 0");
}

/// A minute passes for requests that died with their server.
pub(crate) fn let_a_minute_pass_for_keys(database: &Database) {
    let sql = "UPDATE idempotency_keys SET created_at_ms = created_at_ms - 61000 WHERE (shard, subject, route, key) \
        NOT IN (SELECT shard, subject, route, key FROM idempotency_answers)";
    database.alter(sql);
}

pub(crate) struct Clients {
    at_work: JoinSet<Vec<Promise>>,
    stop: watch::Sender<bool>,
}

impl Clients {
    /// Returns when so many things were asked for or done.
    pub(crate) async fn work(&mut self, setup: &Setup, steps: u64) {
        tokio::select! {
            () = setup.gateway.steps(steps) => {}
            ended = self.at_work.join_next() => panic!("a client gave up: {ended:?}"),
        }
    }

    /// Stops them, kills the server once more, and holds what is stored in the next life against what they were
    /// promised.
    pub(crate) async fn judge(self, setup: &Setup, server: ServerProcess) {
        self.stop.send_replace(true);
        let mut promises: Vec<Promise> = self.at_work.join_all().await.into_iter().flatten().collect();
        server.kill();
        let_a_minute_pass_for_keys(&setup.database());
        let_leases_lapse(&setup.database());
        let server = setup.server();
        let shop = Caller::new(&server.base_url, Some(&setup.key));
        let settled = verdict::wait_until_settled(setup, &shop, &mut promises).await;
        server.terminate();
        let (well, log) = server.ended();
        assert!(well, "a server that is asked to end ends well: {log}");
        verdict::check(setup, &promises, &settled);
        let commands = verdict::commands_agree(setup, &promises);
        println!(
            "{} orders acknowledged, {} paid, {} webhooks received, {} stories told",
            promises.len(),
            settled.len(),
            setup.inbox.letters().len(),
            commands
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_a_hundred_kills() {
    let kills = setting("GUICHET_TEST_KILLS", 100);
    let mut dice = Dice::new(setting("GUICHET_TEST_SEED", 1));
    let setup = Setup::new("crash").await;
    let mut server = setup.server();
    let life = |number, server: &ServerProcess| Life {
        number,
        base_url: server.base_url.clone(),
        refuses: Refuses::Never,
    };
    let (born, lives) = watch::channel(life(0, &server));
    let mut clients = setup.clients(&server, &lives, &mut dice);
    for number in 1..=kills {
        if dice.percent(30) {
            let slow = MisbehaviourKind::Slow { hold_ms: 5 + dice.below(40) };
            let _ = setup.sandbox.inject(Misbehaviour::next(slow).on(On::Any).times(4));
        }
        // Counted in what clients and the server did, so that kills strike them at work.
        clients.work(&setup, 1 + dice.below(60)).await;
        moment(dice.below(12)).await;
        server.kill();
        if dice.percent(60) {
            let_leases_lapse(&setup.database());
        }
        server = setup.server();
        born.send_replace(life(number, &server));
    }
    clients.judge(&setup, server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_a_disk_that_is_full_again_and_again() {
    let fillings = setting("GUICHET_TEST_FILLINGS", 10);
    let mut dice = Dice::new(setting("GUICHET_TEST_SEED", 1));
    let setup = Setup::new("disk").await;
    let server = setup.server();
    let life = |number, refuses| Life { number, base_url: server.base_url.clone(), refuses };
    let (born, lives) = watch::channel(life(0, Refuses::Never));
    let mut clients = setup.clients(&server, &lives, &mut dice);
    let stranger = Caller::new(&server.base_url, None);
    for filling in 1..=fillings {
        clients.work(&setup, 60 + dice.below(60)).await;
        born.send_replace(life(2 * filling - 1, Refuses::ForNow));
        // Full at once, or in the middle of what is written next.
        let room = if dice.percent(50) { 0 } else { setup.log_bytes() + dice.below(40_000) };
        server.limit_files(Some(room));
        until_readiness_is(&stranger, 503).await;
        stranger.get("/healthz").await.expect(200);
        server.limit_files(None);
        until_readiness_is(&stranger, 200).await;
        born.send_replace(life(2 * filling, Refuses::Never));
    }
    clients.judge(&setup, server).await;
}
