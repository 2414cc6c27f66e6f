//! Who works what: the shards are shared, taken over, and given back.

use guichet_core::Environment;
use serde_json::{Value, json};

use super::cluster::{node, node_with, nodes, until_shared};
use crate::support::call::Caller;
use crate::support::database::Database;
use crate::support::patience::Patience;
use crate::support::program::{run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{self, Merchant, ShopFile};

fn plain(reference: &str) -> Value {
    json!({ "reference": reference, "amount": 250_000, "currency": "DZD" })
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_share_the_shards_and_stand_in_for_each_other() {
    let directory = scratch("nodes-shares");
    let cash = shop_file::Account::at("cash", "cash", Environment::Test);
    ShopFile::from(Merchant::named("tickets").account(cash)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "tickets"]);
    let first = node(&directory);
    until_shared(&directory, &[(&first, 64)]).await;
    let second = node_with(&directory, |command| {
        command.env("GUICHET_DRAIN_WAIT", "300");
    });
    until_shared(&directory, &[(&first, 32), (&second, 32)]).await;
    let third = node(&directory);
    until_shared(&directory, &[(&first, 22), (&second, 21), (&third, 21)]).await;

    let listed = succeed(&directory, &["node", "list"]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        listed.lines().filter(|line| line.contains("lives") && line.contains(version)).count(),
        3,
        "{listed}"
    );
    let doctor = run(&directory, &["doctor"]);
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    let line = doctor.lines().find(|line| line.contains("nodes  ")).expect("a line about the nodes");
    assert!(line.starts_with("good") && line.contains("3 at work"), "{line}");
    let metrics = Caller::new(&second.base_url, None).get(&second.metrics_url).await.expect(200).text();
    for line in ["guichet_nodes 3", "guichet_node_shards 21", "guichet_shards_unworked 0"] {
        assert!(metrics.lines().any(|said| said == line), "{line}: {metrics}");
    }

    // One dies without a word: what it worked lapses, and is taken.
    third.kill();
    until_shared(&directory, &[(&first, 32), (&second, 32)]).await;
    let gone = nodes(&directory).into_iter().filter(|node| node["state"] == "gone").count();
    assert_eq!(gone, 1, "whoever asks is told for a day");

    // One is asked to end: it says so, gives everything back, and serves on until everybody has found another.
    let shop = Caller::new(&second.base_url, Some(key.trim()));
    shop.get("/readyz").await.expect(200);
    second.terminate();
    let mut patience = Patience::that("a node that leaves says so");
    while shop.get("/readyz").await.status != 503 {
        patience.again().await;
    }
    assert_eq!(shop.get("/readyz").await.text(), "leaving: send requests to another node\n");
    shop.get("/healthz").await.expect(200);
    shop.post("/v1/orders", &plain("while-it-leaves")).await.expect(201);
    until_shared(&directory, &[(&first, 64)]).await;
    shop.post("/v1/orders", &plain("still-while-it-leaves")).await.expect(201);
    second.terminate();
    let (well, log) = second.ended();
    assert!(well, "{log}");

    first.terminate();
    let (well, log) = first.ended();
    assert!(well && !log.contains("leaving: other nodes"), "nobody is waited for: {log}");
    let rows = Database::of(&directory);
    assert_eq!(rows.count("SELECT COUNT(*) FROM shard_leases WHERE owner <> ''"), 0, "all is given back");
}
