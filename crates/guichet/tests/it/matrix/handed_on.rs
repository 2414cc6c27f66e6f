//! What the gateway tells of a payment (operator, payer's number, its own number for it, fee, date of the funds) on its
//! way through: what each vendor's client then reads, and what our own API shows. Each pair is held against what the
//! page about losses says of it, so that the page cannot say anything else.

use serde_json::{Value, json};

use super::client::{Client, Opened, Seat};
use super::market::{Market, key};
use crate::support::call::{Caller, text};

/// What the gateway told, each part as its client reads it; null where it told none.
struct Told {
    operator: Value,
    prefix: Value,
    number: Value,
    transaction: Value,
    funds_date: Value,
    fee: Value,
}

/// A field that a vendor's client reads: its name on the page about losses, where it stands, and what was told of it.
type Field<'a> = (&'static str, &'static str, &'a Value);

const PAGE: &str = include_str!("../../../../../docs/src/losses.md");

/// Whether the page says that this field is lost on the way from that vendor's client to that gateway.
fn is_lost(client: &str, gateway: &str, field: &str) -> bool {
    let about_client =
        PAGE.split("\n## Clients of ").find(|part| part.starts_with(client)).expect("the client");
    let about_both = about_client.split("\n### … through ").skip(1).find(|part| part.starts_with(gateway));
    about_both.expect("the gateway").lines().any(|line| line.starts_with(&format!("| `{field}` |")))
}

/// The acquirer's own answer to whoever asks with the account's key.
async fn told_by(market: &Market, gateway: &'static str) -> Told {
    let newest = market.at_gateway()[0].clone();
    let account = super::market::at(gateway);
    let acquirer = Caller::new(&market.server.sandbox_url, None);
    match gateway {
        "cinetpay" => {
            let body = json!({ "apikey": key(&account), "site_id": "445160", "token": newest.reference });
            let answer = acquirer.post("/v2/payment/check", &body).await.expect(200).json();
            let data = &answer["data"];
            Told {
                operator: data["payment_method"].clone(),
                prefix: data["phone_prefix"].clone(),
                number: data["phone_number"].clone(),
                transaction: data["operator_id"].clone(),
                funds_date: data["fund_availability_date"].clone(),
                fee: Value::Null,
            }
        }
        _ => {
            let basic = data_encoding::BASE64.encode(format!("{}:client", key(&account)).as_bytes());
            let basic = format!("Basic {basic}");
            let headers = [("authorization", basic.as_str())];
            let path = format!("/v1/payin/{}", newest.reference);
            let answer = acquirer.send("GET", &path, &headers, Vec::new()).await.expect(200).json();
            let number = text(&answer, "/transaction/phoneNumber");
            Told {
                operator: Value::Null,
                prefix: json!(number[1..4].to_owned()),
                number: json!(number[4..].to_owned()),
                transaction: answer["transaction"]["reference"].clone(),
                funds_date: Value::Null,
                fee: answer["fee"].clone(),
            }
        }
    }
}

/// The customer pays by the first operator, from another number than the shop named.
async fn pay(market: &Market, gateway: &str) {
    let acquirer = Caller::new(&market.server.sandbox_url, None);
    let operator = if gateway == "cinetpay" { "MOMO" } else { "WAVE" };
    let body = json!({ "operator": operator, "phone": "+2250799000001" });
    let path = format!("/sandbox/payments/{}/pay", market.at_gateway()[0].reference);
    acquirer.post(&path, &body).await.expect(200);
    market.pass_s(31).await;
}

fn fields(client: Client, told: &Told) -> Vec<Field<'_>> {
    match client {
        Client::NativeDzd | Client::NativeXof | Client::OcPay => Vec::new(),
        Client::CinetPay => vec![
            ("data.payment_method", "/data/payment_method", &told.operator),
            ("data.phone_number, cel_phone_num", "/data/phone_number", &told.number),
            ("data.phone_number, cel_phone_num", "/data/phone_prefix", &told.prefix),
            ("data.operator_id", "/data/operator_id", &told.transaction),
            ("data.fund_availability_date", "/data/fund_availability_date", &told.funds_date),
        ],
        Client::Novasend => vec![("fee", "/fee", &told.fee)],
    }
}

async fn check(client: Client, gateway: &'static str, title: &str) {
    let market = Market::through(gateway).await;
    let seat = Seat::take(&market, client).await;
    let opened: Opened = seat.open("basket-1").await.expect("it is opened");
    let when_opened = seat.asks(&opened).await;
    pay(&market, gateway).await;
    let told = told_by(&market, gateway).await;
    let answer = seat.asks(&opened).await;
    for (field, pointer, told) in fields(client, &told) {
        let read = answer.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {answer}"));
        if is_lost(client.title(), title, field) {
            assert!(read.is_null() || read == "", "{field} is lost, but {read} was made up: {answer}");
        } else {
            assert!(!told.is_null() && told != "", "the page says that {title} tells {field}");
            assert_eq!(read, told, "{field} of {client:?} through {gateway}");
        }
    }
    if client == Client::Novasend {
        assert_eq!(when_opened["fee"], answer["fee"], "as first told");
        let lost = is_lost(client.title(), title, "transaction.phoneNumber");
        let number = format!(
            "+{}{}",
            told.prefix.as_str().expect("a prefix"),
            told.number.as_str().expect("a number")
        );
        let expected = if lost { Value::Null } else { json!(number) };
        assert_eq!(answer["transaction"]["phoneNumber"], expected);
    }
    shown(&market, &opened, &told).await;
}

/// Our own API shows all of it, whoever's client made the order.
async fn shown(market: &Market, opened: &Opened, told: &Told) {
    let order = market.order(&opened.reference).await;
    let receipt = &order["payments"][0]["receipt"];
    assert_eq!(receipt["operator"], told.operator);
    assert_eq!(receipt["transaction"], told.transaction);
    assert_eq!(receipt["fee"]["amount"], told.fee);
    assert_eq!(order["payments"][0]["fee"]["amount"], told.fee);
    assert_eq!(receipt["paid_from"], "+2250799000001");
    let date = receipt["funds_at"].as_str().map(|date| date.replace('T', " ").replace(".000Z", ""));
    assert_eq!(json!(date), told.funds_date);
    let path = format!("/v1/orders/{}/events", text(&order, "/id"));
    let events = market.native.get(&path).await.expect(200).json();
    let paid = events["data"].as_array().expect("events").iter().find(|event| event["type"] == "order.paid");
    assert_eq!(&paid.expect("the event")["data"]["payments"][0]["receipt"], receipt, "webhooks carry it too");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_told_is_handed_on_as_the_page_about_losses_says() {
    for client in [Client::CinetPay, Client::Novasend] {
        for (gateway, title) in [("cinetpay", "CinetPay"), ("novasend", "Novasend")] {
            check(client, gateway, title).await;
        }
    }
}

/// Cash tells nothing, so nothing is told.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_told_is_empty() {
    for client in [Client::CinetPay, Client::Novasend] {
        let market = Market::through("cash").await;
        let seat = Seat::take(&market, client).await;
        let opened = seat.open("basket-1").await.expect("it is opened");
        let order = market.order(&opened.reference).await;
        let (id, payment) = (text(&order, "/id"), text(&order, "/payments/0/id"));
        market.native.press(&format!("/v1/orders/{id}/payments/{payment}/record")).await.expect(200);
        let answer = seat.asks(&opened).await;
        let nothing = Told {
            operator: Value::Null,
            prefix: Value::Null,
            number: Value::Null,
            transaction: Value::Null,
            funds_date: Value::Null,
            fee: Value::Null,
        };
        for (field, pointer, _) in fields(client, &nothing) {
            assert!(is_lost(client.title(), "Cash", field), "{field}");
            let read = answer.pointer(pointer).expect("the field is there");
            assert!(read.is_null() || read == "", "{field}: {answer}");
        }
    }
}
