//! A vendor's client that sends its request again, at once or later: one order, one payment, and the
//! vendor's answer to a repetition.

use guichet_sandbox::Action;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::client::{Client, Seat};
use super::market::Market;
use crate::support::call::{Answer, Caller, text};

const TWINS: usize = 16;

/// The request of a client, ready to be sent as often as one likes.
#[derive(Clone)]
struct Letter {
    caller: Caller,
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Value,
}

impl Letter {
    fn novasend(market: &Market, seat: &Seat) -> Letter {
        let key = "ef76fb64-af0b-4c37-8729-bf61d85721fd".to_owned();
        Letter {
            caller: market.anybody.clone(),
            path: "/v1/payin/sessions",
            headers: vec![("authorization", seat.basic()), ("x-idempotency-key", key)],
            body: json!({
                "reference": "basket-1", "accountId": "merchant_9923lkdz", "amount": 300,
                "msisdn": "+2250702968786", "customerName": "John Doe", "country": "CI",
            }),
        }
    }

    fn cinetpay(market: &Market, seat: &Seat) -> Letter {
        Letter {
            caller: market.anybody.clone(),
            path: "/v2/payment",
            headers: Vec::new(),
            body: json!({
                "amount": 2500, "apikey": seat.part("apikey"), "site_id": seat.part("site_id"),
                "currency": "XOF", "transaction_id": "basket-1", "description": "TRANSACTION DESCRIPTION",
                "return_url": "https://www.exemple.com/return", "notify_url": market.inbox.url,
            }),
        }
    }

    async fn send(&self) -> Answer {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.caller.send("POST", self.path, &headers, self.body.to_string().into_bytes()).await
    }

    /// The answers to so many of them sent at once: those that succeeded, and the codes of the others.
    async fn at_once(&self) -> (Vec<Answer>, Vec<String>) {
        let mut sending = JoinSet::new();
        for _ in 0..TWINS {
            let letter = self.clone();
            sending.spawn(async move { letter.send().await });
        }
        let (good, bad): (Vec<_>, Vec<_>) =
            sending.join_all().await.into_iter().partition(|answer| answer.status < 300);
        (good, bad.iter().map(|answer| text(&answer.json(), "/code")).collect())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payin_that_is_asked_for_again_is_the_same_payin() {
    for gateway in ["novasend", "cinetpay"] {
        let market = Market::through(gateway).await;
        let seat = Seat::take(&market, Client::Novasend).await;
        let letter = Letter::novasend(&market, &seat);
        let (good, bad) = letter.at_once().await;
        assert!(bad.iter().all(|code| code == "request_in_progress"), "{bad:?}");
        let first = good.first().expect("one of them succeeds").clone();
        assert_eq!(market.gateways.openings().len(), 1);
        for again in good.into_iter().chain([letter.send().await]) {
            assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
        }
        let mut other = letter.clone();
        other.body["amount"] = json!(305);
        assert_eq!(text(&other.send().await.expect(422).json(), "/code"), "idempotency_key_reused");
        other.headers[1].1 = "00000000-0000-4000-8000-000000000001".to_owned();
        assert_eq!(text(&other.send().await.expect(409).json(), "/code"), "transaction_already_exists");

        let newest = market.at_gateway()[0].reference.clone();
        market.server.sandbox.act(&newest, Action::Pay).expect("the customer pays");
        market.pass_s(6).await;
        assert_eq!(market.order("basket-1").await["status"], "paid");
        let again = letter.send().await;
        assert_eq!(
            (again.status, text(&again.json(), "/reference")),
            (201, text(&first.json(), "/reference"))
        );
        assert_eq!(market.gateways.openings().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_id_is_used_once() {
    let market = Market::through("cinetpay").await;
    let seat = Seat::take(&market, Client::CinetPay).await;
    let letter = Letter::cinetpay(&market, &seat);
    let (good, bad) = letter.at_once().await;
    assert_eq!((good.len(), bad), (1, vec!["620".to_owned(); TWINS - 1]));
    assert_eq!(text(&letter.send().await.expect(400).json(), "/code"), "620");
    assert_eq!(market.gateways.openings().len(), 1);
}
