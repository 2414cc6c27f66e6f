//! Gateways whose answers cannot be understood: the order is neither paid nor failed by them, a person is asked in good
//! time, and what becomes clear settles itself.

use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind, On};
use serde_json::json;

use super::client::{Client, Opened, Seat};
use super::market::Market;
use crate::support::call::text;

fn arm(market: &Market, kind: MisbehaviourKind) {
    let fault = Misbehaviour::next(kind).on(On::Check).times(100_000);
    market.server.sandbox.inject(fault).expect("a fault");
}

fn pay(market: &Market) {
    let newest = market.at_gateway()[0].reference.clone();
    market.server.sandbox.act(&newest, Action::Pay).expect("the customer pays");
}

/// The order's status, whether it needs a person, and how often one was called.
async fn stands(market: &Market, opened: &Opened) -> (String, bool, usize) {
    let order = market.order(&opened.reference).await;
    let called = market.events(&order, "order.needs_you").await;
    (text(&order, "/status"), order["needs_you"].as_bool().expect("a word"), called)
}

fn is(status: &str, needs_you: bool, called: usize) -> (String, bool, usize) {
    (status.to_owned(), needs_you, called)
}

/// Generation B of Novasend's answers has no transaction: an account that is not declared to get it does not
/// understand them, says so to a person, and understands them as soon as it is.
#[tokio::test(flavor = "multi_thread")]
async fn novasends_newer_answers_settle_where_they_are_declared_and_are_asked_about_elsewhere() {
    let mut market = Market::through("novasend").await;
    let seat = Seat::take(&market, Client::NativeXof).await;
    let opened = seat.open("basket-1").await.expect("it is opened");
    arm(&market, MisbehaviourKind::NoDetails);
    pay(&market);
    market.pass_s(31).await;
    assert_eq!(stands(&market, &opened).await, is("pending", false, 0), "once may be a slip");
    for _ in 0..7 {
        market.pass_s(31).await;
    }
    assert_eq!(stands(&market, &opened).await, is("pending", true, 1));
    let order = market.order(&opened.reference).await;
    assert_eq!(order["held"][0]["kind"], "undecided");
    assert_eq!(order["payments"][0]["status"], "open", "neither paid nor failed");
    let needing = market.native.get("/v1/orders?needs_you=true").await.expect(200).json();
    assert_eq!(needing["data"][0]["reference"], json!(opened.reference), "{needing}");

    market.set_options("novasend", json!({ "generation": "b" })).await;
    market.pass_s(61).await;
    assert_eq!(stands(&market, &opened).await, is("paid", false, 1));

    let second = seat.open("basket-2").await.expect("it is opened");
    pay(&market);
    market.pass_s(31).await;
    assert_eq!(stands(&market, &second).await, is("paid", false, 0), "from now on at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_stay_unreadable_reach_a_person_at_every_gateway() {
    for (client, gateway, kind) in [
        (Client::NativeDzd, "ocpay", MisbehaviourKind::UnknownStatus),
        (Client::NativeXof, "cinetpay", MisbehaviourKind::UnknownStatus),
        (Client::NativeXof, "novasend", MisbehaviourKind::UnknownStatus),
        (Client::NativeXof, "cinetpay", MisbehaviourKind::Html),
        (Client::NativeXof, "novasend", MisbehaviourKind::Unauthorised),
    ] {
        let market = Market::through(gateway).await;
        let seat = Seat::take(&market, client).await;
        let opened = seat.open("basket-1").await.expect("it is opened");
        arm(&market, kind);
        for _ in 0..8 {
            market.pass_s(31).await;
        }
        assert_eq!(stands(&market, &opened).await, is("pending", true, 1), "{gateway} {kind:?}");
        market.server.sandbox.clear_misbehaviours();
        market.pass_s(31).await;
        assert_eq!(stands(&market, &opened).await, is("pending", false, 1), "it says again how it stands");
        pay(&market);
        market.pass_s(61).await;
        assert_eq!(stands(&market, &opened).await, is("paid", false, 1), "{gateway} {kind:?}");
    }
}

/// A gateway that is down is waited for: nothing is unclear about it.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_down_calls_nobody() {
    for kind in [MisbehaviourKind::Error503, MisbehaviourKind::CutBefore, MisbehaviourKind::RateLimited] {
        let market = Market::through("cinetpay").await;
        let seat = Seat::take(&market, Client::NativeXof).await;
        let opened = seat.open("basket-1").await.expect("it is opened");
        arm(&market, kind);
        for _ in 0..20 {
            market.pass_s(31).await;
        }
        assert_eq!(stands(&market, &opened).await, is("pending", false, 0), "{kind:?}");
    }
}

/// Whoever's client made the order is not told that it is over while nobody knows.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_unclear_is_told_as_being_worked_even_after_the_order_expired() {
    let market = Market::through("novasend").await;
    let seat = Seat::take(&market, Client::Novasend).await;
    let opened = seat.open("basket-1").await.expect("it is opened");
    arm(&market, MisbehaviourKind::NoDetails);
    pay(&market);
    for _ in 0..40 {
        market.pass_s(31).await;
    }
    assert_eq!(stands(&market, &opened).await, is("expired", true, 1));
    let answer = seat.asks(&opened).await;
    assert_eq!(
        (&answer["status"], &answer["transaction"]["status"]),
        (&json!("processing"), &json!("pending"))
    );
    assert!(market.inbox.letters().is_empty(), "nothing is decided");
}
