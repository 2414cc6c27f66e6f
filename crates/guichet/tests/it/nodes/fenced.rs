//! A lease that goes to somebody else while work is under way: whatever the work comes to, it is not written.

use guichet_core::{Actor, OrderId};
use guichet_sandbox::Action;
use guichet_server::app::{Errand, Task};

use crate::support::call::text;
use crate::support::card_shop::{declared, order, webhooks};
use crate::support::gate::Gate;
use crate::support::inbox::Inbox;
use crate::support::patience::Patience;
use crate::support::test_server::TestServer;

/// Another node takes every shard.
fn steal(server: &TestServer) {
    let rows = server.rows();
    rows.alter(
        "INSERT INTO nodes (id, name, version, knows_schema, clock_ahead_ms, leaving, started_at_ms, expires_at_ms) \
         VALUES ('another', 'another', '0', 1, 0, 0, 0, (SELECT MAX(expires_at_ms) FROM nodes))",
    );
    rows.alter("UPDATE shard_leases SET owner = 'another', fencing = fencing + 1");
}

/// The other node is gone, and this one has its shards again.
async fn give_back(server: &TestServer) {
    server.rows().alter("UPDATE nodes SET expires_at_ms = 0 WHERE id = 'another'");
    let mut patience = Patience::that("the shards are taken again");
    while server.node().shards() != 64 {
        server.settle().await;
        patience.again().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_a_delivery_is_written_by_whoever_holds_the_shard() {
    let server = TestServer::start("nodes-fenced-delivery").await;
    let inbox = Inbox::open().await;
    let gate = Gate::before_nothing().await;
    server.declare(declared(&server.sandbox_url, &gate.url)).await;
    let shop = server.caller("tickets", guichet_core::Environment::Test).await;
    gate.close();
    let made = shop.order(&order("one", 3600)).await;
    gate.until_arrived(1).await;
    let pending = "SELECT COUNT(*) FROM deliveries WHERE status = 'pending' AND attempts = 0";
    let before = server.rows().count(pending);
    steal(&server);
    gate.open();
    server.settle().await;
    assert_eq!(server.rows().count(pending), before, "the gate let it through, and nobody wrote it down");
    assert_eq!(server.rows().count("SELECT COUNT(*) FROM delivery_attempts"), 0);

    give_back(&server).await;
    server.settle().await;
    assert_eq!(server.rows().count(pending), 0);
    assert!(webhooks(&inbox.letters(), "order.paid").is_empty());
    assert!(gate.arrived() > usize::try_from(before).expect("a count"), "it was delivered again");
    shop.get(&format!("/v1/orders/{}", text(&made, "/id"))).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_check_showed_is_written_by_whoever_holds_the_shard() {
    let server = TestServer::start("nodes-fenced-check").await;
    let (gate, inbox) = (Gate::before(server.sandbox.router()).await, Inbox::open().await);
    server.declare(declared(&gate.url, &inbox.url)).await;
    let shop = server.caller("tickets", guichet_core::Environment::Test).await;
    let made = shop.order(&order("one", 3600)).await;
    let id = text(&made, "/id");
    server.sandbox.act(&text(&made, "/payments/0/reference"), Action::Pay).expect("the link is open");
    let row = || {
        let sql = format!("SELECT version FROM orders WHERE id = '{id}' AND status = 'pending'");
        server.rows().count(&sql)
    };
    gate.close();
    let begun = gate.arrived();
    let meanwhile = async {
        gate.until_arrived(begun + 1).await;
        let before = row();
        steal(&server);
        gate.open();
        before
    };
    let ((), before) = tokio::join!(server.pass(std::time::Duration::from_secs(600)), meanwhile);
    assert_eq!(row(), before, "the gateway said paid, and nobody wrote it down");
    assert_eq!(
        server.rows().count("SELECT COUNT(*) FROM deliveries WHERE status = 'delivered' AND event_seq > 2"),
        0
    );

    give_back(&server).await;
    server.pass(std::time::Duration::from_secs(60)).await;
    assert_eq!(shop.get(&format!("/v1/orders/{id}")).await.expect(200).json()["status"], "paid");
    assert_eq!(webhooks(&inbox.letters(), "order.paid")[&id].len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_errand_is_done_by_whoever_holds_the_shard() {
    let server = TestServer::start("nodes-fenced-errand").await;
    let (gate, inbox) = (Gate::before(server.sandbox.router()).await, Inbox::open().await);
    server.declare(declared(&gate.url, &inbox.url)).await;
    let shop = server.caller("tickets", guichet_core::Environment::Test).await;
    let made = shop.order(&order("one", 3600)).await;
    let id: OrderId = text(&made, "/id").parse().expect("an identifier");
    server.sandbox.act(&text(&made, "/payments/0/reference"), Action::Pay).expect("the link is open");
    let errand = Errand { actor: Actor::Worker, task: Task::Check };
    let errand = serde_json::to_string(&errand).expect("JSON");
    gate.close();
    let begun = gate.arrived();
    let now_ms = server.clock.now_ms();
    server.rows().alter(&format!(
        "INSERT INTO errands (shard, order_id, id, errand, asked_at_ms) VALUES ({}, '{id}', 'one', '{errand}', {now_ms})",
        id.shard()
    ));
    gate.until_arrived(begun + 1).await;
    steal(&server);
    gate.open();
    server.settle().await;
    assert_eq!(server.rows().count("SELECT COUNT(*) FROM errands WHERE answer IS NULL"), 1);
    let sql = format!("SELECT COUNT(*) FROM orders WHERE id = '{id}' AND status = 'pending'");
    assert_eq!(server.rows().count(&sql), 1, "nothing of it was written");

    give_back(&server).await;
    // Whoever asks by the API needs no lease.
    let checked = shop.press(&format!("/v1/orders/{id}/check")).await.expect(200).json();
    assert_eq!(checked["status"], "paid");
}
