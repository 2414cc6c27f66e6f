//! The real server, killed again and again without warning while shops order, customers pay and
//! gateways call back. In the end nothing that was acknowledged is lost, nothing happened twice, and
//! everything that was paid is settled and told.
//!
//! `GUICHET_TEST_KILLS` and `GUICHET_TEST_SEED` make the run longer or another one.

#[path = "../support/mod.rs"]
mod support;

mod client;
mod verdict;

use std::path::{Path, PathBuf};

use guichet_sandbox::{Fault, FaultKind, On, Sandbox};
use tokio::sync::watch;
use tokio::task::JoinSet;

use client::{Client, Promise};
use support::book::Book;
use support::call::Caller;
use support::dice::{Dice, setting};
use support::house::scratch;
use support::inbox::Inbox;
use support::kiosk::{Gate, shop_file};
use support::patience::moment;
use support::program::{Server, succeed};

/// How many shops order at once.
const CLIENTS: usize = 6;

/// The server now: which life of it this is, and where it listens in this life.
type Lives = watch::Receiver<(u64, String)>;

struct Scene {
    directory: PathBuf,
    sandbox: Sandbox,
    gate: Gate,
    inbox: Inbox,
    key: String,
}

impl Scene {
    async fn set() -> Scene {
        let directory = scratch("crash");
        let sandbox = Sandbox::new(guichet_sandbox::Settings::default());
        let (gate, inbox) = (Gate::open(&sandbox).await, Inbox::open().await);
        std::fs::write(directory.join("shop.toml"), shop_file(&gate.url, &inbox.url)).expect("a file");
        succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
        let key = succeed(&directory, &["key", "create", "--merchant", "kiosk"]).trim().to_owned();
        Scene { directory, sandbox, gate, inbox, key }
    }

    fn server(&self) -> Server {
        tokio::task::block_in_place(|| {
            Server::start(&self.directory, |command| {
                command.env("GUICHET_PUBLIC_URL", "http://kiosk.example");
            })
        })
    }

    fn database(&self) -> PathBuf {
        self.directory.join("guichet.db")
    }
}

/// A dead server's leases lapse after six seconds, which would leave every short life without a
/// worker; here they lapse at once.
fn let_leases_lapse(database: &Path) {
    Book::open(database).alter("UPDATE shard_leases SET expires_at_ms = 0");
}

/// A minute passes for requests that died with their server.
fn let_a_minute_pass_for_keys(database: &Path) {
    let sql = "UPDATE idempotency_keys SET created_at_ms = created_at_ms - 61000 WHERE (shard, order_id, route, key) \
        NOT IN (SELECT shard, order_id, route, key FROM idempotency_answers)";
    Book::open(database).alter(sql);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_a_hundred_kills() {
    let kills = setting("GUICHET_TEST_KILLS", 100);
    let mut dice = Dice::new(setting("GUICHET_TEST_SEED", 1));
    let scene = Scene::set().await;
    let mut server = scene.server();
    let (born, lives) = watch::channel((0, server.base_url.clone()));
    let (stop, stopped) = watch::channel(false);
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let caller = Caller::new(&server.base_url, Some(&scene.key));
        let client = Client::new(number, &scene, caller, lives.clone(), dice.split());
        clients.spawn(client.run(stopped.clone()));
    }
    for life in 1..=kills {
        if dice.percent(30) {
            let slow = FaultKind::Slow { hold_ms: 5 + dice.below(40) };
            let _ = scene.sandbox.inject(Fault::next(slow).on(On::Any).times(4));
        }
        // Counted in what clients and the server did, so that kills strike them at work.
        tokio::select! {
            () = scene.gate.steps(1 + dice.below(60)) => {}
            ended = clients.join_next() => panic!("a client gave up: {ended:?}"),
        }
        moment(dice.below(12)).await;
        drop(server);
        if dice.percent(60) {
            let_leases_lapse(&scene.database());
        }
        server = scene.server();
        born.send_replace((life, server.base_url.clone()));
    }
    stop.send_replace(true);
    let mut promises: Vec<Promise> = clients.join_all().await.into_iter().flatten().collect();
    // One more kill, after which the server lives on.
    drop(server);
    let_a_minute_pass_for_keys(&scene.database());
    let_leases_lapse(&scene.database());
    let server = scene.server();
    let shop = Caller::new(&server.base_url, Some(&scene.key));
    let settled = verdict::wait_until_settled(&scene, &shop, &mut promises).await;
    server.terminate();
    let (well, log) = server.ended();
    assert!(well, "a server that is asked to end ends well: {log}");
    verdict::check(&scene, &promises, &settled);
    let commands = verdict::commands_agree(&scene, &promises);
    println!(
        "{} kills, {} orders acknowledged, {} paid, {} webhooks received, {} stories told",
        kills + 1,
        promises.len(),
        settled.len(),
        scene.inbox.letters().len(),
        commands
    );
}
