//! Every misbehaviour, as a shop gets to see it at every vendor, and what it leaves behind.

use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind, On, Status};
use serde_json::Value;

use crate::shop::Shop;
use crate::wire::{Seller, sellers};

/// Lets a misbehaviour strike the opening of a payment; answers the HTTP status (0 for a broken
/// connection) and the body, and makes sure that the payment was made or not, and that the next call
/// is fine.
async fn strike_create(seller: &Seller, kind: MisbehaviourKind, made: bool) -> (u16, String) {
    let shop = Shop::open_at(seller).await;
    shop.sandbox.inject(Misbehaviour::next(kind).on(On::Open)).expect("a fault that makes sense");
    let answer = shop.try_create("Order 7").await;
    assert_eq!(shop.sandbox.payments().len(), usize::from(made), "{kind:?}");
    assert_eq!(shop.sandbox.misbehaviours(), [], "{kind:?}");
    shop.create("Order 8").await;
    answer.map_or((0, String::new()), |answer| (answer.status.as_u16(), answer.text))
}

#[tokio::test]
async fn errors_come_without_an_effect_and_in_the_vendors_shape() {
    for seller in sellers() {
        for (kind, status) in [
            (MisbehaviourKind::Error500, 500..=500),
            (MisbehaviourKind::Error503, 503..=503),
            (MisbehaviourKind::RateLimited, 429..=429),
            (MisbehaviourKind::Unauthorised, 400..=404),
            (MisbehaviourKind::NotFound, 404..=404),
        ] {
            let (seen, body) = strike_create(&seller, kind, false).await;
            assert!(status.contains(&seen), "{} {kind:?}: {seen} {body}", seller.dialect);
            let body: Value = serde_json::from_str(&body).unwrap();
            let sentence = ["/error/message", "/description", "/message"];
            assert!(
                sentence.iter().any(|pointer| body.pointer(pointer).is_some_and(Value::is_string)),
                "{body}"
            );
        }
    }
}

#[tokio::test]
async fn connections_break_before_or_after_the_effect() {
    for seller in sellers() {
        for (kind, made) in [
            (MisbehaviourKind::CutBefore, false),
            (MisbehaviourKind::CutAfter, true),
            (MisbehaviourKind::TimeoutBefore { hold_ms: 1 }, false),
            (MisbehaviourKind::TimeoutAfter { hold_ms: 1 }, true),
        ] {
            assert_eq!(strike_create(&seller, kind, made).await, (0, String::new()), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn answers_come_late_or_spoiled_although_it_was_done() {
    for seller in sellers() {
        let (status, body) = strike_create(&seller, MisbehaviourKind::Slow { hold_ms: 1 }, true).await;
        assert!((200..300).contains(&status), "{body}");
        seller.opened(&serde_json::from_str(&body).unwrap());
        let (status, body) = strike_create(&seller, MisbehaviourKind::Html, true).await;
        assert!(status == 200 && body.starts_with("<!doctype html>"), "{body}");
        let (status, body) = strike_create(&seller, MisbehaviourKind::Empty, true).await;
        assert_eq!((status, body.as_str()), (200, ""));
        let (status, body) = strike_create(&seller, MisbehaviourKind::Truncated, true).await;
        assert!((200..300).contains(&status) && body.starts_with('{'), "{body}");
        assert!(serde_json::from_str::<Value>(&body).is_err());
    }
}

#[tokio::test]
async fn checks_lie_about_one_thing_each_and_only_where_there_is_something() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let reference = shop.create("Order 7 [paid]").await;
        let truth = shop.check(&reference).await;
        let fields = &seller.profile().response_fields;
        let all = |fields: &[&str]| fields.iter().map(|pointer| (*pointer).to_owned()).collect::<Vec<_>>();
        let details = fields.details.iter().map(|(parent, member)| format!("{parent}/{member}")).collect();
        for (kind, fields) in [
            (MisbehaviourKind::WrongAmount, all(fields.amounts)),
            (MisbehaviourKind::WrongCurrency, all(fields.currencies)),
            (MisbehaviourKind::WrongEnvironment, all(fields.environments)),
            (MisbehaviourKind::WrongReference, all(fields.references)),
            (MisbehaviourKind::UnknownStatus, all(fields.statuses)),
            (MisbehaviourKind::NoDetails, details),
        ] {
            shop.sandbox.inject(Misbehaviour::next(kind)).expect("a fault that makes sense");
            let mut struck = shop.check(&reference).await;
            let found: Vec<String> =
                fields.into_iter().filter(|pointer| truth.pointer(pointer).is_some()).collect();
            assert_eq!(shop.sandbox.misbehaviours().len(), usize::from(found.is_empty()), "{kind:?}");
            for pointer in &found {
                assert_ne!(
                    struck.pointer(pointer),
                    truth.pointer(pointer),
                    "{} {kind:?} {pointer}",
                    seller.dialect
                );
                restore(&mut struck, pointer, &truth);
            }
            assert_eq!(strip(struck), strip(truth.clone()), "{} {kind:?} changed more", seller.dialect);
            shop.sandbox.clear_misbehaviours();
        }
    }
}

/// Puts back what is at that pointer.
fn restore(struck: &mut Value, pointer: &str, truth: &Value) {
    let (parent, member) = pointer.rsplit_once('/').expect("a place");
    let parent = struck.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    parent.insert(member.to_owned(), truth.pointer(pointer).expect("a value").clone());
}

/// Without the names of requests, which differ from one to the next.
fn strip(mut answer: Value) -> Value {
    if let Some(answer) = answer.as_object_mut() {
        answer.retain(|name, _| !["meta", "api_response_id"].contains(&name.as_str()));
    }
    answer
}

#[tokio::test]
async fn a_lie_about_details_waits_until_there_are_some() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    shop.sandbox.inject(Misbehaviour::next(MisbehaviourKind::WrongAmount)).unwrap();
    assert_eq!(shop.status(&reference).await, "pending");
    assert_eq!(shop.sandbox.misbehaviours()[0].count, 1);
    shop.sandbox.act(&reference, Action::Pay).unwrap();
    assert_eq!(shop.seller.paid(&shop.check(&reference).await), 2499);
    assert_eq!(shop.sandbox.misbehaviours(), []);
}

#[tokio::test]
async fn a_fault_strikes_the_calls_it_is_meant_for_and_as_often() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let (first, second) = (shop.create("a").await, shop.create("b").await);
        let misbehaviour =
            Misbehaviour::next(MisbehaviourKind::Error503).on(On::Check).times(2).about(second.as_str());
        shop.sandbox.inject(misbehaviour).unwrap();
        shop.create("c").await;
        let mut seen = Vec::new();
        for reference in [&first, &second, &first, &second, &second] {
            seen.push(shop.try_check(reference).await.unwrap().status.as_u16());
        }
        assert_eq!(seen, [200, 503, 200, 503, 200], "{}", seller.dialect);
    }
}

#[tokio::test]
async fn a_fault_is_about_a_payment_by_the_shops_own_reference_too() {
    for seller in sellers() {
        let shop = Shop::open_at(&seller).await;
        let (sale, other) = (shop.sale("Order 7"), shop.sale("Order 8"));
        let Some(theirs) = seller.merchant_reference(&sale) else { continue };
        shop.sandbox
            .inject(Misbehaviour::next(MisbehaviourKind::CutBefore).on(On::Open).about(theirs.as_str()))
            .unwrap();
        shop.create_sale(&other).await;
        assert!(shop.send(seller.open(&sale)).await.is_err(), "{}", seller.dialect);
        let reference = shop.create_sale(&sale).await;
        shop.sandbox
            .inject(Misbehaviour::next(MisbehaviourKind::CutBefore).on(On::Check).about(theirs))
            .unwrap();
        assert!(shop.try_check(&reference).await.is_err(), "{}", seller.dialect);
    }
}

#[tokio::test]
async fn sellers_side_by_side_meet_only_their_own_faults() {
    let shop = Shop::open().await;
    let all: Vec<Seller> = sellers()
        .iter()
        .flat_map(|one| (1..9).map(|number| crate::wire::seller(one.dialect, number)))
        .collect();
    let runs: Vec<_> = all
        .into_iter()
        .enumerate()
        .map(|(index, seller)| {
            let shop = shop.with(&seller);
            tokio::spawn(async move {
                let struck = index % 2 == 0;
                if struck {
                    let misbehaviour = Misbehaviour::next(MisbehaviourKind::Error503)
                        .at(seller.dialect)
                        .with_key(&*seller.key);
                    shop.sandbox.inject(misbehaviour.times(3)).unwrap();
                }
                for round in 0..6 {
                    let status = shop.try_create("Order 7").await.unwrap().status.as_u16();
                    assert_eq!(status == 503, struck && round < 3, "{} {index} {round}", seller.dialect);
                }
            })
        })
        .collect();
    for run in runs {
        run.await.unwrap();
    }
    assert_eq!(shop.sandbox.misbehaviours(), []);
}

#[tokio::test]
async fn the_bank_confirms_late_when_it_is_told_to() {
    let shop = Shop::open().await;
    let reference = shop.create("Order 7").await;
    shop.sandbox.inject(Misbehaviour::next(MisbehaviourKind::ConfirmLate { seconds: 90 })).unwrap();
    assert_eq!(shop.status(&reference).await, "pending");
    assert_eq!(shop.sandbox.act(&reference, Action::Pay).unwrap().status, Status::Confirming);
    shop.sandbox.advance(89).unwrap();
    assert_eq!(shop.status(&reference).await, "pending");
    shop.sandbox.advance(1).unwrap();
    assert_eq!(shop.status(&reference).await, "paid");
}

#[tokio::test]
async fn faults_that_make_no_sense_are_refused() {
    let shop = Shop::open().await;
    for misbehaviour in [
        Misbehaviour::next(MisbehaviourKind::Html).times(0),
        Misbehaviour::next(MisbehaviourKind::Slow { hold_ms: 600_001 }),
        Misbehaviour::next(MisbehaviourKind::ConfirmLate { seconds: 1 }).on(On::Open),
        Misbehaviour::next(MisbehaviourKind::DropNotification).on(On::Check),
        Misbehaviour::next(MisbehaviourKind::LateNotification { seconds: u64::MAX }),
        Misbehaviour::next(MisbehaviourKind::Html).at("nowhere"),
    ] {
        assert_eq!(
            shop.sandbox.inject(misbehaviour.clone()).unwrap_err().code(),
            "invalid",
            "{misbehaviour:?}"
        );
    }
    for _ in 0..1000 {
        shop.sandbox.inject(Misbehaviour::next(MisbehaviourKind::Html)).unwrap();
    }
    assert!(shop.sandbox.inject(Misbehaviour::next(MisbehaviourKind::Html)).is_err());
}
