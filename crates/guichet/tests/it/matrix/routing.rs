//! Routes: which account an order goes to, and when the next one is tried: only when the one before
//! it certainly opened nothing, never while an answer is unknown.

use guichet_sandbox::{Misbehaviour, MisbehaviourKind, On};
use serde_json::{Value, json};

use super::client::{Client, Seat};
use super::market::{Account, Market, at, key};
use crate::support::call::text;

fn routes() -> [Value; 4] {
    [
        json!({
            "currencies": ["XOF"], "countries": ["CI", "SN"], "most_amount": 100_000, "accounts": ["mobile"],
        }),
        json!({ "currencies": ["XOF"], "least_amount": 1_000_000, "accounts": ["large"] }),
        json!({ "currencies": ["XOF", "XAF"], "accounts": ["west"] }),
        json!({ "currencies": ["DZD"], "accounts": ["dinars"] }),
    ]
}

fn account(name: &'static str, gateway: &'static str) -> Account {
    Account { name, ..at(gateway) }
}

fn order(reference: &str, currency: &str, country: Option<&str>, amount: i64) -> Value {
    let phone = match country {
        Some("SN") => "+221770000000",
        Some("CM") => "+237670000000",
        Some(_) | None => "+2250702968786",
    };
    json!({
        "reference": reference, "amount": amount, "currency": currency, "gateway": "auto",
        "payer": { "phone": phone, "country": country },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_route_that_fits_decides() {
    let accounts = [
        account("mobile", "novasend"),
        account("large", "cinetpay"),
        account("west", "cinetpay"),
        account("dinars", "ocpay"),
    ];
    let market = Market::open("routes", &accounts, &routes()).await;
    /// Currency, country, amount in minor units, and the account or the refusal.
    type Row = (&'static str, Option<&'static str>, i64, Result<&'static str, &'static str>);
    let table: [Row; 14] = [
        ("XOF", Some("CI"), 2_500, Ok("mobile")),
        ("XOF", Some("SN"), 2_500, Ok("mobile")),
        ("XOF", Some("CI"), 100_000, Ok("mobile")),
        ("XOF", Some("CI"), 101, Ok("mobile")),
        ("XOF", Some("CI"), 100_005, Ok("west")),
        ("XOF", Some("ML"), 2_500, Ok("west")),
        ("XOF", None, 2_500, Ok("west")),
        ("XOF", None, 999_995, Ok("west")),
        ("XOF", Some("CI"), 1_000_000, Ok("large")),
        ("XAF", Some("CM"), 2_500, Ok("west")),
        ("DZD", Some("DZ"), 250_000, Ok("dinars")),
        ("GNF", Some("GN"), 2_500, Err("no_route")),
        // The first route that fits decides, and its only gateway takes multiples of 5.
        ("XOF", None, 101, Err("amount_not_multiple")),
        ("DZD", None, 250_050, Err("amount_not_whole")),
    ];
    for (number, (currency, country, amount, expected)) in table.into_iter().enumerate() {
        let body = order(&format!("basket-{number}"), currency, country, amount);
        let before = market.server.census();
        let answer = market.native.post("/v1/orders", &body).await;
        match expected {
            Ok(account) => {
                let order = answer.expect(201).json();
                assert_eq!(order["payments"][0]["account"], market.id(account), "{body}");
                assert!(order["payment_url"].is_string(), "{order}");
            }
            Err(code) => {
                assert_eq!(answer.expect(422).json()["code"], code, "{body}");
                assert_eq!(market.server.census(), before);
            }
        }
    }
    // A vendor's client is led by the same routes.
    let novasend = Seat::take(&market, Client::Novasend).await;
    for (whole, dialect) in [(100_000, "novasend"), (100_005, "cinetpay")] {
        novasend.open_for(&format!("payin-{whole}"), whole).await.expect("it is opened");
        assert_eq!(market.at_gateway()[0].dialect, dialect, "{whole}");
    }
}

const FIRST: &str = "/v2/payment";
const SECOND: &str = "/v1/payin/sessions";

/// What happens at the first account, and what then stands of the order: the calls made to open
/// something, and the statuses of its payments.
struct Case {
    name: &'static str,
    fault: Option<MisbehaviourKind>,
    there: bool,
    called: &'static [&'static str],
    payments: &'static [&'static str],
}

/// All kinds of trouble with the first account. CinetPay gives no sense to a status of 500 and more,
/// which may have been written after the effect.
const CASES: [Case; 9] = {
    const fn case(
        name: &'static str,
        fault: Option<MisbehaviourKind>,
        called: &'static [&'static str],
        payments: &'static [&'static str],
    ) -> Case {
        Case { name, fault, there: true, called, payments }
    }
    [
        case("no trouble", None, &[FIRST], &["open"]),
        case("key refused", Some(MisbehaviourKind::Unauthorised), &[FIRST, SECOND], &["failed", "open"]),
        case("too many calls", Some(MisbehaviourKind::RateLimited), &[FIRST, SECOND], &["failed", "open"]),
        Case { there: false, ..case("unreachable", None, &[SECOND], &["failed", "open"]) },
        case("cut after the effect", Some(MisbehaviourKind::CutAfter), &[FIRST], &["unknown"]),
        case("cut before the effect", Some(MisbehaviourKind::CutBefore), &[FIRST], &["unknown"]),
        case("a web page", Some(MisbehaviourKind::Html), &[FIRST], &["unknown"]),
        case("half an answer", Some(MisbehaviourKind::Truncated), &[FIRST], &["unknown"]),
        case("HTTP 503", Some(MisbehaviourKind::Error503), &[FIRST], &["unknown"]),
    ]
};

fn two_accounts(there: bool) -> [Account; 2] {
    [Account { there, ..account("first", "cinetpay") }, account("second", "novasend")]
}

/// The one route: to either account, the first one first.
fn both() -> [Value; 1] {
    [json!({ "accounts": ["first", "second"] })]
}

fn statuses(order: &Value) -> Vec<String> {
    let payments = order["payments"].as_array().expect("payments");
    payments.iter().map(|payment| text(payment, "/status")).collect()
}

impl Case {
    async fn market(&self) -> Market {
        let accounts = two_accounts(self.there);
        let market = Market::open("fall-over", &accounts, &both()).await;
        if let Some(kind) = self.fault {
            let fault = Misbehaviour::next(kind).on(On::Open).with_key(key(&accounts[0]));
            market.server.sandbox.inject(fault).expect("a fault");
        }
        market
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_account_is_tried_only_when_nothing_was_opened() {
    for case in CASES {
        for client in [Client::NativeXof, Client::CinetPay, Client::Novasend] {
            let market = case.market().await;
            let seat = Seat::take(&market, client).await;
            let opened = seat.open("basket-1").await.expect("it is opened");
            let name = case.name;
            assert_eq!(market.gateways.openings(), case.called, "{name}");
            let order = market.order(&opened.reference).await;
            assert_eq!(statuses(&order), case.payments, "{name}");
            let is_open = case.payments.last() == Some(&"open");
            let ours = opened.link.starts_with(&market.server.base_url);
            assert_eq!(ours, !is_open, "{name}: {}", opened.link);
            // Nothing that was tried is tried again later, but for asking about what is unknown.
            market.pass_s(31).await;
            assert_eq!(market.gateways.openings(), case.called, "{name}, later");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_answered_byte_for_byte() {
    for case in CASES {
        let market = case.market().await;
        let body = order("basket-1", "XOF", Some("CI"), 2_500).to_string().into_bytes();
        let send = async || {
            let key = [("idempotency-key", "once")];
            market.native.send("POST", "/v1/orders", &key, body.clone()).await
        };
        let first = send().await.expect(201);
        let census = market.server.census();
        for _ in 0..3 {
            let again = send().await;
            assert_eq!((again.status, &again.bytes), (first.status, &first.bytes), "{}", case.name);
        }
        assert_eq!(market.server.census(), census, "{}", case.name);
        assert_eq!(market.gateways.openings(), case.called, "{}", case.name);
        assert_eq!(statuses(&first.json()), case.payments, "{}", case.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_breaker_is_open_is_passed_over() {
    let market = Market::open("passed-over", &two_accounts(false), &both()).await;
    for number in 1..=6 {
        let body = order(&format!("basket-{number}"), "XOF", Some("CI"), 2_500);
        let order = market.native.post("/v1/orders", &body).await.expect(201).json();
        assert_eq!(statuses(&order), ["failed", "open"]);
        assert_eq!(order["payments"][0]["failure"]["code"], "not_sent");
        let rests = text(&order, "/payments/0/failure/message").contains("in trouble");
        assert_eq!(rests, number > 5, "order {number}: {order}");
    }
    assert_eq!(market.gateways.openings(), [SECOND; 6]);
}

/// The smallest request that CinetPay documents names no phone number, and Novasend needs one: another account serves, or
/// our page asks the customer.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_rules_do_not_fit_is_passed_over() {
    for (accounts, expected) in [(&["second"][..], None), (&["second", "first"], Some(FIRST))] {
        let route = [json!({ "accounts": accounts })];
        let market = Market::open("rules", &two_accounts(true), &route).await;
        let seat = Seat::take(&market, Client::CinetPay).await;
        let body = json!({
            "amount": "2500", "apikey": seat.part("apikey"), "site_id": seat.part("site_id"), "currency": "XOF",
            "transaction_id": "basket-1", "description": "TRANSACTION DESCRIPTION",
            "return_url": "https://www.exemple.com/return", "notify_url": market.inbox.url,
            "customer_name": "Dje Bi", "customer_surname": "Jean-Marc",
        });
        let answer = market.anybody.post("/v2/payment", &body).await.json();
        assert_eq!(answer["code"], "201", "{answer}");
        if let Some(path) = expected {
            assert_eq!(market.gateways.openings(), [path]);
            continue;
        }
        assert!(market.gateways.calls().is_empty());
        let page = text(&answer, "/data/payment_url");
        assert!(page.starts_with(&format!("{}/checkout/", market.server.base_url)), "{page}");
        let account = market.id("second");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let typed =
            format!("account={account}&lang=fr&{account}.phone=%2B225%2007%2002%2096%2087%2086").into_bytes();
        let led = market.anybody.send("POST", &page, &form, typed).await.expect(303);
        assert_eq!(market.gateways.openings(), [SECOND]);
        let link = led.header("location").to_owned();
        market.anybody.press(&format!("{link}/pay")).await;
        let check = json!({
            "apikey": seat.part("apikey"), "site_id": seat.part("site_id"), "transaction_id": "basket-1",
        });
        let checked = market.anybody.post("/v2/payment/check", &check).await.expect(200).json();
        assert_eq!(
            (&checked["code"], &checked["data"]["status"]),
            (&json!("00"), &json!("ACCEPTED")),
            "{checked}"
        );
    }
}
