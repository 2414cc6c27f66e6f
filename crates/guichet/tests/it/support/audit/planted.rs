//! The audit itself: damage that is planted is found, by name, and a test that fails is left to say why itself.

use std::panic::{AssertUnwindSafe, catch_unwind};

use guichet_sandbox::Action;
use serde_json::json;
use tokio::task::JoinError;

use crate::support::call::text;
use crate::support::card_shop::{CardShop, order};
use crate::support::scratch::scratch;
use crate::support::test_server::TestServer;

/// Each a damage to the books of a paid and a waiting order, and what the audit says of it.
const DAMAGES: [(&str, &str); 20] = [
    ("UPDATE journal SET hash = 'x'", "the chain breaks at 1"),
    (
        "UPDATE journal SET entries = replace(unpacked(entries, id || subject || at_ms), 'order.paid', 'order.made')",
        "the chain breaks",
    ),
    ("DELETE FROM journal WHERE seq > 1", "entries are missing"),
    ("UPDATE orders SET chain = 'x'", "the journal does not end where the order says"),
    ("UPDATE orders SET status = 'cancelled' WHERE status = 'paid'", "the journal ends elsewhere"),
    ("UPDATE orders SET version = 1", "decisions and version 1"),
    (
        "UPDATE orders SET payments = replace(unpacked(payments, COALESCE(account_id, '')), \
         '\"status\":\"paid\"', '\"status\":\"failed\"')",
        "elsewhere for",
    ),
    ("UPDATE orders SET needs_you = 1", "held are []"),
    ("DELETE FROM orders WHERE status = 'paid'", "of no order"),
    ("DELETE FROM order_references", "an order that its reference does not find"),
    ("DELETE FROM gateway_references", "a payment that its gateway's reference does not find"),
    ("DELETE FROM deliveries WHERE event_seq = 1", "is not told, only {} are"),
    ("UPDATE deliveries SET target = 'whe_nobody'", "is not told"),
    (
        "INSERT INTO deliveries SELECT shard, subject, event_seq, 'whe_nobody', 'dlv_0', 'pending', 0, due_at_ms, NULL \
         FROM deliveries",
        "whe_nobody did not ask for it",
    ),
    ("DELETE FROM refunds", "a refund that its merchant does not find"),
    ("UPDATE book_lines SET paid_amount = paid_amount + 1", "another sum was paid"),
    ("UPDATE book_lines SET unpaid_payments = unpaid_payments + 1", "other payments brought money"),
    ("UPDATE book_lines SET refunds = 0", "another sum went back"),
    ("DELETE FROM delivery_attempts", "a delivery that counts its tries otherwise than its log"),
    ("UPDATE orders SET wake_at_ms = 1 WHERE wake_at_ms IS NOT NULL", "an alarm that has rung"),
];

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_found() {
    let shop = CardShop::open("audit").await;
    shop.caller.order(&order("waits", 3600)).await;
    let made = shop.caller.order(&order("paid", 3600)).await;
    shop.server.sandbox.act(&text(&made, "/payments/0/reference"), Action::Pay).expect("the link is open");
    assert_eq!(shop.check(&text(&made, "/id")).await["status"], "paid");
    let refund = json!({ "amount": 100, "method": "cash", "reason": "A scratch." });
    shop.caller.post(&format!("/v1/orders/{}/refunds", text(&made, "/id")), &refund).await.expect(200);
    shop.server.settle().await;
    let (book, directory) = (shop.server.rows(), scratch("audit-damaged"));
    for (number, (damage, found)) in DAMAGES.into_iter().enumerate() {
        let copy = book.to_damage(&directory.join(format!("{number}.db")));
        assert_eq!(copy.audit().len(), 2);
        copy.alter(damage);
        // The leases of a server that still runs are nobody's fault.
        copy.alter("UPDATE shard_leases SET owner = ''");
        let now_ms = shop.server.clock.now_ms();
        let said = catch_unwind(AssertUnwindSafe(|| copy.audit_at_rest(now_ms))).expect_err(damage);
        let said = said.downcast::<String>().expect("words");
        assert!(said.contains(found), "{damage}: {said}");
    }
}

/// What a test says that failed.
fn words(failed: Result<(), JoinError>) -> String {
    let said = failed.expect_err("it fails").into_panic();
    said.downcast::<String>()
        .map_or_else(|said| (*said.downcast::<&str>().expect("words")).to_owned(), |said| *said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_cannot_forget_the_audit_and_is_not_talked_over_by_it() {
    let forgets = tokio::spawn(async {
        let server = TestServer::start("audit-forgotten").await;
        server.paid_order(&server.shop().await, "paid").await;
        server.rows().alter("UPDATE journal SET hash = 'x'");
    });
    assert!(words(forgets.await).contains("the chain breaks"));
    let fails = tokio::spawn(async {
        let server = TestServer::start("audit-failed").await;
        server.paid_order(&server.shop().await, "paid").await;
        server.rows().alter("UPDATE journal SET hash = 'x'");
        panic!("for a reason of its own");
    });
    assert_eq!(words(fails.await), "for a reason of its own");
    let excused = tokio::spawn(async {
        let mut server = TestServer::start("audit-excused").await;
        server.without_audit("the journal is damaged on purpose");
        server.paid_order(&server.shop().await, "paid").await;
        server.rows().alter("UPDATE journal SET hash = 'x'");
    });
    excused.await.expect("a reason is enough");
}
