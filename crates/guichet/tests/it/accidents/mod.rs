//! Accidents that happened to systems like this one, replayed: each test is named after what went
//! wrong elsewhere, and shows that it goes well here.

mod paying;
mod telling;
mod time;

use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind, On};
use serde_json::{Value, json};

use crate::support::call::text;
use crate::support::card_shop::CardShop;

/// Something goes wrong at the next so many calls of that kind.
fn inject(shop: &CardShop, kind: MisbehaviourKind, on: On, times: u32) {
    shop.server
        .sandbox
        .inject(Misbehaviour::next(kind).on(on).times(times))
        .expect("a fault that makes sense");
}

/// The customer acts on one of an order's payments.
fn act(shop: &CardShop, order: &Value, place: usize, action: Action) {
    let reference = text(order, &format!("/payments/{place}/reference"));
    shop.server.sandbox.act(&reference, action).expect("the link is open");
}

/// Opens a payment of an order at an account.
async fn pay_with(shop: &CardShop, order: &Value, account: &str) -> Value {
    let path = format!("/v1/orders/{}/payments", text(order, "/id"));
    shop.caller.post(&path, &json!({ "account": account })).await.expect(201).json()
}
