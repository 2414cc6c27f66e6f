//! A mail server that is dead, or that takes a connection and says nothing, is nobody else's trouble.

use serde_json::json;

use crate::messages::{Setup, message, order};
use crate::support::call::text;
use crate::support::inbox::Inbox;
use guichet_testing::mail_server::Behaviour;

/// More orders than a target has places.
const ORDERS: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_hangs_delays_neither_webhooks_nor_sms() {
    let setup = Setup::open("neighbours-hangs").await;
    let inbox = Inbox::open().await;
    let endpoint = json!({ "url": inbox.url, "events": ["order.paid"] });
    setup.live.post("/v1/webhook_endpoints", &endpoint).await.expect(201);
    setup.mail_server.behave(Behaviour::FallsSilentAt("CONNECT"));
    for number in 0..ORDERS {
        let id = text(&setup.live.order(&order(&format!("ORD-{number}"), "Livre [paid]")).await, "/id");
        let paid = setup.live.press(&format!("/v1/orders/{id}/check")).await.expect(200).json();
        assert_eq!(paid["status"], "paid", "{paid}");
    }
    setup.mail_server.until_silent().await;
    inbox.wait_for(ORDERS).await;
    setup.provider.wait_for(ORDERS).await;
    assert!(setup.mail_server.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_not_there_is_tried_again_and_nobody_else_waits() {
    let setup = Setup::silent("neighbours-dead").await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = nobody.local_addr().expect("a bound port").port();
    drop(nobody);
    let mut dead = setup.channels();
    let smtp = setup.mail_server.url().replace(&setup.mail_server.port.to_string(), &port.to_string());
    dead["email"]["smtp"] = json!(smtp);
    setup.declare(dead).await;
    let id = setup.play_out(&setup.live, &order("ORD-1", "Livre [paid]")).await;
    let by_mail = message(&setup.live, &id, "email").await;
    assert_eq!(by_mail["status"], "pending", "{by_mail}");
    let outcome = text(&by_mail, "/attempts/0/outcome");
    assert!(outcome.contains("no conversation with the mail server"), "{outcome}");
    assert_eq!(message(&setup.live, &id, "sms").await["status"], "delivered");
    assert_eq!(setup.provider.letters().len(), 1);

    // The operator names another server: what waited leaves from there.
    setup.declare(setup.channels()).await;
    setup.pass_until_due(&by_mail).await;
    assert_eq!(message(&setup.live, &id, "email").await["status"], "delivered");
    assert_eq!(setup.mail_server.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sms_provider_in_trouble_keeps_no_mail_back() {
    let setup = Setup::open("neighbours-sms").await;
    setup.provider.answer(503);
    for number in 0..ORDERS {
        setup.live.order(&order(&format!("ORD-{number}"), "Livre [paid]")).await;
    }
    setup.server.pass(std::time::Duration::from_secs(30)).await;
    assert_eq!(setup.mail_server.mails().len(), ORDERS);
}
