//! What is said late must still be so, and one customer's trouble is not another's.

use std::time::Duration;

use guichet_sandbox::Action;
use serde_json::json;

use crate::messages::{Scene, attempts, message, order};
use crate::support::call::text;
use crate::support::inbox::Inbox;
use guichet_testing::mail_server::Behaviour;

/// A mail that waits for its box to have room again waits for its own time, however well the mails of
/// others go.
#[tokio::test]
async fn a_mail_that_is_put_off_is_not_hurried_by_the_mails_of_others() {
    let scene = Scene::open("truth-hurried", "").await;
    scene.post.behave(Behaviour::Answers("RCPT", "452 4.2.2 the box is full"));
    let id = scene.play_out(&scene.live, &order("ORD-full", "Livre [paid]")).await;
    for number in 0..12 {
        scene.post.behave(Behaviour::Takes);
        let other = scene.live.order(&order(&format!("ORD-{number}"), "Livre [paid]")).await;
        let other = text(&other, "/id");
        scene.live.press(&format!("/v1/orders/{other}/check")).await.expect(200);
        scene.post.wait_for(number + 1).await;
        scene.post.behave(Behaviour::Answers("RCPT", "452 4.2.2 the box is full"));
        scene.house.node.settle_due().await.expect("what is due is done");
    }
    let waiting = message(&scene.live, &id, "email").await;
    assert!(attempts(&waiting).len() < 3, "{waiting}");
}

/// The same for webhooks: one event that the shop cannot take keeps its ten tries for four days.
#[tokio::test]
async fn an_event_that_a_shop_cannot_take_is_not_hurried_by_the_others() {
    let scene = Scene::silent("truth-endpoint").await;
    let inbox = Inbox::open().await;
    let endpoint = json!({ "url": inbox.url, "events": ["order.created"] });
    scene.live.post("/v1/webhook_endpoints", &endpoint).await.expect(201);
    inbox.answer(500);
    let id = text(&scene.live.order(&order("ORD-bad", "Livre")).await, "/id");
    scene.house.node.settle_due().await.expect("what is due is done");
    for number in 0..12 {
        inbox.answer_next([(204, Vec::new())]);
        scene.live.order(&order(&format!("ORD-{number}"), "Livre")).await;
        scene.house.node.settle_due().await.expect("what is due is done");
    }
    let log = scene.live.get(&format!("/v1/orders/{id}/deliveries")).await.expect(200).json();
    assert!(attempts(&log["data"][0]).len() < 4, "{log}");
}

/// That a payment failed is not said once the order is paid: whoever reads it would pay twice.
#[tokio::test]
async fn a_failure_that_was_made_good_meanwhile_is_not_told() {
    let scene = Scene::open("truth-late", "").await;
    scene.post.behave(Behaviour::Answers("CONNECT", "421 4.3.2 not now"));
    let made = scene.live.order(&order("ORD-1", "Livre")).await;
    let (id, first) = (text(&made, "/id"), text(&made, "/payments/0/reference"));
    scene.house.sandbox.act(&first, Action::Decline).expect("it is declined");
    scene.house.pass(Duration::from_secs(30)).await;
    assert_eq!(attempts(&message(&scene.live, &id, "email").await).len(), 1, "it was to be told");
    let path = format!("/v1/orders/{id}/payments");
    let again = scene.live.post(&path, &json!({ "gateway": "ocpay" })).await.expect(201).json();
    scene.house.sandbox.act(&text(&again, "/payments/1/reference"), Action::Pay).expect("it is paid");
    let paid = scene.live.press(&format!("/v1/orders/{id}/check")).await.expect(200).json();
    assert_eq!(paid["status"], "paid", "{paid}");
    // What is under way meets the old manner; nothing is left half said when it changes.
    scene.house.node.settle_due().await.expect("what is due is done");
    scene.post.behave(Behaviour::Takes);
    scene.house.pass(Duration::from_secs(3600)).await;
    let subjects: Vec<String> = scene.post.mails().iter().map(|mail| mail.header("Subject")).collect();
    assert_eq!(subjects, ["Commande ORD-1 payée"]);
}
