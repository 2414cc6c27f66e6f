//! What a vendor's client was told is over stays over, whatever the shop's own server sends about it.

use serde_json::{Value, json};

use super::client::{Client, Seat};
use super::market::Market;
use crate::support::call::text;

const DAY_S: i64 = 24 * 3600;

/// A vendor's client was told that its order is over, and stays told: whatever the shop sends under its name.
#[tokio::test(flavor = "multi_thread")]
async fn a_vendors_order_stays_over() {
    for (client, gateway) in
        [(Client::CinetPay, "cinetpay"), (Client::Novasend, "novasend"), (Client::OcPay, "ocpay")]
    {
        let market = Market::through(gateway).await;
        let seat = Seat::take(&market, client).await;
        seat.open("theirs").await.expect("it is opened");
        market.pass_s(client.expires_in_s() + 2 * DAY_S).await;
        let orders = market.native.get("/v1/orders").await.expect(200).json();
        let closed = orders["data"][0].clone();
        let (id, reference) = (text(&closed, "/id"), text(&closed, "/reference"));
        assert_eq!(closed["status"], "expired", "{}", client.title());
        let native = json!({ "reference": reference, "amount": 500_000, "currency": "DZD" });
        let (path, body): (String, Value) = (format!("/v1/orders/{id}/reopen"), json!({}));
        let refused = market.native.post(&path, &body).await.expect(409).json();
        assert_eq!(refused["code"], "client_was_told", "{}", client.title());
        let payment = json!({ "gateway": gateway });
        let refused =
            market.native.post(&format!("/v1/orders/{id}/payments"), &payment).await.expect(409).json();
        assert_eq!(refused["code"], "client_was_told", "{}", client.title());
        if gateway == "ocpay" {
            let refused = market.native.post("/v1/orders", &native).await.expect(409).json();
            assert_eq!(refused["code"], "reference_taken");
        }
        let now = market.native.get(&format!("/v1/orders/{id}")).await.expect(200).json();
        assert_eq!(
            (&now["status"], &now["version"]),
            (&closed["status"], &closed["version"]),
            "{}",
            client.title()
        );
    }
}
