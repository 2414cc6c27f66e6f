//! The vendor's guide, followed by a shop: make a link, let the customer pay, ask for the truth.

use guichet_sandbox::{Action, Clock, Settings};

use crate::shop::{START_MS, Shop};

const MINUTE_S: u64 = 60;

#[tokio::test]
async fn a_payment_is_pending_until_it_is_paid_and_then_confirmed() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    let pending = shop.check(&reference).await;
    assert_eq!(pending["status"], "PENDING");

    shop.sandbox.act(&reference, Action::Pay).unwrap();
    let confirmed = shop.check(&reference).await;
    assert_eq!(confirmed["status"], "CONFIRMED");
    assert_eq!(confirmed["paymentRef"], reference.as_str());
    let details = &confirmed["transactionDetails"];
    assert_eq!(details["amount"], 2500);
    assert_eq!(details["currency"], "DZD");
    assert_eq!(details["isSandbox"], true);
}

#[tokio::test]
async fn a_link_nobody_touches_fails_after_twenty_minutes() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    shop.sandbox.advance(20 * MINUTE_S - 1).unwrap();
    assert_eq!(shop.status(&reference).await, "PENDING");
    shop.sandbox.advance(1).unwrap();
    assert_eq!(shop.status(&reference).await, "FAILED");
    assert!(shop.sandbox.act(&reference, Action::Pay).is_err());
}

#[tokio::test]
async fn a_payment_begun_at_minute_19_may_end_at_minute_25() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    shop.sandbox.advance(19 * MINUTE_S).unwrap();
    shop.sandbox.act(&reference, Action::Initiate).unwrap();
    shop.sandbox.advance(6 * MINUTE_S).unwrap();
    assert_eq!(shop.status(&reference).await, "PENDING");
    shop.sandbox.act(&reference, Action::Pay).unwrap();
    assert_eq!(shop.status(&reference).await, "CONFIRMED");
}

#[tokio::test]
async fn a_late_payment_is_pending_until_the_bank_confirms_it() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    shop.sandbox.act(&reference, Action::PayLate { seconds: 180 }).unwrap();
    assert_eq!(shop.status(&reference).await, "PENDING");
    shop.sandbox.advance(179).unwrap();
    assert_eq!(shop.status(&reference).await, "PENDING");
    shop.sandbox.advance(1).unwrap();
    assert_eq!(shop.status(&reference).await, "CONFIRMED");
}

#[tokio::test]
async fn declined_cancelled_and_expired_are_all_failed() {
    let shop = Shop::open().await;
    for action in [Action::Decline, Action::Cancel, Action::Expire] {
        let reference = shop.create("Order 7").await;
        shop.sandbox.act(&reference, action).unwrap();
        assert_eq!(shop.status(&reference).await, "FAILED", "{action:?}");
    }
}

#[tokio::test]
async fn tags_in_the_title_force_every_outcome() {
    let shop = Shop::open().await;
    for (title, at_once, after_a_minute, after_an_hour) in [
        ("Order 7 [paid]", "CONFIRMED", "CONFIRMED", "CONFIRMED"),
        ("Order 7 [paid after 60]", "PENDING", "CONFIRMED", "CONFIRMED"),
        ("Order 7 [paid after 1500]", "PENDING", "PENDING", "FAILED"),
        ("Order 7 [declined]", "FAILED", "FAILED", "FAILED"),
        ("Order 7 [cancelled after 60]", "PENDING", "FAILED", "FAILED"),
        ("Order 7 [expired]", "FAILED", "FAILED", "FAILED"),
        ("Order 7 [late]", "PENDING", "PENDING", "CONFIRMED"),
        ("Order 7 [late after 1500]", "PENDING", "PENDING", "CONFIRMED"),
        ("Order 7 [never]", "PENDING", "PENDING", "PENDING"),
        ("Order 7 [vip]", "PENDING", "PENDING", "FAILED"),
    ] {
        let reference = shop.create(title).await;
        assert_eq!(shop.status(&reference).await, at_once, "{title}");
        shop.sandbox.advance(60).unwrap();
        assert_eq!(shop.status(&reference).await, after_a_minute, "{title}");
        shop.sandbox.advance(3540).unwrap();
        assert_eq!(shop.status(&reference).await, after_an_hour, "{title}");
    }
}

#[tokio::test]
async fn a_wrong_amount_is_confirmed_with_what_was_really_paid() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7 [wrong-amount]").await;
    let confirmed = shop.check(&reference).await;
    assert_eq!(confirmed["status"], "CONFIRMED");
    assert_eq!(confirmed["transactionDetails"]["amount"], 2499);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_references() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let settings = Settings { seed, clock: Clock::frozen(START_MS), ..Settings::default() };
        let shop = Shop::open_with(settings).await;
        runs.push([shop.create("a").await, shop.create("b").await]);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bad_luck() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let settings = Settings { seed: 7, fault_rate_percent: 50, ..Settings::default() };
        let shop = Shop::open_with(settings).await;
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

#[tokio::test]
async fn a_key_sees_only_its_own_payments() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    let other = shop.with_key("sk_sandbox_other123");
    let unknown = other.try_check("OCPL-NOBODY-0000").await.unwrap();
    let foreign = other.try_check(&reference).await.unwrap();
    assert_eq!((foreign.status.as_u16(), unknown.status.as_u16()), (404, 404));
    assert_eq!(shop.status(&reference).await, "PENDING");
}

#[tokio::test]
async fn keys_decide_the_environment_and_magic_keys_are_refused() {
    let shop = Shop::open().await;
    for (key, sandbox) in
        [("sk_sandbox_a", true), ("sk_live_a", false), ("ea27b376-9f5c-4b09-883f-1b96cd7b541c", true)]
    {
        let shop = shop.with_key(key);
        let reference = shop.create("Order 7 [paid]").await;
        assert_eq!(shop.check(&reference).await["transactionDetails"]["isSandbox"], sandbox, "{key}");
    }
    for (key, status) in [
        ("nonsense", 401),
        ("sk_live_a_unvalidated", 403),
        ("sk_live_a_blocked", 403),
        ("sk_live_a_limited", 429),
    ] {
        let answer = shop.with_key(key).try_create("Order 7").await.unwrap();
        assert_eq!(answer.status.as_u16(), status, "{key}: {}", answer.text);
        assert_eq!(answer.json()["success"], false);
    }
    assert_eq!(shop.sandbox.payments().len(), 3);
}

#[tokio::test]
async fn a_public_url_comes_before_the_host_header() {
    let settings = Settings { public_url: Some("https://pay.example/".into()), ..Settings::default() };
    let shop = Shop::open_with(settings).await;
    let answer = shop.try_create("Order 7").await.unwrap().json();
    let url = answer["data"]["paymentUrl"].as_str().unwrap();
    assert!(url.starts_with("https://pay.example/pay/OCPL-"), "{url}");
}
