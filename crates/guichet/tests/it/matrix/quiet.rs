//! A server that is quiet, as vendors' clients see it: their vendor's word for a service that is away, no notification, and
//! no call to a gateway but checks; and the notification, once, when it is quiet no more.

use guichet_sandbox::Action;

use super::client::{Client, Seat, Word};
use super::market::Market;

#[tokio::test(flavor = "multi_thread")]
async fn a_vendors_client_hears_of_a_copy_what_its_vendor_would_say() {
    for (client, gateway, refused) in [
        (Client::NativeDzd, "ocpay", "server_is_quiet"),
        (Client::OcPay, "ocpay", "SERVICE_UNAVAILABLE"),
        (Client::CinetPay, "cinetpay", "603"),
        (Client::Novasend, "cinetpay", "service_unavailable"),
    ] {
        let market = Market::through(gateway).await;
        let seat = Seat::take(&market, client).await;
        let opened = seat.open("basket-1").await.expect("it is opened");
        market.pass_s(1).await;
        market.server.command(&["copy", "mark"]);
        market.server.settle().await;
        let told = market.inbox.letters().len();
        let newest = market.at_gateway()[0].reference.clone();
        market.server.sandbox.act(&newest, Action::Pay).expect("it is paid");
        market.pass_s(60).await;
        assert_eq!(market.order(&opened.reference).await["status"], "paid", "{client:?}: checks go on");
        let refusal = seat.open("basket-2").await.expect_err("nothing is opened");
        assert_eq!((refusal.status, &*refusal.code), (503, refused), "{client:?}: {}", refusal.said);
        market.pass_s(600).await;
        assert_eq!(market.gateways.openings().len(), 1, "{client:?}");
        assert_eq!(market.inbox.letters().len(), told, "{client:?}: it is told nothing");
        market.server.command(&["copy", "lift", "--yes"]);
        market.pass_s(1).await;
        if let Some(paid) = client.told(Word::Paid) {
            let told = seat.was_told(&market, &opened);
            assert_eq!(told.last().map(String::as_str), Some(paid), "{client:?}: {told:?}");
            let count = market.inbox.letters().len();
            market.pass_s(600).await;
            assert_eq!(market.inbox.letters().len(), count, "{client:?}: once");
        }
    }
}
