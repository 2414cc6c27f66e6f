//! What must hold once the server is mended: a request made again after a fall-over opens nothing more,
//! and money that is held is never told as no money.

use guichet_core::Environment;
use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind, On};
use serde_json::{Value, json};

use super::client::{Client, Seat, Word};
use super::market::{Account, Market, at, key};
use crate::support::call::text;

/// The one route: to either account, the first one first.
fn both() -> [Value; 1] {
    [json!({ "accounts": ["first", "second"] })]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_made_again_after_a_fall_over_keeps_its_link() {
    let account = |name, gateway| Account { name, ..at(gateway) };
    let accounts = [account("first", "cinetpay"), account("second", "novasend")];
    let market = Market::open("again", &accounts, &both()).await;
    let fault = Misbehaviour::next(MisbehaviourKind::Unauthorised).on(On::Open).with_key(key(&accounts[0]));
    market.server.sandbox.inject(fault).expect("a fault");
    let body = json!({
        "reference": "basket-1", "amount": 2_500, "currency": "XOF", "gateway": "auto",
        "payer": { "phone": "+2250702968786", "country": "CI" },
    });
    let first = market.native.post("/v1/orders", &body).await.expect(201).json();
    let payments = format!("/v1/orders/{}/payments", text(&first, "/id"));
    // The account that failed would open one now; but the link at the other one can still be paid.
    for (path, body, status) in
        [("/v1/orders", &body, 200), (payments.as_str(), &json!({ "gateway": "auto" }), 201)]
    {
        let again: Value = market.native.post(path, body).await.expect(status).json();
        assert_eq!(again["payment_url"], first["payment_url"], "{path}");
        assert_eq!(market.gateways.openings().len(), 2, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_is_held_is_never_told_as_no_money() {
    for (client, gateway, told) in [
        (Client::OcPay, "ocpay", &[][..]),
        (Client::CinetPay, "cinetpay", &[Word::Processing, Word::Expired]),
        (Client::Novasend, "cinetpay", &[Word::Expired]),
    ] {
        let market = Market::through(gateway).await;
        let seat = Seat::take(&market, client).await;
        let opened = seat.open("basket-1").await.expect("it is opened");
        let newest = market.at_gateway()[0].reference.clone();
        market.server.sandbox.act(&newest, Action::PayOther).expect("another amount is paid");
        market.pass_s(31).await;
        seat.hears(&opened, Word::Processing, None).await;
        market.pass_s(client.expires_in_s() + 60).await;
        let order = market.order(&opened.reference).await;
        assert_eq!((&order["status"], &order["needs_you"]), (&json!("expired"), &json!(true)));
        seat.hears(&opened, Word::Processing, None).await;
        let merchant = market.server.caller(super::market::MERCHANT, Environment::Test).await;
        let (id, payment) = (text(&order, "/id"), text(&order, "/payments/0/id"));
        let resolve = json!({ "payment": payment, "resolution": "dismiss" });
        let resolved = merchant.post(&format!("/v1/orders/{id}/resolve"), &resolve).await;
        assert_eq!(resolved.status, 200, "{}", resolved.text());
        market.pass_s(6).await;
        seat.hears(&opened, Word::Expired, None).await;
        let told: Vec<_> = told.iter().filter_map(|word| client.told(*word)).collect();
        if !told.is_empty() {
            assert_eq!(seat.was_told(&market, &opened), told);
        }
    }
}
