//! What our client sends, what it makes of every answer to opening, and both ends of the protocol
//! against each other.

use std::collections::BTreeMap;

use guichet_core::{Channel, Currency, Evidence, Payer, Phone, Presentation, Receipt};

use super::*;
use crate::cinetpay::CinetPayDialect;
use crate::conformance::{LOOPBACK_NOW_MS, Loopback, Scripted, answer};
use crate::gateway::Signature;
use crate::payin::{PayinFailure, PayinStatus};

const KEY: &str = "12912847765bc0db748fdd44.40081707";
const CREATED: &str = r#"{"code":"201","message":"CREATED","description":"Transaction created with success","data":{"payment_token":"abc123","payment_url":"https://checkout.cinetpay.com/payment/abc123"},"api_response_id":"1617808789.7749"}"#;

fn account(base_url: &str, secrets: &[&str]) -> Account {
    Account {
        base_url: base_url.parse().expect("an address"),
        secrets: secrets.iter().map(|secret| (*secret).into()).collect(),
        options: BTreeMap::new(),
    }
}

fn real() -> Account {
    account("https://api-checkout.cinetpay.com", &[KEY, "445160", "a secret key"])
}

fn request() -> PayinRequest {
    PayinRequest {
        reference: "pay01k00000000000000000000000".to_owned(),
        title: "Order #7 & more".to_owned(),
        return_url: Some("https://www.exemple.com/return".to_owned()),
        notify_url: Some("https://www.exemple.com/notify".to_owned()),
        ..PayinRequest::of(xof(2500))
    }
}

fn full_request() -> PayinRequest {
    let text = |text: &str| Some(text.to_owned());
    PayinRequest {
        payer: Payer {
            family_name: text("Dje Bi"),
            given_name: text(" Jean-Marc "),
            email: text("jm@example.org"),
            phone: Phone::parse("+2250707000001").ok(),
            address: text("Rue 12"),
            city: text("Abidjan"),
            state: text(" "),
            zip_code: text("00225"),
            country: text("ci"),
            typed: Vec::new(),
        },
        presentation: Presentation {
            language: text("en"),
            channels: vec![Channel::Card, Channel::MobileMoney],
            lock_phone: true,
            receipt: [("Seat".to_owned(), "4 B".to_owned())].into(),
        },
        echo: serde_json::Map::from_iter([
            ("metadata".to_owned(), "user=7".into()),
            ("site_id".to_owned(), "999999".into()),
        ]),
        ..request()
    }
}

fn xof(amount_minor: i64) -> Money {
    Money::new(amount_minor, Currency::XOF)
}

async fn sent(account: &Account, request: &PayinRequest) -> Request {
    let transport = Scripted::new(answer(200, CREATED));
    CinetPay.open(&transport, account, request, 0).await.expect("a link");
    transport.requests().remove(0)
}

#[tokio::test]
async fn opening_sends_the_documented_request() {
    let call = sent(&real(), &request()).await;
    assert_eq!(
        (call.method, call.url.as_str()),
        (Method::POST, "https://api-checkout.cinetpay.com/v2/payment")
    );
    assert_eq!(call.headers[header::CONTENT_TYPE], "application/json");
    let expected = r#"{"amount":2500,"apikey":"12912847765bc0db748fdd44.40081707","site_id":"445160","currency":"XOF","transaction_id":"pay01k00000000000000000000000","description":"Order  7   more","return_url":"https://www.exemple.com/return","notify_url":"https://www.exemple.com/notify","channels":"ALL"}"#;
    assert_eq!(call.body, expected);
}

#[tokio::test]
async fn opening_sends_all_that_is_known() {
    let call = sent(&account("http://127.0.0.1:4010/sandbox/", &[KEY, "445160"]), &full_request()).await;
    assert_eq!(call.url.as_str(), "http://127.0.0.1:4010/sandbox/v2/payment");
    let body = String::from_utf8(call.body.to_vec()).expect("text");
    let (_, rest) = body.split_once("\"customer_name\"").expect("a name");
    let expected = r#":"Dje Bi","customer_surname":"Jean-Marc","channels":"MOBILE_MONEY, CREDIT_CARD","lang":"en","metadata":"user=7","invoice_data":{"Seat":"4 B"},"lock_phone_number":true,"customer_phone_number":"+2250707000001","customer_email":"jm@example.org","customer_address":"Rue 12","customer_city":"Abidjan","customer_country":"CI","customer_zip_code":"00225"}"#;
    assert_eq!(rest, expected);
}

#[tokio::test]
async fn amounts_are_sent_in_whole_units() {
    for (currency, minor, expected) in [
        ("XOF", 100, r#"{"amount":100,"#),
        ("XAF", 2_500_000, r#"{"amount":2500000,"#),
        ("GNF", 1000, r#"{"amount":1000,"#),
        ("CDF", 40_000, r#"{"amount":400,"#),
        ("USD", 300, r#"{"amount":3,"#),
    ] {
        let money = Money::new(minor, Currency::from_code(currency).expect("a currency"));
        let request = PayinRequest { money, ..request() };
        let body = sent(&real(), &request).await.body;
        assert!(body.starts_with(expected.as_bytes()), "{currency}: {body:?}");
    }
}

#[tokio::test]
async fn checking_sends_the_documented_request() {
    let transport = Scripted::new(answer(200, "{}"));
    CinetPay.check(&transport, &real(), "ORDER-1", xof(100)).await;
    let call = transport.requests().remove(0);
    assert_eq!(
        (call.method, call.url.as_str()),
        (Method::POST, "https://api-checkout.cinetpay.com/v2/payment/check")
    );
    let expected =
        r#"{"apikey":"12912847765bc0db748fdd44.40081707","site_id":"445160","transaction_id":"ORDER-1"}"#;
    assert_eq!(call.body, expected);
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    let transport = Scripted::new(answer(200, CREATED));
    let named = |reference: &str| PayinRequest { reference: reference.to_owned(), ..request() };
    let base = "https://gw.example";
    for (account, request) in [
        (account("data:text/plain,x", &[KEY, "1"]), request()),
        (account(base, &[]), request()),
        (account(base, &[KEY]), request()),
        (account(base, &["", "1"]), request()),
        (real(), PayinRequest { money: xof(102), ..request() }),
        (real(), named("")),
        (real(), named("pay_1")),
        (real(), named("a b")),
    ] {
        let outcome = CinetPay.open(&transport, &account, &request, 0).await;
        assert!(matches!(outcome, Err(OpenTrouble::Failed(FailureReason::NotSent { .. }))), "{outcome:?}");
        assert!(!format!("{outcome:?}").contains(KEY));
    }
    let long = "x".repeat(REFERENCE_BYTES + 1);
    for (account, reference) in
        [(real(), ""), (real(), "a b"), (real(), ".."), (real(), &long), (account(base, &[KEY]), "x")]
    {
        let seen = CinetPay.check(&transport, &account, reference, xof(100)).await;
        let named = matches!(&seen, Seen::Unknown { trouble, .. } if trouble == "check_not_possible");
        assert!(named, "{seen:?}");
    }
    assert_eq!(transport.requests().len(), 0);
}

/// What opening comes to: `link`, `lost …`, or `refused …: what was said`.
async fn opening(status: u16, body: &str) -> String {
    let transport = Scripted::new(answer(status, body.to_owned()));
    match CinetPay.open(&transport, &real(), &request(), 0).await {
        Ok(_) => "link".to_owned(),
        Err(OpenTrouble::Lost(what)) => format!("lost {}", what.split(": ").next().unwrap_or_default()),
        Err(OpenTrouble::Failed(FailureReason::OpenRefused { refusal, message })) => {
            format!("refused {refusal}: {message}")
        }
        Err(other) => format!("{other:?}"),
    }
}

#[tokio::test]
async fn every_code_of_an_answer_to_opening() {
    for row in codes::CODES.iter().filter(|row| row.code != codes::CREATED) {
        let body = format!(r#"{{"code":"{}","message":"M","description":"D"}}"#, row.code);
        let (good, bad) = match row.meaning {
            Meaning::Refused(name) => (format!("refused {name}: M: D"), format!("refused {name}: M: D")),
            Meaning::Vague(name) => {
                ("lost gateway_says_no_success".to_owned(), format!("refused {name}: M: D"))
            }
            Meaning::Nothing(trouble) => (format!("lost {trouble}"), format!("lost {trouble}")),
            Meaning::Paid | Meaning::Waiting { .. } | Meaning::Declined | Meaning::Cancelled => {
                ("lost gateway_says_no_success".to_owned(), "lost gateway_contradicts_itself".to_owned())
            }
        };
        assert_eq!(opening(200, &body).await, good, "{}", row.code);
        assert_eq!(opening(400, &body).await, bad, "{}", row.code);
        assert_eq!(opening(503, &body).await, "lost HTTP 503", "{}", row.code);
    }
}

#[tokio::test]
async fn answers_to_opening() {
    let sample = include_str!("../golden/payment.error_624.json");
    let said = "UNKNOWN_ERROR: An error occurred while processing the request";
    let coded = |code: &str, description: &str| {
        format!(r#"{{"code":"{code}","message":"MINIMUM_REQUIRED_FIELDS","description":"{description}"}}"#)
    };
    for (status, body, expected) in [
        (200, CREATED, "link".to_owned()),
        (201, CREATED, "link".to_owned()),
        (400, CREATED, "lost gateway_contradicts_itself".to_owned()),
        (302, CREATED, "lost HTTP 302".to_owned()),
        (500, CREATED, "lost HTTP 500".to_owned()),
        (408, CREATED, "lost HTTP 408".to_owned()),
        (400, sample, format!("refused gateway_refused: {said}")),
        (200, sample, "lost gateway_says_no_success".to_owned()),
        (500, sample, "lost HTTP 500".to_owned()),
        (400, r#"{"code":"777","message":"NEW"}"#, "refused gateway_refused: NEW".to_owned()),
        (401, r#"{"code":"777"}"#, r#"refused gateway_unauthorised: {"code":"777"}"#.to_owned()),
        (200, r#"{"code":"777","message":"NEW"}"#, "lost gateway_says_no_success".to_owned()),
        (409, r#"{"code":"777","message":"NEW"}"#, "lost gateway_has_it_already".to_owned()),
        (409, "<html>", "lost gateway_has_it_already".to_owned()),
        (400, &coded("608", "transaction_id already exists"), "lost gateway_has_it_already".to_owned()),
        (200, &coded("608", "Identifiant déjà utilisé"), "lost gateway_has_it_already".to_owned()),
        (
            400,
            &coded("608", "amount is required"),
            "refused gateway_validation: MINIMUM_REQUIRED_FIELDS: amount is required".to_owned(),
        ),
        (
            400,
            &coded("609", &format!("the key {KEY} is bad")),
            "refused gateway_unauthorised: MINIMUM_REQUIRED_FIELDS: the key [secret] is bad".to_owned(),
        ),
        (403, "error code: 1010", "refused gateway_no_user_agent: error code: 1010".to_owned()),
        (403, "<html>", "refused gateway_forbidden: <html>".to_owned()),
        (404, "", "refused gateway_not_found: ".to_owned()),
        (429, "slow down", "refused gateway_rate_limited: slow down".to_owned()),
        (413, "", "refused gateway_refused: ".to_owned()),
        (200, "<html>", "lost gateway_not_json".to_owned()),
        (200, "[]", "lost gateway_unreadable".to_owned()),
    ] {
        assert_eq!(opening(status, body).await, expected, "{status} {body}");
    }
}

#[tokio::test]
async fn only_200_says_anything_of_a_payment() {
    let paid = include_str!("../golden/check.accepted_2022.json");
    let refused = include_str!("../golden/check.refused_2022.json");
    let coded = |code: &str| format!(r#"{{"code":"{code}","message":"M"}}"#);
    for (status, body, expected) in [
        (201, paid, "gateway_unexpected_status"),
        (202, refused, "gateway_unexpected_status"),
        (302, paid, "gateway_redirected"),
        (400, paid, "gateway_refused"),
        (400, refused, "gateway_refused"),
        (500, refused, "gateway_error"),
        (503, &coded("603"), "gateway_error"),
        (200, &coded("603"), "gateway_error"),
        (400, &coded("624"), "gateway_refused"),
        (200, &coded("624"), "gateway_says_unknown_error"),
        (400, &coded("609"), "gateway_unauthorised"),
        (200, &coded("609"), "gateway_unauthorised"),
        (400, &coded("613"), "gateway_unauthorised"),
        (400, &coded("608"), "gateway_validation"),
        (404, &coded("608"), "gateway_not_found"),
        (403, &coded("1010"), "gateway_no_user_agent"),
        (403, "<html>", "gateway_forbidden"),
        (429, &coded("429"), "gateway_rate_limited"),
        (200, &coded("429"), "gateway_rate_limited"),
        (200, &coded("404"), "unlisted_code"),
        (400, &coded("777"), "gateway_refused"),
    ] {
        let transport = Scripted::new(answer(status, body.to_owned()));
        let seen = CinetPay.check(&transport, &real(), "ORDER1", xof(100)).await;
        let named = matches!(&seen, Seen::Unknown { trouble, .. } if trouble == expected);
        assert!(named, "{status} {body}: wanted {expected}, got {seen:?}");
    }
}

#[tokio::test]
async fn the_receipt_names_what_was_asked_for() {
    let transport = Scripted::new(answer(200, include_str!("../golden/check.succes_2021.json")));
    let seen = CinetPay.check(&transport, &real(), "ORDER1", xof(100)).await;
    let named =
        matches!(&seen, Seen::Paid(evidence) if evidence.reference == "ORDER1" && evidence.money.is_none());
    assert!(named, "{seen:?}");
}

/// A loopback for our client, its account, and the payment opened there.
async fn looped_back(request: &PayinRequest) -> (Loopback, Account, Link) {
    let loopback = Loopback::new(&CinetPayDialect, KEY, "445160");
    let account = account("http://127.0.0.1:4010", &[KEY, "445160", "a secret key"]);
    let link = CinetPay.open(&loopback, &account, request, 5).await.expect("a link");
    (loopback, account, link)
}

#[tokio::test]
async fn both_ends_understand_each_other() {
    let (loopback, account, link) = looped_back(&full_request()).await;
    assert_eq!(link.reference, full_request().reference);
    assert_eq!(link.url, loopback.kept().map(|view| view.url));
    assert_eq!(link.alias, loopback.kept().map(|view| view.reference));
    assert_eq!(link.expires_at_ms, Some(LINK_TTL_MS + 5));
    let told = Receipt {
        operator: Some("OM".to_owned()),
        paid_from: Some("+2290197000000".to_owned()),
        transaction: Some("MP220915.2257.A76307".to_owned()),
        funds_at_ms: Some(1_663_372_800_000),
        ..Receipt::default()
    };
    loopback.change(|view| view.receipt = told.clone());
    let paid = |amount_minor| {
        Seen::Paid(Evidence {
            money: Some(xof(amount_minor)),
            reference: link.reference.clone(),
            environment: None,
            receipt: told.clone(),
        })
    };
    let failed = |reason| Seen::Failed { reason };
    for (status, paid_minor, expected) in [
        (PayinStatus::Open, None, Seen::Pending { processing: false }),
        (PayinStatus::Processing, None, Seen::Pending { processing: true }),
        (PayinStatus::Paid, Some(2500), paid(2500)),
        (PayinStatus::Paid, Some(2400), paid(2400)),
        (PayinStatus::Failed(PayinFailure::Declined), None, failed(FailureReason::Declined)),
        (PayinStatus::Failed(PayinFailure::Cancelled), None, failed(FailureReason::Cancelled)),
        // The vendor has no word for a link that lapsed.
        (PayinStatus::Failed(PayinFailure::Expired), None, failed(FailureReason::Cancelled)),
    ] {
        loopback.change(|view| (view.status, view.paid_minor) = (status, paid_minor));
        let seen = CinetPay.check(&loopback, &account, &link.reference, xof(2500)).await;
        assert_eq!(seen, expected, "{status:?}");
    }
    loopback.change(|view| (view.status, view.paid_minor) = (PayinStatus::Paid, None));
    for (reference, expected) in
        [(link.reference.as_str(), "gateway_error"), ("another", "gateway_not_found")]
    {
        let seen = CinetPay.check(&loopback, &account, reference, xof(2500)).await;
        assert!(matches!(&seen, Seen::Unknown { trouble, .. } if trouble == expected), "{seen:?}");
    }
}

#[tokio::test]
async fn what_our_client_says_arrives() {
    let (loopback, ..) = looped_back(&full_request()).await;
    let mut expected = full_request();
    // What the vendor's wire changes: the characters it asks to avoid, blanks, the country's case,
    // and the site, which is the account's own.
    expected.title = "Order  7   more".to_owned();
    expected.payer.given_name = Some("Jean-Marc".to_owned());
    expected.payer.state = None;
    expected.payer.country = Some("CI".to_owned());
    expected.presentation.channels = vec![Channel::MobileMoney, Channel::Card];
    expected.echo.insert("site_id".to_owned(), "445160".into());
    assert_eq!(loopback.kept().map(|view| view.request), Some(expected));
}

#[tokio::test]
async fn every_currency_goes_both_ways() {
    for (currency, minor) in
        [("XOF", 100), ("XAF", 2_500_000), ("CDF", 40_500), ("GNF", 35_000_000), ("USD", 100)]
    {
        let money = Money::new(minor, Currency::from_code(currency).expect("a currency"));
        let asked = PayinRequest { money, ..request() };
        let (loopback, account, link) = looped_back(&asked).await;
        loopback.change(|view| (view.status, view.paid_minor) = (PayinStatus::Paid, Some(minor)));
        let seen = CinetPay.check(&loopback, &account, &link.reference, money).await;
        assert!(matches!(&seen, Seen::Paid(receipt) if receipt.money == Some(money)), "{currency} {seen:?}");
    }
}

#[tokio::test]
async fn our_notifications_are_read_by_our_client() {
    use crate::dialect::Dialect;

    let (loopback, account, link) = looped_back(&full_request()).await;
    loopback.change(|view| (view.status, view.paid_minor) = (PayinStatus::Paid, Some(2500)));
    let view = loopback.kept().expect("a payment");
    let read = |secret: &str| {
        let sent = CinetPayDialect.notification(&view, &secret.into()).expect("a notification");
        let mut headers = HeaderMap::new();
        for (name, value) in &sent.headers {
            headers.insert(*name, value.parse().expect("a header"));
        }
        let callback = Callback { method: Method::POST, headers, query: String::new(), body: sent.body };
        CinetPay.read_callback(&account, &callback)
    };
    for (secret, signature) in
        [("a secret key", Signature::Good), ("another", Signature::Forged), ("", Signature::Absent)]
    {
        let expected = CallbackHint { references: vec![link.reference.clone()], signature, anomaly: None };
        assert_eq!(read(secret), expected);
    }
    assert_eq!(view.created_at_ms, LOOPBACK_NOW_MS);
}
