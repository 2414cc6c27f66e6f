//! A mail server that is dead, or that takes a connection and says nothing, is nobody else's trouble.

use serde_json::json;

use crate::messages::{Scene, message, order};
use crate::support::call::text;
use crate::support::inbox::Inbox;
use guichet_testing::mail_server::Behaviour;

/// More orders than a target has places.
const ORDERS: usize = 40;

#[tokio::test]
async fn a_mail_server_that_hangs_delays_neither_webhooks_nor_sms() {
    let scene = Scene::open("neighbours-hangs", "").await;
    let inbox = Inbox::open().await;
    let endpoint = json!({ "url": inbox.url, "events": ["order.paid"] });
    scene.live.post("/v1/webhook_endpoints", &endpoint).await.expect(201);
    scene.post.behave(Behaviour::FallsSilentAt("CONNECT"));
    for number in 0..ORDERS {
        let id = text(&scene.live.order(&order(&format!("ORD-{number}"), "Livre [paid]")).await, "/id");
        let paid = scene.live.press(&format!("/v1/orders/{id}/check")).await.expect(200).json();
        assert_eq!(paid["status"], "paid", "{paid}");
    }
    scene.post.until_silent().await;
    inbox.wait_for(ORDERS).await;
    scene.provider.wait_for(ORDERS).await;
    assert!(scene.post.mails().is_empty());
}

#[tokio::test]
async fn a_mail_server_that_is_not_there_is_tried_again_and_nobody_else_waits() {
    let scene = Scene::silent("neighbours-dead").await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = nobody.local_addr().expect("a bound port").port();
    drop(nobody);
    let dead = crate::messages::email(&scene.post).replace(&scene.post.port.to_string(), &port.to_string());
    scene.declare(&(dead + &crate::messages::sms(&scene.provider))).await;
    let id = scene.play_out(&scene.live, &order("ORD-1", "Livre [paid]")).await;
    let by_mail = message(&scene.live, &id, "email").await;
    assert_eq!(by_mail["status"], "pending", "{by_mail}");
    let outcome = text(&by_mail, "/attempts/0/outcome");
    assert!(outcome.contains("no conversation with the mail server"), "{outcome}");
    assert_eq!(message(&scene.live, &id, "sms").await["status"], "delivered");
    assert_eq!(scene.provider.letters().len(), 1);

    // The operator names another server: what waited leaves from there.
    scene.declare(&scene.channels()).await;
    scene.pass_until_due(&by_mail).await;
    assert_eq!(message(&scene.live, &id, "email").await["status"], "delivered");
    assert_eq!(scene.post.mails().len(), 1);
}

#[tokio::test]
async fn an_sms_provider_in_trouble_keeps_no_mail_back() {
    let scene = Scene::open("neighbours-sms", "").await;
    scene.provider.answer(503);
    for number in 0..ORDERS {
        scene.live.order(&order(&format!("ORD-{number}"), "Livre [paid]")).await;
    }
    scene.house.pass(std::time::Duration::from_secs(30)).await;
    assert_eq!(scene.post.mails().len(), ORDERS);
}
