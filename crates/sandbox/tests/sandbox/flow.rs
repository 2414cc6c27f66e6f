//! The vendors' guides, followed by a shop: make a link, let the customer pay, ask for the truth.

use guichet_sandbox::{Action, Clock, Settings};
use serde_json::json;

use crate::shop::{START_MS, Shop};
use crate::wire::{seller, sellers};

const MINUTE_S: u64 = 60;

#[tokio::test]
async fn a_payment_is_pending_until_it_is_paid() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7").await;
        assert_eq!(shop.status(&reference).await, "pending", "{}", seller.dialect);
        shop.sandbox.act(&reference, Action::Pay).unwrap();
        let paid = shop.check(&reference).await;
        assert_eq!((seller.outcome(&paid), seller.paid(&paid)), ("paid", 2500), "{}", seller.dialect);
        assert!(paid.to_string().contains(&reference) || seller.dialect == "cinetpay", "{paid}");
    }
}

#[tokio::test]
async fn a_link_nobody_touches_fails_when_its_time_is_over() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7").await;
        shop.sandbox.advance(shop.link_ttl_s() - 1).unwrap();
        assert_eq!(shop.status(&reference).await, "pending");
        shop.sandbox.advance(1).unwrap();
        assert_eq!(shop.status(&reference).await, "failed");
        assert!(shop.sandbox.act(&reference, Action::Pay).is_err());
    }
}

#[tokio::test]
async fn a_payment_begun_in_time_may_end_later() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7").await;
        shop.sandbox.advance(shop.link_ttl_s() - MINUTE_S).unwrap();
        shop.sandbox.act(&reference, Action::Initiate).unwrap();
        shop.sandbox.advance(6 * MINUTE_S).unwrap();
        assert_eq!(shop.status(&reference).await, "pending");
        shop.sandbox.act(&reference, Action::Pay).unwrap();
        assert_eq!(shop.status(&reference).await, "paid");
    }
}

#[tokio::test]
async fn a_late_payment_is_pending_until_the_bank_confirms_it() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7").await;
        shop.sandbox.act(&reference, Action::PayLate { seconds: 180 }).unwrap();
        shop.sandbox.advance(179).unwrap();
        assert_eq!(shop.status(&reference).await, "pending");
        shop.sandbox.advance(1).unwrap();
        assert_eq!(shop.status(&reference).await, "paid");
    }
}

#[tokio::test]
async fn every_tag_has_its_outcome_at_its_time_at_every_vendor() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        for (title, at_once, after_a_minute, after_two_days) in [
            ("Order 7 [paid]", "paid", "paid", "paid"),
            ("[paid after 60] Order 7", "pending", "paid", "paid"),
            ("Order 7 [declined]", "failed", "failed", "failed"),
            ("Order 7 [declined after 60]", "pending", "failed", "failed"),
            ("Order 7 [cancelled]", "failed", "failed", "failed"),
            ("Order 7 [expired]", "failed", "failed", "failed"),
            ("Order 7 [late]", "pending", "pending", "paid"),
            ("Order 7 [late after 1500]", "pending", "pending", "paid"),
            ("Order 7 [never]", "pending", "pending", "pending"),
            ("Order 7 [waiting]", "pending", "paid", "paid"),
            ("Order 7 [processing after 30] [declined]", "pending", "failed", "failed"),
            ("Order 7 [vip]", "pending", "pending", "failed"),
        ] {
            let reference = shop.create(title).await;
            let case = format!("{} {title}", seller.dialect);
            assert_eq!(shop.status(&reference).await, at_once, "{case}");
            shop.sandbox.advance(60).unwrap();
            assert_eq!(shop.status(&reference).await, after_a_minute, "{case}");
            shop.sandbox.advance(2 * 86_400).unwrap();
            assert_eq!(shop.status(&reference).await, after_two_days, "{case}");
        }
    }
}

#[tokio::test]
async fn a_word_at_the_end_of_a_reference_and_a_scenario_force_an_outcome_too() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let mut sale = shop.sale("Book");
        sale.reference.push_str("-declined");
        if seller.merchant_reference(&sale).is_some() {
            let reference = shop.create_sale(&sale).await;
            assert_eq!(shop.status(&reference).await, "failed", "{}", seller.dialect);
        }
    }
    let shop = Shop::open_at(&seller("novasend", 1)).await;
    for (scenario, expected) in [("completed", "paid"), ("failed", "failed"), ("pending", "pending")] {
        let mut sale = shop.sale("Order 7 [cancelled]");
        sale.more = json!({ "sandboxScenario": scenario });
        let reference = shop.create_sale(&sale).await;
        assert_eq!(shop.status(&reference).await, expected, "{scenario}");
    }
}

#[tokio::test]
async fn a_wrong_amount_is_confirmed_with_what_was_really_paid() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7 [wrong-amount]").await;
        let confirmed = shop.check(&reference).await;
        assert_eq!(seller.outcome(&confirmed), "paid");
        let missing_minor = 100;
        let per_unit = shop.sandbox.payments()[0].amount_minor / 2500;
        assert_eq!(seller.paid(&confirmed), 2500 - missing_minor / per_unit, "{}", seller.dialect);
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_references() {
    for seller in sellers() {
        let mut runs = Vec::new();
        for seed in [7, 7, 8] {
            let settings = Settings { seed, clock: Clock::frozen(START_MS), ..Settings::default() };
            let shop = Shop::open_with(&seller, settings).await;
            runs.push([shop.create("a").await, shop.create("b").await]);
        }
        assert_eq!(runs[0], runs[1]);
        assert_ne!(runs[0], runs[2]);
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bad_luck() {
    for seller in sellers() {
        let mut runs = Vec::new();
        for _ in 0..2 {
            let settings = Settings { seed: 7, misbehaviour_rate_percent: 50, ..Settings::default() };
            let shop = Shop::open_with(&seller, settings).await;
            let mut run = Vec::new();
            for _ in 0..30 {
                let answer = shop.try_create("Order 7").await;
                run.push(answer.map_or(0, |answer| answer.status.as_u16()));
            }
            runs.push(run);
        }
        assert_eq!(runs[0], runs[1]);
        assert!(runs[0].iter().any(|status| *status == 0 || *status >= 500), "{:?}", runs[0]);
    }
}

#[tokio::test]
async fn a_seller_sees_only_its_own_payments() {
    for first in sellers() {
        let shop = Shop::open_at(&first).await;
        let sale = shop.sale("Order 7");
        let reference = shop.create_sale(&sale).await;
        for other in [seller(first.dialect, 8), first.with_key(&seller(first.dialect, 8).key)] {
            let other = shop.with(&other);
            let nobody = guichet_gateways::dialect(first.dialect).unwrap().reference(0);
            let unknown = other.try_check(&nobody).await.unwrap();
            let foreign = other.try_check(&reference).await.unwrap();
            assert_eq!((foreign.status.as_u16(), unknown.status.as_u16()), (404, 404), "{}", foreign.text);
            // What one merchant calls its order is free for another.
            let own = other.create_sale(&sale).await;
            assert_ne!(own, reference);
        }
        assert_eq!(shop.status(&reference).await, "pending");
    }
}

#[tokio::test]
async fn magic_keys_are_refused_at_every_vendor() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        for (end, status) in [("_unvalidated", 403), ("_blocked", 403), ("_limited", 429)] {
            let key = format!("{}{end}", seller.key);
            let answer = shop.with(&seller.with_key(&key)).try_create("Order 7").await.unwrap();
            assert_eq!(answer.status.as_u16(), status, "{} {end}: {}", seller.dialect, answer.text);
            assert!(answer.json().is_object());
            assert_eq!(answer.headers.contains_key("retry-after"), status == 429, "{}", seller.dialect);
        }
        let nobody = shop.with(&seller.with_key("é")).try_create("Order 7").await.unwrap();
        assert!(nobody.status.is_client_error(), "{}: {}", seller.dialect, nobody.text);
        assert_eq!(shop.sandbox.payments(), []);
    }
}

#[tokio::test]
async fn keys_decide_the_environment_where_the_vendor_says_it() {
    let shop = Shop::open_at(&seller("ocpay", 1)).await;
    for (key, sandbox) in
        [("sk_sandbox_a", true), ("sk_live_a", false), ("ea27b376-9f5c-4b09-883f-1b96cd7b541c", true)]
    {
        let shop = shop.with(&shop.seller.with_key(key));
        let reference = shop.create("Order 7 [paid]").await;
        let paid = shop.check(&reference).await;
        assert_eq!(paid["data"]["transactionDetails"]["isSandbox"], sandbox, "{key}");
    }
}

#[tokio::test]
async fn a_reference_counts_once_and_a_repetition_is_the_same_payment() {
    let shop = Shop::open_at(&seller("cinetpay", 1)).await;
    let sale = shop.sale("Order 7");
    shop.create_sale(&sale).await;
    let again = shop.send(shop.seller.open(&sale)).await.unwrap();
    assert!(again.status.is_client_error(), "{}", again.text);

    let shop = Shop::open_at(&seller("novasend", 1)).await;
    let sale = shop.sale("Order 7");
    let first = shop.create_sale(&sale).await;
    assert_eq!(shop.create_sale(&sale).await, first);
    let mut other_key = sale.clone();
    other_key.idempotency_key = "00000000-0000-4000-8000-999999999999".to_owned();
    let mut other_body = sale.clone();
    other_body.return_url = "https://shop.example/other".to_owned();
    for sale in [other_key, other_body] {
        let answer = shop.send(shop.seller.open(&sale)).await.unwrap();
        assert!(answer.status.is_client_error(), "{}", answer.text);
    }
    assert_eq!(shop.sandbox.payments().len(), 1);
}

#[tokio::test]
async fn payments_are_found_by_the_shops_own_reference_where_the_vendor_does_so() {
    let shop = Shop::open_at(&seller("cinetpay", 1)).await;
    let sale = shop.sale("Order 7 [paid]");
    shop.create_sale(&sale).await;
    let mut call = shop.seller.check("");
    call.body =
        call.body.replace(r#""payment_token":"""#, &format!(r#""transaction_id":"{}""#, sale.reference));
    assert_eq!(shop.seller.outcome(&shop.send(call).await.unwrap().json()), "paid");

    let shop = Shop::open_at(&seller("novasend", 1)).await;
    let sale = shop.sale("Order 7 [paid]");
    let reference = shop.create_sale(&sale).await;
    let theirs = shop.seller.merchant_reference(&sale).unwrap();
    let answer = shop.check(&theirs).await;
    assert_eq!((shop.seller.outcome(&answer), &answer["reference"]), ("paid", &json!(reference)));
    // Two per cent of 2,500 francs.
    assert_eq!((&answer["fee"], &answer["chargedAmount"]), (&json!(50), &json!(2550)));
    assert_eq!(shop.sandbox.payment(&reference).unwrap().fee_minor, 50);
}

#[tokio::test]
async fn a_public_url_comes_before_the_host_header() {
    for seller in sellers() {
        let settings = Settings { public_url: Some("https://pay.example/".into()), ..Settings::default() };
        let shop = Shop::open_with(&seller, settings).await;
        let answer = shop.try_create("Order 7").await.unwrap().json();
        let (reference, url) = seller.opened(&answer);
        assert_eq!(url, format!("https://pay.example/pay/{reference}"));
    }
}
