//! Where money may be on its way, came, or is somebody else's matter, an order is not taken up again, and says why.

use guichet_sandbox::Action;
use serde_json::json;

use crate::support::call::text;
use crate::support::card_shop::{CardShop, LEAST_MS, order, webhooks};

/// Later than any link of the gateway can be paid that nobody has begun to pay.
const AFTER_THE_LINK_S: i64 = 30 * 60;

/// What happens to the only payment before the order closes.
enum Before {
    Begun,
    Short,
    ShortAndDismissed,
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_came_or_may_come_forbids_it() {
    let shop = CardShop::open("again-money").await;
    for (name, before, code) in [
        ("begun", Before::Begun, "payment_undecided"),
        ("short", Before::Short, "money_held"),
        ("dismissed", Before::ShortAndDismissed, "money_came"),
    ] {
        let made = shop.caller.order(&order(name, 60)).await;
        let (id, reference) = (text(&made, "/id"), text(&made, "/payments/0/reference"));
        let action = if let Before::Begun = before { Action::Initiate } else { Action::PayOther };
        shop.server.sandbox.act(&reference, action).expect("the link is open");
        shop.pass_s(AFTER_THE_LINK_S).await;
        if let Before::ShortAndDismissed = before {
            let dismissed = json!({ "payment": made["payments"][0]["id"], "resolution": "dismiss" });
            shop.caller.post(&format!("/v1/orders/{id}/resolve"), &dismissed).await.expect(200);
        }
        let closed = shop.read(&id).await;
        assert_eq!(closed["status"], "expired", "{name}");
        let payments = format!("/v1/orders/{id}/payments");
        let reopen = format!("/v1/orders/{id}/reopen");
        let mut other = order(name, 60);
        other["amount"] = json!(300_000);
        for (path, body) in [
            ("/v1/orders", order(name, 60)),
            ("/v1/orders", other),
            (payments.as_str(), json!({ "account": "card" })),
            (reopen.as_str(), json!({})),
        ] {
            let refused = shop.caller.post(path, &body).await.expect(409).json();
            assert_eq!(refused["code"], code, "{name}: {path}: {refused}");
        }
        let now = shop.read(&id).await;
        assert_eq!(
            (&now["status"], &now["payments"].as_array().map(Vec::len)),
            (&closed["status"], &Some(1)),
            "{name}"
        );
        if let Before::Begun = before {
            shop.server.sandbox.act(&reference, Action::Pay).expect("it was begun");
            shop.server.clock.advance(LEAST_MS);
            assert_eq!(shop.check(&id).await["status"], "paid", "late money still finds its order");
            shop.pass_s(0).await;
            assert_eq!(webhooks(&shop.inbox.letters(), "order.paid")[&id].len(), 1);
        }
        assert!(webhooks(&shop.inbox.letters(), "order.reopened").is_empty(), "{name}");
    }
}

/// What waits, or is paid, keeps its content: other content under its reference is another order's.
#[tokio::test(flavor = "multi_thread")]
async fn other_content_is_for_closed_orders_only() {
    let shop = CardShop::open("again-other").await;
    shop.caller.order(&order("waits", 3600)).await;
    let paid = shop.caller.order(&order("paid", 3600)).await;
    shop.server.sandbox.act(&text(&paid, "/payments/0/reference"), Action::Pay).expect("the link is open");
    shop.check(&text(&paid, "/id")).await;
    for reference in ["waits", "paid"] {
        let mut other = order(reference, 3600);
        other["amount"] = json!(300_000);
        let refused = shop.caller.post("/v1/orders", &other).await.expect(409).json();
        assert_eq!(refused["code"], "reference_taken", "{reference}");
        shop.caller.post("/v1/orders", &order(reference, 3600)).await.expect(200);
    }
}
