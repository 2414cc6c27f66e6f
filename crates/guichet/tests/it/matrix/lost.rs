//! An answer to opening that was lost: what the customer may do then, and what becomes of money that
//! comes under it.

use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind, On};

use super::client::{Client, Opened, Seat};
use super::market::Market;

/// An order whose gateway's answer to opening was lost.
struct Lost {
    market: Market,
    gateway: &'static str,
    opened: Opened,
}

impl Lost {
    async fn open(client: Client, gateway: &'static str, kind: MisbehaviourKind) -> Lost {
        let market = Market::through(gateway).await;
        market.server.sandbox.inject(Misbehaviour::next(kind).on(On::Open)).expect("a fault");
        let opened = Seat::take(&market, client).await.open("basket-1").await.expect("it is opened");
        Lost { market, gateway, opened }
    }

    /// The customer presses the button; the status of what comes, 303 when led to a gateway's page.
    async fn choose(&self) -> u16 {
        self.market.choose(&self.opened.link, self.gateway).await.status
    }

    /// Does something with a payment at the gateway, the oldest being 0.
    fn act(&self, oldest: usize, action: Action) {
        let payments = self.market.at_gateway();
        let payment = &payments[payments.len() - 1 - oldest];
        self.market.server.sandbox.act(&payment.reference, action).expect("somebody can");
    }

    async fn status(&self) -> (String, bool) {
        let order = self.market.order(&self.opened.reference).await;
        let settled = self.market.events(&order, "order.paid").await;
        let status = order["status"].as_str().expect("a status").to_owned();
        assert_eq!(settled, usize::from(status == "paid"));
        (status, order["needs_you"] == true)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_under_a_lost_answer_is_found() {
    for (client, gateway, within_s) in [
        (Client::NativeXof, "cinetpay", 6),
        (Client::CinetPay, "cinetpay", 6),
        (Client::NativeXof, "novasend", 62),
        (Client::Novasend, "novasend", 62),
    ] {
        let lost = Lost::open(client, gateway, MisbehaviourKind::CutAfter).await;
        lost.act(0, Action::Pay);
        lost.market.pass_s(within_s).await;
        lost.market.pass_s(within_s).await;
        assert_eq!(lost.status().await, ("paid".to_owned(), false), "{client:?} {gateway}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_under_both_is_settled_once_and_held_once() {
    for gateway_pays_first in [0, 1] {
        let lost = Lost::open(Client::CinetPay, "cinetpay", MisbehaviourKind::CutAfter).await;
        lost.market.pass_s(31).await;
        assert_eq!(lost.choose().await, 303);
        lost.act(gateway_pays_first, Action::Pay);
        lost.market.pass_s(6).await;
        assert_eq!(lost.status().await, ("paid".to_owned(), false));
        lost.act(1 - gateway_pays_first, Action::Pay);
        lost.market.pass_s(6).await;
        assert_eq!(lost.status().await, ("paid".to_owned(), true));
    }
}

/// Where the call never took effect the customer can pay within a minute. OCPay is never asked, CinetPay
/// knows of nothing, and Novasend opens it this time.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_effect_costs_no_sale() {
    for (client, gateway) in [
        (Client::OcPay, "ocpay"),
        (Client::Novasend, "novasend"),
        (Client::NativeXof, "cinetpay"),
        (Client::CinetPay, "cinetpay"),
    ] {
        for kind in [MisbehaviourKind::CutBefore, MisbehaviourKind::Error500] {
            let lost = Lost::open(client, gateway, kind).await;
            lost.market.pass_s(31).await;
            lost.market.pass_s(31).await;
            assert_eq!(lost.choose().await, 303, "{client:?} {gateway} {kind:?}");
            assert_eq!(lost.market.at_gateway().len(), 1);
            lost.act(0, Action::Pay);
            lost.market.pass_s(31).await;
            assert_eq!(lost.status().await, ("paid".to_owned(), false), "{client:?} {gateway} {kind:?}");
        }
    }
}
