//! A gateway that is down: its circuit breaker, what operators see of it, and what becomes of a sale
//! while every gateway is down.

use guichet_core::Environment;
use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind, On};
use guichet_server::Clock;
use serde_json::json;

use super::client::{Client, Seat, Word};
use super::market::{Account, MERCHANT, Market, at};
use crate::support::call::{Caller, text};
use crate::support::program::{ServerProcess, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{self, Merchant, ShopFile};
use crate::support::test_server::acquirer;

/// What the doctor says of an account at which nothing is wrong.
const WELL: &str = "good   gateway        card (OCPay) is well; at most 10 checks a second";

#[tokio::test(flavor = "multi_thread")]
async fn a_breaker_opens_is_shown_and_closes() {
    let (sandbox, sandbox_url) = acquirer(&Clock::default()).await;
    let directory = scratch("breaker");
    let card = shop_file::Account::at("ocpay", "card", Environment::Test).usual_url(&sandbox_url);
    let card = card.secret(json!({ "access_token": "sk_sandbox_card" }));
    ShopFile::from(Merchant::named(MERCHANT).account(card)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", MERCHANT]);
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    let order = async |number: usize| {
        let body = json!({
            "reference": format!("basket-{number}"), "amount": 250_000, "currency": "DZD", "gateway": "ocpay",
        });
        shop.order(&body).await
    };
    let breaker = async || {
        let metrics = shop.get(&server.metrics_url).await.expect(200).text();
        let line = metrics.lines().find(|line| line.starts_with("guichet_gateway_breaker_open{"));
        line.and_then(|line| line.rsplit_once(' ')).map(|(_, value)| value.to_owned())
    };
    let doctor = || {
        let output = run(&directory, &["doctor"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text.lines().find(|line| line.contains("gateway  ")).map(str::to_owned))
    };

    let good = order(0).await;
    assert_eq!(good["payments"][0]["status"], "open");
    assert_eq!((breaker().await.as_deref(), doctor()), (Some("0"), (true, Some(WELL.to_owned()))));
    sandbox.inject(Misbehaviour::next(MisbehaviourKind::Error503).on(On::Open).times(5)).expect("a fault");
    for number in 1..=5 {
        assert_eq!(breaker().await.as_deref(), Some("0"), "not before order {number}");
        assert_eq!(order(number).await["payments"][0]["status"], "unknown");
    }
    assert_eq!(breaker().await.as_deref(), Some("1"));
    let (well, line) = doctor();
    let line = line.expect("a line about the gateway");
    assert!(
        !well && line.starts_with("WRONG") && line.contains("card (OCPay) has been in trouble"),
        "{line}"
    );
    // The gateway is well again, but nobody knows; so nothing is tried.
    let turned_away = order(6).await;
    assert_eq!(turned_away["payments"][0]["failure"]["code"], "not_sent");
    assert_eq!(sandbox.payments().len(), 1);
    let id = text(&good, "/id");
    shop.press(&format!("/v1/orders/{id}/check")).await.expect(200);
    assert_eq!((breaker().await.as_deref(), doctor()), (Some("0"), (true, Some(WELL.to_owned()))));
    assert_eq!(order(7).await["payments"][0]["status"], "open");
}

/// A client whose only gateway is down, after so many troubles before.
async fn sold_all_the_same(client: Client, gateway: &'static str, troubles: usize) {
    let accounts = [Account { there: false, ..at(gateway) }];
    let mut market = Market::open("all-down", &accounts, &[]).await;
    let seat = Seat::take(&market, client).await;
    for number in 0..troubles {
        seat.open(&format!("before-{number}")).await.expect("it is opened");
    }
    let opened = seat.open("basket-1").await.expect("it is opened all the same");
    let checkout_url = format!("{}/checkout/", market.server.base_url);
    assert!(opened.link.starts_with(&checkout_url), "{}", opened.link);
    seat.hears(&opened, Word::Open, None).await;
    let tried = market.choose(&opened.link, gateway).await.expect(200);
    assert!(tried.text().contains("role=\"alert\""), "the customer is told");
    assert!(market.gateways.calls().is_empty() && market.inbox.letters().is_empty());

    market.comes_back(gateway).await;
    market.pass_s(60).await;
    seat.hears(&opened, Word::Open, None).await;
    let led = market.choose(&opened.link, gateway).await.expect(303);
    let page = led.header("location").to_owned();
    assert!(page.starts_with(&market.gateways.url), "{page}");
    let newest = market.at_gateway()[0].reference.clone();
    market.server.sandbox.act(&newest, Action::Pay).expect("the customer pays");
    market.pass_s(31).await;
    assert_eq!(market.order(&opened.reference).await["status"], "paid");
    seat.hears(&opened, Word::Paid, (gateway == "novasend").then_some(50)).await;
    assert_eq!(market.gateways.openings().len(), 1);
    if let Some(paid) = client.told(Word::Paid) {
        assert_eq!(seat.was_told(&market, &opened), [paid]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_outlives_the_gateways_trouble() {
    for troubles in [0, 6] {
        sold_all_the_same(Client::OcPay, "ocpay", troubles).await;
        sold_all_the_same(Client::CinetPay, "cinetpay", troubles).await;
        sold_all_the_same(Client::CinetPay, "novasend", troubles).await;
        sold_all_the_same(Client::Novasend, "cinetpay", troubles).await;
        sold_all_the_same(Client::NativeXof, "novasend", troubles).await;
    }
}
