//! Every fault, as a shop gets to see it, and what it leaves behind.

use guichet_sandbox::{Action, Fault, FaultKind, On, Status};

use crate::shop::Shop;

/// Lets a fault strike createLink; answers the HTTP status (0 for a broken connection) and the
/// body, and makes sure that the payment was made or not, and that the next call is fine.
async fn strike_create(kind: FaultKind, made: bool) -> (u16, String) {
    let shop = Shop::open().await;
    shop.sandbox.inject(Fault::next(kind).on(On::CreateLink)).expect("a fault that makes sense");
    let answer = shop.try_create("Order 7").await;
    assert_eq!(shop.sandbox.payments().len(), usize::from(made), "{kind:?}");
    assert_eq!(shop.sandbox.faults(), [], "{kind:?}");
    shop.create("Order 8").await;
    answer.map_or((0, String::new()), |answer| (answer.status.as_u16(), answer.text))
}

/// Lets a fault strike the check of a paid payment; answers the `data`, and makes sure that the
/// next check is true.
async fn strike_check(kind: FaultKind) -> serde_json::Value {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7 [paid]").await;
    shop.sandbox.inject(Fault::next(kind)).expect("a fault that makes sense");
    let struck = shop.check(&reference).await;
    assert_eq!(shop.sandbox.faults(), [], "{kind:?}");
    assert_eq!(shop.check(&reference).await["transactionDetails"]["amount"], 2500);
    struck
}

#[tokio::test]
async fn errors_come_without_an_effect_and_in_the_vendors_shape() {
    for (kind, status) in [
        (FaultKind::Error500, 500),
        (FaultKind::Error503, 503),
        (FaultKind::RateLimited, 429),
        (FaultKind::Unauthorised, 401),
        (FaultKind::NotFound, 404),
    ] {
        let (seen, body) = strike_create(kind, false).await;
        assert_eq!(seen, status, "{kind:?}: {body}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["success"], false, "{kind:?}");
        assert!(body["error"]["message"].is_string(), "{kind:?}");
    }
}

#[tokio::test]
async fn connections_break_before_or_after_the_effect() {
    for (kind, made) in [
        (FaultKind::CutBefore, false),
        (FaultKind::CutAfter, true),
        (FaultKind::TimeoutBefore { hold_ms: 1 }, false),
        (FaultKind::TimeoutAfter { hold_ms: 1 }, true),
    ] {
        assert_eq!(strike_create(kind, made).await, (0, String::new()), "{kind:?}");
    }
}

#[tokio::test]
async fn answers_come_late_or_spoiled_although_it_was_done() {
    let (status, body) = strike_create(FaultKind::Slow { hold_ms: 1 }, true).await;
    assert!((200..300).contains(&status) && body.contains("paymentRef"), "{body}");
    let (status, body) = strike_create(FaultKind::Html, true).await;
    assert!(status == 200 && body.starts_with("<!doctype html>"), "{body}");
    let (status, body) = strike_create(FaultKind::Empty, true).await;
    assert_eq!((status, body.as_str()), (200, ""));
    let (status, body) = strike_create(FaultKind::Truncated, true).await;
    assert!((200..300).contains(&status) && body.starts_with('{'), "{body}");
    assert!(serde_json::from_str::<serde_json::Value>(&body).is_err());
}

#[tokio::test]
async fn checks_lie_about_one_thing_each() {
    let data = strike_check(FaultKind::WrongAmount).await;
    assert_eq!(data["transactionDetails"]["amount"], 2499);
    let data = strike_check(FaultKind::WrongCurrency).await;
    assert_eq!(data["transactionDetails"]["currency"], "EUR");
    let data = strike_check(FaultKind::WrongEnvironment).await;
    assert_eq!(data["transactionDetails"]["isSandbox"], false);
    let data = strike_check(FaultKind::WrongReference).await;
    assert_eq!(data["paymentRef"], "OCPL-WRONG0-0000");
    let data = strike_check(FaultKind::UnknownStatus).await;
    assert_eq!(data["status"], "ON_HOLD");
    let data = strike_check(FaultKind::NoDetails).await;
    assert_eq!((&data["status"], data.get("transactionDetails")), (&"CONFIRMED".into(), None));
}

#[tokio::test]
async fn a_lie_about_details_waits_until_there_are_some() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    shop.sandbox.inject(Fault::next(FaultKind::WrongAmount)).unwrap();
    assert_eq!(shop.status(&reference).await, "PENDING");
    assert_eq!(shop.sandbox.faults()[0].count, 1);
    shop.sandbox.act(&reference, Action::Pay).unwrap();
    assert_eq!(shop.check(&reference).await["transactionDetails"]["amount"], 2499);
    assert_eq!(shop.sandbox.faults(), []);
}

#[tokio::test]
async fn a_fault_strikes_the_calls_it_is_meant_for_and_as_often() {
    let shop = Shop::open().await;
    let (first, second) = (shop.create("a").await, shop.create("b").await);
    let fault = Fault::next(FaultKind::Error503).on(On::CheckPayment).times(2).about(second.as_str());
    shop.sandbox.inject(fault).unwrap();
    shop.create("c").await;
    let mut seen = Vec::new();
    for reference in [&first, &second, &first, &second, &second] {
        seen.push(shop.try_check(reference).await.unwrap().status.as_u16());
    }
    assert_eq!(seen, [200, 503, 200, 503, 200]);
}

#[tokio::test]
async fn the_bank_confirms_late_when_it_is_told_to() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    shop.sandbox.inject(Fault::next(FaultKind::ConfirmLate { seconds: 90 })).unwrap();
    assert_eq!(shop.status(&reference).await, "PENDING");
    assert_eq!(shop.sandbox.act(&reference, Action::Pay).unwrap().status, Status::Confirming);
    shop.sandbox.advance(89).unwrap();
    assert_eq!(shop.status(&reference).await, "PENDING");
    shop.sandbox.advance(1).unwrap();
    assert_eq!(shop.status(&reference).await, "CONFIRMED");
}

#[tokio::test]
async fn faults_that_make_no_sense_are_refused() {
    let shop = Shop::open().await;
    for (fault, code) in [
        (Fault::next(FaultKind::Html).times(0), "invalid"),
        (Fault::next(FaultKind::Slow { hold_ms: 600_001 }), "invalid"),
        (Fault::next(FaultKind::ConfirmLate { seconds: 1 }).on(On::CreateLink), "invalid"),
        (Fault::next(FaultKind::Html).on(On::CreateLink).about("OCPL-A1B2C3-D4E5"), "invalid"),
    ] {
        assert_eq!(shop.sandbox.inject(fault.clone()).unwrap_err().code(), code, "{fault:?}");
    }
    for _ in 0..100 {
        shop.sandbox.inject(Fault::next(FaultKind::Html)).unwrap();
    }
    assert!(shop.sandbox.inject(Fault::next(FaultKind::Html)).is_err());
}
