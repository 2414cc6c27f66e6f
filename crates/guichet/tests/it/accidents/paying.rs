//! Money: taken twice, taken short, taken and not seen.

use guichet_sandbox::{Action, MisbehaviourKind, On};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::accidents::{act, inject, pay_with};
use crate::support::call::text;
use crate::support::card_shop::{CardShop, LEAST_MS, order, webhooks};

/// Killbill, issue 1015: a second payment was made while the first was unknown, and both counted.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_payment_while_the_first_is_unknown_does_not_charge_twice() {
    let shop = CardShop::open("unknown").await;
    inject(&shop, MisbehaviourKind::CutAfter, On::Open, 1);
    let made = shop.caller.order(&order("order-7", 7200)).await;
    assert_eq!(made["payments"][0]["status"], "unknown");
    assert_eq!(made["payment_url"], Value::Null, "a link that is not saved is not handed out");
    assert_eq!(shop.server.sandbox.payments().len(), 1, "the gateway did open it");
    let now = pay_with(&shop, &made, "card").await;
    assert_eq!(now["payments"][1]["status"], "open");
    act(&shop, &now, 1, Action::Pay);
    let paid = shop.check(&text(&made, "/id")).await;
    assert_eq!(paid["status"], "paid");
    shop.pass_s(22 * 60).await;
    let later = shop.read(&text(&made, "/id")).await;
    assert_eq!(later["payments"][0]["status"], "expired", "it lapsed unseen; nobody said that it failed");
    assert_eq!((&later["status"], &later["held"]), (&json!("paid"), &json!([])));
}

/// Two links were open and the customer paid both: one settles, the other waits to be paid back.
#[tokio::test(flavor = "multi_thread")]
async fn money_that_came_twice_is_held_and_not_counted() {
    let shop = CardShop::open("twice").await;
    let made = shop.caller.order(&order("order-7", 3600)).await;
    let now = pay_with(&shop, &made, "other").await;
    act(&shop, &now, 0, Action::Pay);
    act(&shop, &now, 1, Action::Pay);
    let paid = shop.check(&text(&made, "/id")).await;
    assert_eq!((&paid["status"], &paid["needs_you"]), (&json!("paid"), &json!(true)));
    assert_eq!(paid["held"][0]["kind"], "paid_twice");
    let kept = shop.server.rows().audit();
    assert_ne!(kept[0].settled_by.as_deref(), Some(kept[0].held[0].as_str()));
}

/// Hyperswitch, pull request 2380: marked failed because the connector's answer was lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_whose_opening_answer_was_lost_is_not_failed() {
    for (kind, expected) in [
        (MisbehaviourKind::CutBefore, "unknown"),
        (MisbehaviourKind::CutAfter, "unknown"),
        (MisbehaviourKind::Html, "unknown"),
        (MisbehaviourKind::Truncated, "unknown"),
        (MisbehaviourKind::Empty, "unknown"),
        (MisbehaviourKind::Error500, "unknown"),
        (MisbehaviourKind::Error503, "unknown"),
        // These are the gateway's definite word: nothing was opened.
        (MisbehaviourKind::Unauthorised, "failed"),
        (MisbehaviourKind::RateLimited, "failed"),
    ] {
        let shop = CardShop::open("lost-opening").await;
        inject(&shop, kind, On::Open, 1);
        let made = shop.caller.order(&order("order-7", 3600)).await;
        assert_eq!(made["payments"][0]["status"], expected, "{kind:?}");
        let order_stands = if expected == "unknown" { "pending" } else { "failed" };
        assert_eq!(made["status"], order_stands, "{kind:?}");
        let now = pay_with(&shop, &made, "card").await;
        act(&shop, &now, 1, Action::Pay);
        assert_eq!(shop.check(&text(&made, "/id")).await["status"], "paid", "{kind:?}");
    }
}

/// The same for the answer to a check: nothing is learnt, and the checks go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_whose_check_was_lost_is_neither_failed_nor_forgotten() {
    let shop = CardShop::open("lost-checks").await;
    for (number, kind) in [
        MisbehaviourKind::CutBefore,
        MisbehaviourKind::CutAfter,
        MisbehaviourKind::Html,
        MisbehaviourKind::Truncated,
        MisbehaviourKind::Empty,
        MisbehaviourKind::Error500,
        MisbehaviourKind::Error503,
        MisbehaviourKind::Unauthorised,
        MisbehaviourKind::RateLimited,
        MisbehaviourKind::NotFound,
        MisbehaviourKind::UnknownStatus,
        MisbehaviourKind::NoDetails,
        MisbehaviourKind::WrongReference,
    ]
    .into_iter()
    .enumerate()
    {
        let made = shop.caller.order(&order(&format!("order-{number}"), 3600)).await;
        let id = text(&made, "/id");
        act(&shop, &made, 0, Action::Pay);
        inject(&shop, kind, On::Check, 2);
        for _ in 0..2 {
            shop.pass_s(31).await;
            let now = shop.read(&id).await;
            assert_eq!(now["status"], "pending", "{kind:?}");
            assert_eq!(now["payments"][0]["status"], "open", "{kind:?}");
        }
        shop.pass_s(31).await;
        assert_eq!(shop.read(&id).await["status"], "paid", "{kind:?}");
    }
    shop.gateway.was_never_pestered(LEAST_MS);
}

/// Woo-paystack, issue 147: paid but stuck pending. Nobody calls back and nobody looks, and still it
/// is settled within two intervals between checks.
#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_does_not_stay_pending_when_nobody_says_so() {
    let shop = CardShop::open("silence").await;
    for minutes in [0, 5, 15] {
        let made = shop.caller.order(&order(&format!("order-{minutes}"), 7200)).await;
        shop.pass_s(minutes * 60).await;
        act(&shop, &made, 0, Action::Pay);
        let interval_s = if minutes < 10 { 30 } else { 60 };
        shop.pass_s(interval_s).await;
        shop.pass_s(interval_s).await;
        assert_eq!(shop.read(&text(&made, "/id")).await["status"], "paid", "after {minutes} minutes");
    }
}

/// BTCPay ServerProcess, issue 1828: the second payment of one invoice was never confirmed.
#[tokio::test(flavor = "multi_thread")]
async fn the_second_payment_of_an_order_is_confirmed_after_the_first_failed() {
    let shop = CardShop::open("second").await;
    let made = shop.caller.order(&order("order-7", 3600)).await;
    let id = text(&made, "/id");
    act(&shop, &made, 0, Action::Decline);
    assert_eq!(shop.check(&id).await["status"], "failed");
    let now = pay_with(&shop, &made, "card").await;
    assert_eq!(now["status"], "pending");
    act(&shop, &now, 1, Action::Pay);
    shop.pass_s(31).await;
    assert_eq!(shop.read(&id).await["status"], "paid");
    assert_eq!(webhooks(&shop.inbox.letters(), "order.paid")[&id].len(), 1);
}

/// Medusa, issue 13301, and Saleor, issue 12652: the customer's return and the notification each
/// captured the payment.
#[tokio::test(flavor = "multi_thread")]
async fn the_return_and_the_callback_at_the_same_moment_settle_once() {
    let shop = CardShop::open("return").await;
    let mut running = JoinSet::new();
    for number in 0..20 {
        let made = shop.caller.order(&order(&format!("order-{number}"), 3600)).await;
        act(&shop, &made, 0, Action::Pay);
        let page = text(&made, "/status_url").replace(&shop.server.base_url, "");
        let callback = format!("/callbacks/ocpay/{}", text(&made, "/payments/0/account"));
        let hint = json!({ "paymentRef": made["payments"][0]["reference"] });
        let check = format!("/v1/orders/{}/check", text(&made, "/id"));
        for path in [format!("{page}/check"), callback, check] {
            let (shop, hint) = (shop.caller.clone(), hint.clone());
            running.spawn(async move { shop.post(&path, &hint).await.status });
        }
    }
    assert!(running.join_all().await.iter().all(|status| matches!(status, 200 | 303)));
    shop.pass_s(0).await;
    for kept in shop.server.rows().audit() {
        assert_eq!(kept.status, "paid");
        assert_eq!(webhooks(&shop.inbox.letters(), "order.paid")[&kept.id].len(), 1);
    }
    assert!(shop.gateway.checks().values().all(|checks| checks.len() == 1), "each was asked about once");
}

/// NopCommerce, issue 1089: five cents were accepted for 237.75.
#[tokio::test(flavor = "multi_thread")]
async fn money_that_does_not_fit_settles_nothing() {
    for (wrong, action, held) in [
        (None, Action::PayOther, "amount_mismatch"),
        (Some(MisbehaviourKind::WrongAmount), Action::Pay, "amount_mismatch"),
        (Some(MisbehaviourKind::WrongCurrency), Action::Pay, "amount_mismatch"),
        (Some(MisbehaviourKind::WrongEnvironment), Action::Pay, "wrong_environment"),
    ] {
        let shop = CardShop::open("wrong-money").await;
        let made = shop.caller.order(&order("order-7", 3600)).await;
        let id = text(&made, "/id");
        act(&shop, &made, 0, action);
        if let Some(kind) = wrong {
            inject(&shop, kind, On::Check, 1);
        }
        let now = shop.check(&id).await;
        assert_eq!((&now["status"], &now["needs_you"]), (&json!("pending"), &json!(true)), "{wrong:?}");
        assert_eq!(now["held"][0]["kind"], held, "{wrong:?}");
        let fulfil = shop.caller.press(&format!("/v1/orders/{id}/fulfil")).await.expect(409);
        assert_eq!(fulfil.json()["code"], "order_not_paid", "{wrong:?}");
        let honour = json!({ "payment": now["payments"][0]["id"], "resolution": "honour" });
        let honour = shop.caller.post(&format!("/v1/orders/{id}/resolve"), &honour).await.expect(409);
        assert_eq!(honour.json()["code"], "not_honourable", "{wrong:?}");
        shop.pass_s(26 * 3600).await;
        assert_eq!(shop.read(&id).await["status"], "expired", "{wrong:?}");
        let told = webhooks(&shop.inbox.letters(), "order.paid");
        assert!(told.is_empty(), "{wrong:?}: {told:?}");
        assert_eq!(webhooks(&shop.inbox.letters(), "order.needs_you")[&id].len(), 1, "{wrong:?}");
    }
}

/// InvoicePlane, issue 1677, and the francs: a hundred times too much, or too little.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_a_hundred_times_too_much() {
    let shop = CardShop::open("hundred").await;
    for (amount, currency, expected) in [
        (250_000, "DZD", Ok(("2500.00", "2,500.00 DZD"))),
        (50_000, "DZD", Ok(("500.00", "500.00 DZD"))),
        (2_500, "DZD", Err("amount_out_of_range")),
        (250_050, "DZD", Err("amount_not_whole")),
        (2_500, "XOF", Err("currency_not_supported")),
    ] {
        let mut body = order(&format!("{amount}-{currency}"), 3600);
        (body["amount"], body["currency"]) = (json!(amount), json!(currency));
        let answer = shop.caller.post("/v1/orders", &body).await;
        match expected {
            Ok((decimal, asked)) => {
                let made = answer.expect(201).json();
                assert_eq!(made["amount_decimal"], decimal);
                let payment = shop.server.sandbox.payment(&text(&made, "/payments/0/reference"));
                assert_eq!(payment.expect("it is there").amount_text, asked);
                act(&shop, &made, 0, Action::Pay);
                assert_eq!(shop.check(&text(&made, "/id")).await["status"], "paid");
            }
            Err(code) => assert_eq!(answer.expect(422).json()["code"], code),
        }
    }
    let francs = json!({ "reference": "francs", "amount": 2_500, "currency": "XOF" });
    assert_eq!(shop.server.shop().await.order(&francs).await["amount_decimal"], "2500");
}
