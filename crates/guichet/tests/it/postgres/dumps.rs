//! A dump that is restored: a server that starts on it finds the database elsewhere and takes it for a copy, until somebody says
//! otherwise, before its first start or after.

use std::sync::Arc;

use guichet_testing::postgres::{Cluster, Durability};
use serde_json::Value;

use crate::crash::Setup;
use crate::support::engine;
use crate::support::program::succeed;
use crate::support::scratch::scratch;

/// A life of a server on that database; whether it is a copy afterwards.
fn is_copy_after_a_life(setup: &Setup) -> bool {
    let server = setup.server();
    server.terminate();
    let (well, log) = server.ended();
    assert!(well, "{log}");
    let shown = succeed(&setup.directory, &["copy", "show", "--json"]);
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let is_copy = shown["copy"].as_bool().expect("whether it is one");
    assert_eq!(is_copy, log.contains("is a copy"), "{log}");
    is_copy
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_dump_is_a_copy_until_somebody_says_otherwise() {
    let cluster = Arc::new(Cluster::start(Durability::Fast, ""));
    let directory = scratch("postgres-dumps");
    engine::settle_on(&directory, &cluster, |_| None);
    let setup = Setup::in_directory(directory).await;
    assert!(!is_copy_after_a_life(&setup));
    assert!(!is_copy_after_a_life(&setup), "it is where it was");
    engine::dump(&setup.directory, "monday.dump");

    engine::load(&setup.directory, "monday.dump");
    assert!(is_copy_after_a_life(&setup), "nobody marked it");
    succeed(&setup.directory, &["copy", "lift", "--yes"]);
    assert!(!is_copy_after_a_life(&setup), "what was lifted stays so");

    engine::load(&setup.directory, "monday.dump");
    succeed(&setup.directory, &["copy", "mark"]);
    succeed(&setup.directory, &["copy", "lift", "--yes"]);
    assert!(!is_copy_after_a_life(&setup), "it was lifted where it is");
}
