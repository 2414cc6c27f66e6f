//! Three real servers under load, one of which is frozen for longer than its leases last, woken, and killed. What was
//! acknowledged is there, nothing happened twice, and everything that was paid is settled and told under one identifier.
//!
//! `GUICHET_TEST_FREEZES` and `GUICHET_TEST_SEED` make the run longer or another one.

use std::path::Path;

use super::cluster::{node, signal, until_shared};
use super::shops::Shops;
use crate::crash::{Setup, let_a_minute_pass_for_keys, verdict};
use crate::support::call::Caller;
use crate::support::database::Database;
use crate::support::dice::{Dice, setting};
use crate::support::engine;
use crate::support::patience::moment;
use crate::support::program::ServerProcess;

/// Freezes a server. On SQLite it is woken again and frozen at another moment where it holds the file's lock: nobody could
/// write then.
async fn freeze(directory: &Path, server: &ServerProcess) {
    loop {
        signal(server, "-STOP");
        if !is_locked(directory) {
            return;
        }
        signal(server, "-CONT");
        moment(20).await;
    }
}

fn is_locked(directory: &Path) -> bool {
    let file = engine::file(directory);
    if !file.exists() {
        return false;
    }
    let connection = rusqlite::Connection::open(file).expect("the database opens");
    connection.busy_timeout(std::time::Duration::from_secs(2)).expect("a timeout");
    let quietly = rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    connection.set_db_config(quietly, true).expect("a setting");
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_that_was_frozen_writes_nothing_that_its_leases_do_not_cover() {
    let mut dice = Dice::new(setting("GUICHET_TEST_SEED", 1));
    let setup = Setup::new("nodes-frozen").await;
    let directory = &setup.directory;
    let (first, second, third) = (node(directory), node(directory), node(directory));
    until_shared(directory, &[(&first, 22), (&second, 21), (&third, 21)]).await;
    let mut shops = Shops::open(&setup, &[&first, &second], &mut dice);
    let fencing = || Database::of(directory).count("SELECT SUM(fencing) FROM shard_leases");
    for _ in 0..setting("GUICHET_TEST_FREEZES", 2) {
        shops.work(&setup, 40 + dice.below(40)).await;
        let before = fencing();
        freeze(directory, &third).await;
        // It lapses, and the others take what it had, while everything goes on.
        until_shared(directory, &[(&first, 32), (&second, 32)]).await;
        assert_eq!(fencing(), before + 21, "each of its shards has changed hands once");
        shops.work(&setup, 20 + dice.below(40)).await;
        signal(&third, "-CONT");
        until_shared(directory, &[(&first, 22), (&second, 21), (&third, 21)]).await;
    }
    shops.work(&setup, 20 + dice.below(40)).await;
    third.kill();
    until_shared(directory, &[(&first, 32), (&second, 32)]).await;
    let mut promises = shops.close().await;
    let_a_minute_pass_for_keys(&Database::of(directory));
    let shop = Caller::new(&first.base_url, Some(&setup.key));
    let settled = verdict::wait_until_settled(&setup, &shop, &mut promises).await;
    for server in [second, first] {
        server.terminate();
        let (well, log) = server.ended();
        assert!(well, "{log}");
    }
    verdict::check(&setup, &promises, &settled);
    println!("{} orders acknowledged, {} paid", promises.len(), settled.len());
}
