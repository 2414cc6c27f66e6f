//! What is said late must still be so, and one customer's trouble is not another's.

use std::time::Duration;

use guichet_sandbox::Action;
use serde_json::json;

use crate::messages::{Setup, attempts, message, order};
use crate::support::call::text;
use crate::support::inbox::Inbox;
use guichet_testing::mail_server::Behaviour;

/// A mail that waits for its box to have room again waits for its own time, however well the mails of
/// others go.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_put_off_is_not_hurried_by_the_mails_of_others() {
    let setup = Setup::open("truth-hurried").await;
    setup.mail_server.behave(Behaviour::Answers("RCPT", "452 4.2.2 the box is full"));
    let id = setup.play_out(&setup.live, &order("ORD-full", "Livre [paid]")).await;
    for number in 0..12 {
        setup.mail_server.behave(Behaviour::Takes);
        let other = setup.live.order(&order(&format!("ORD-{number}"), "Livre [paid]")).await;
        let other = text(&other, "/id");
        setup.live.press(&format!("/v1/orders/{other}/check")).await.expect(200);
        setup.mail_server.wait_for(number + 1).await;
        setup.mail_server.behave(Behaviour::Answers("RCPT", "452 4.2.2 the box is full"));
        setup.server.settle().await;
    }
    let waiting = message(&setup.live, &id, "email").await;
    assert!(attempts(&waiting).len() < 3, "{waiting}");
}

/// The same for webhooks: one event that the shop cannot take keeps its ten tries for four days.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_a_shop_cannot_take_is_not_hurried_by_the_others() {
    let setup = Setup::silent("truth-endpoint").await;
    let inbox = Inbox::open().await;
    let endpoint = json!({ "url": inbox.url, "events": ["order.created"] });
    setup.live.post("/v1/webhook_endpoints", &endpoint).await.expect(201);
    inbox.answer(500);
    let id = text(&setup.live.order(&order("ORD-bad", "Livre")).await, "/id");
    setup.server.settle().await;
    for number in 0..12 {
        inbox.answer_next([(204, Vec::new())]);
        setup.live.order(&order(&format!("ORD-{number}"), "Livre")).await;
        setup.server.settle().await;
    }
    let log = setup.live.get(&format!("/v1/orders/{id}/deliveries")).await.expect(200).json();
    assert!(attempts(&log["data"][0]).len() < 4, "{log}");
}

/// That a payment failed is not said once the order is paid: whoever reads it would pay twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_was_made_good_meanwhile_is_not_told() {
    let setup = Setup::open("truth-late").await;
    setup.mail_server.behave(Behaviour::Answers("CONNECT", "421 4.3.2 not now"));
    let made = setup.live.order(&order("ORD-1", "Livre")).await;
    let (id, first) = (text(&made, "/id"), text(&made, "/payments/0/reference"));
    setup.server.sandbox.act(&first, Action::Decline).expect("it is declined");
    setup.server.pass(Duration::from_secs(30)).await;
    assert_eq!(attempts(&message(&setup.live, &id, "email").await).len(), 1, "it was to be told");
    let path = format!("/v1/orders/{id}/payments");
    let again = setup.live.post(&path, &json!({ "gateway": "ocpay" })).await.expect(201).json();
    setup.server.sandbox.act(&text(&again, "/payments/1/reference"), Action::Pay).expect("it is paid");
    let paid = setup.live.press(&format!("/v1/orders/{id}/check")).await.expect(200).json();
    assert_eq!(paid["status"], "paid", "{paid}");
    // What is under way meets the old manner; nothing is left half said when it changes.
    setup.server.settle().await;
    setup.mail_server.behave(Behaviour::Takes);
    setup.server.pass(Duration::from_secs(3600)).await;
    let subjects: Vec<String> = setup.mail_server.mails().iter().map(|mail| mail.header("Subject")).collect();
    assert_eq!(subjects, ["Commande ORD-1 payée"]);
}
