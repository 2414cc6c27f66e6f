//! Webhooks that were lost: forgotten with the server, or given up with the endpoint.

use std::collections::HashSet;

use guichet_sandbox::Action;

use crate::accidents::act;
use crate::support::call::text;
use crate::support::card_shop::{CardShop, order, webhooks};
use crate::support::inbox::Letter;

/// Makes an order and lets it be paid; its identifier.
async fn paid(shop: &CardShop, reference: &str) -> String {
    let made = shop.caller.order(&order(reference, 3600)).await;
    act(shop, &made, 0, Action::Pay);
    let id = text(&made, "/id");
    assert_eq!(shop.check(&id).await["status"], "paid");
    shop.pass_s(0).await;
    id
}

fn tries(letters: &[Letter], order: &str) -> usize {
    let about = |letter: &&Letter| letter.json()["order"] == order && letter.json()["type"] == "order.paid";
    letters.iter().filter(about).count()
}

/// Hyperswitch, issue 3408: a webhook was counted as a duplicate before it had been sent, and was
/// lost for good when the server went.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_was_not_taken_is_sent_again_by_the_next_server() {
    let mut shop = CardShop::open("not-taken").await;
    shop.inbox.answer(503);
    let id = paid(&shop, "order-7").await;
    assert_eq!(tries(&shop.inbox.letters(), &id), 1);
    shop.off_for_s(1).await;
    shop.inbox.answer(204);
    shop.pass_s(6).await;
    let letters = shop.inbox.letters();
    assert_eq!(tries(&letters, &id), 2);
    assert_eq!(webhooks(&letters, "order.paid")[&id].len(), 1, "the same webhook, by its id");
    shop.pass_s(48 * 3600).await;
    assert_eq!(tries(&shop.inbox.letters(), &id), 2, "taken once, it is not sent again");
}

/// BTCPay ServerProcess, issue 3146: an endpoint that had failed for long got nothing after it was back.
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_comes_back_gets_what_it_missed() {
    for restarted in [false, true] {
        let mut shop = CardShop::open("comes-back").await;
        shop.inbox.answer(500);
        let mut missed = HashSet::new();
        for number in 0..5 {
            missed.insert(paid(&shop, &format!("order-{number}")).await);
            shop.pass_s(3600).await;
        }
        shop.pass_s(10 * 3600).await;
        if restarted {
            shop.off_for_s(60).await;
        }
        let before = shop.inbox.letters().len();
        shop.inbox.answer(204);
        let fresh = paid(&shop, "fresh").await;
        shop.pass_s(0).await;
        let letters = shop.inbox.letters().split_off(before);
        let told: HashSet<String> = webhooks(&letters, "order.paid").into_keys().collect();
        missed.insert(fresh);
        assert_eq!(told, missed, "restarted: {restarted}");
    }
}

/// An endpoint that never comes back is tried as long as the schedule says, and then no more.
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_stays_away_is_given_up_and_can_be_sent_to_by_hand() {
    let shop = CardShop::open("stays-away").await;
    shop.inbox.answer(500);
    let id = paid(&shop, "order-7").await;
    for _ in 0..80 {
        shop.pass_s(2 * 3600).await;
    }
    assert_eq!(tries(&shop.inbox.letters(), &id), 10);
    let log = shop.caller.get(&format!("/v1/orders/{id}/deliveries")).await.expect(200).json();
    let all = log["data"].as_array().expect("deliveries");
    assert!(all.iter().all(|delivery| delivery["status"] == "given_up"), "{log}");
    shop.inbox.answer(204);
    for delivery in all {
        shop.caller.press(&format!("/v1/deliveries/{}/resend", text(delivery, "/id"))).await.expect(202);
    }
    shop.pass_s(0).await;
    let letters = shop.inbox.letters();
    assert_eq!(tries(&letters, &id), 11);
    assert_eq!(webhooks(&letters, "order.paid")[&id].len(), 1);
}
