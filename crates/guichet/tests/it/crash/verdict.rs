//! After the last kill: everything drains, and then what was promised is compared with what is.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use guichet_sandbox::Status;
use serde_json::{Value, json};

use crate::crash::Setup;
use crate::crash::client::Promise;
use crate::support::call::{Caller, text};
use crate::support::card_shop::webhooks;
use crate::support::patience::Patience;
use crate::support::program::succeed;

/// The orders that are paid at the gateway, with the payment's reference there.
pub(crate) type Settled = HashMap<String, String>;

/// Sends again what was never answered, waits until everything paid is settled and told.
pub(crate) async fn wait_until_settled(setup: &Setup, shop: &Caller, promises: &mut [Promise]) -> Settled {
    for promise in promises.iter_mut() {
        let body = promise.body.to_string().into_bytes();
        let headers = [("idempotency-key", promise.key.as_str())];
        let answer = shop.send("POST", &promise.path, &headers, body).await;
        promise.answered(&answer);
        assert!(promise.answer.is_some(), "{} never got an answer: {}", promise.key, answer.text());
    }
    let settled = paid_at_the_gateway(setup, promises);
    for (number, order) in promises.iter().filter_map(Promise::order).enumerate() {
        if settled.contains_key(&text(&order, "/id")) {
            remind(shop, number, &order).await;
        }
    }
    for id in settled.keys() {
        let path = format!("/v1/orders/{id}");
        let mut patience = Patience::that("an order that is paid at the gateway is paid here");
        while shop.get(&path).await.expect(200).json()["status"] != "paid" {
            patience.again().await;
        }
    }
    let told = async {
        let mut count = 0;
        loop {
            let letters = setup.inbox.wait_for(count + 1).await;
            count = letters.len();
            let told = webhooks(&letters, "order.paid");
            if settled.keys().all(|id| told.contains_key(id)) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), told).await.expect("every paid order is told");
    settled
}

/// A gateway's callback or a customer's look makes the next check come soon.
async fn remind(shop: &Caller, number: usize, order: &Value) {
    let Some(reference) = order.pointer("/payments/0/reference") else { return };
    if number.is_multiple_of(2) {
        let path = format!("/callbacks/ocpay/{}", text(order, "/payments/0/account"));
        shop.post(&path, &json!({ "paymentRef": reference })).await.expect(200);
    } else {
        let page = text(order, "/status_url").replace("http://tickets.example", "");
        shop.get(&format!("{page}/live")).await.expect(200);
    }
}

fn paid_at_the_gateway(setup: &Setup, promises: &[Promise]) -> Settled {
    let payments = setup.sandbox.payments();
    let mut links: HashMap<&str, usize> = HashMap::new();
    for payment in &payments {
        *links.entry(&payment.title).or_default() += 1;
    }
    assert!(links.values().all(|count| *count == 1), "an order has two links: {links:?}");
    let paid = payments.iter().filter(|payment| payment.status == Status::Paid);
    let paid: HashSet<&str> = paid.map(|payment| payment.reference.as_str()).collect();
    let handed_out = promises.iter().filter_map(Promise::order).filter_map(|order| {
        let reference = order.pointer("/payments/0/reference")?.as_str()?.to_owned();
        Some((text(&order, "/id"), reference))
    });
    let settled: Settled = handed_out.filter(|(_, reference)| paid.contains(reference.as_str())).collect();
    assert_eq!(settled.len(), paid.len(), "every paid link is one that was handed out");
    settled
}

/// The stored rows against the promises.
pub(crate) fn check(setup: &Setup, promises: &[Promise], settled: &Settled) {
    let kept = setup.database().audit();
    let told = webhooks(&setup.inbox.letters(), "order.paid");
    let by_id: HashMap<&str, _> = kept.iter().map(|kept| (kept.id.as_str(), kept)).collect();
    let references: HashSet<&str> = kept.iter().map(|kept| kept.reference.as_str()).collect();
    assert_eq!(references.len(), kept.len(), "two orders have one reference");
    let mut promised: HashMap<String, String> = HashMap::new();
    for promise in promises {
        let order = promise.order().expect("every promise was answered");
        let (id, reference) = (text(&order, "/id"), text(&order, "/reference"));
        let kept = by_id.get(id.as_str()).unwrap_or_else(|| panic!("{id} was acknowledged and is lost"));
        assert_eq!(kept.reference, reference);
        assert!(kept.version >= order["version"].as_i64().expect("a version"), "{id} went back");
        let known = promised.entry(reference).or_insert_with(|| id.clone());
        assert_eq!(*known, id, "one reference, two orders");
    }
    assert_eq!(promised.len(), kept.len(), "an order that nobody asked for");
    for kept in &kept {
        assert_eq!(kept.status == "paid", settled.contains_key(&kept.id), "{} is {}", kept.id, kept.status);
        assert!(kept.held.is_empty(), "{} holds money that nobody paid: {:?}", kept.id, kept.held);
        let ids = told.get(&kept.id).map(Vec::as_slice).unwrap_or_default();
        assert_eq!(ids.len(), usize::from(kept.status == "paid"), "{} was told as paid by {ids:?}", kept.id);
    }
}

/// What the command line says of the same database; how many stories it told.
pub(crate) fn commands_agree(setup: &Setup, promises: &[Promise]) -> usize {
    let findings = crate::support::program::run(&setup.directory, &["doctor", "--json"]);
    let findings = String::from_utf8(findings.stdout).expect("text");
    let finding = |what: &str| {
        let mut read = findings.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        read.find(|finding| finding["what"] == what).unwrap_or_else(|| panic!("{what}: {findings}"))
    };
    assert_eq!(finding("open")["good"], true, "{findings}");
    assert_eq!(finding("integrity")["good"], true, "{findings}");
    let sample = promises.iter().step_by(promises.len() / 10 + 1);
    let told = sample.map(|promise| {
        let id = text(&promise.order().expect("answered"), "/id");
        let story = succeed(&setup.directory, &["order", "explain", &id, "--json"]);
        let story: Value = serde_json::from_str(&story).expect("JSON");
        assert_eq!(story["journal_is_whole"], true, "{story}");
    });
    told.count()
}
