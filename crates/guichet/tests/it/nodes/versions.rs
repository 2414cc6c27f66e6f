//! Nodes of two versions on one database: what an older one does when a newer one has changed the schema.

use guichet_core::Environment;
use guichet_sandbox::Action;

use super::cluster::{node, nodes, until_shared};
use crate::support::call::{Caller, text};
use crate::support::card_shop::{CardShop, order};
use crate::support::database::Database;
use crate::support::program::{ServerProcess, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Merchant, ShopFile};

/// A step of a newer program that older ones can live with, or cannot.
fn pretend_migration(rows: &Database, additive: bool) {
    rows.alter("ALTER TABLE orders ADD COLUMN pretended TEXT");
    rows.alter("CREATE TABLE pretended (id TEXT NOT NULL PRIMARY KEY)");
    rows.alter(&format!(
        "INSERT INTO migrations (number, name, checksum, additive) VALUES (1000, 'pretended', 'x', {})",
        i64::from(additive)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_goes_on_when_a_newer_one_adds_to_the_schema() {
    let mut shop = CardShop::open("nodes-versions").await;
    let before = shop.caller.order(&order("before", 3600)).await;
    pretend_migration(&shop.server.rows(), true);
    let after = shop.caller.order(&order("after", 3600)).await;
    for order in [&before, &after] {
        shop.server
            .sandbox
            .act(&text(order, "/payments/0/reference"), Action::Pay)
            .expect("the link is open");
        assert_eq!(shop.check(&text(order, "/id")).await["status"], "paid");
    }
    // It can also be started again, and another one of its kind beside it, as in the middle of an upgrade.
    shop.server.restart().await;
    let other = shop.server.another_node().await;
    let there = Caller::new(&format!("http://{}", other.address()), shop.caller.key.as_deref());
    there.order(&order("later", 3600)).await;
    other.stop().await.expect("it ends well");
    let said = shop.server.command(&["order", "list"]);
    assert_eq!(said.lines().count(), 4, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_does_not_start_on_a_schema_that_it_cannot_live_with() {
    let directory = scratch("nodes-newer");
    let cash = Account::at("cash", "cash", Environment::Test);
    ShopFile::from(Merchant::named("tickets").account(cash)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let older = node(&directory);
    until_shared(&directory, &[(&older, 64)]).await;
    assert_eq!(nodes(&directory)[0]["knows_schema"], 1);
    pretend_migration(&Database::of(&directory), false);
    let refused = tokio::task::block_in_place(|| ServerProcess::try_start(&directory, |_| {}));
    let Err((status, log)) = refused else { panic!("it started") };
    assert!(!status.success() && log.contains("the database has migration 1000"), "{log}");
    let refused = run(&directory, &["order", "list"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("use the newer program"), "{refused:?}");
    older.terminate();
    let (well, log) = older.ended();
    assert!(well, "{log}");
}
