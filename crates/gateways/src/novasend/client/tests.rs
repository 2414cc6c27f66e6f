//! What our client sends, what it keeps of refusals, and both ends of the protocol against each other.

use std::collections::BTreeMap;

use guichet_core::{Currency, Evidence, Payer, Phone, Receipt};

use super::*;
use crate::conformance::{Loopback, Scripted, answer};
use crate::novasend::NovasendDialect;
use crate::payin::{PayinFailure, PayinStatus};

const CREATED: &str = include_str!("../golden/session.created.json");
const OURS: &str = "ef76fb64-af0b-4c37-8729-bf61d85721fd";
const BASE: &str = "https://business.novasend.app";

fn account(base_url: &str, secrets: &[&str]) -> Account {
    Account {
        base_url: base_url.parse().expect("an address"),
        secrets: secrets.iter().map(|secret| (*secret).into()).collect(),
        options: BTreeMap::new(),
    }
}

fn merchant() -> Account {
    account(BASE, &["key_1", "client_1", "merchant_9923lkdz", "whk_1"])
}

fn request() -> PayinRequest {
    PayinRequest {
        reference: OURS.to_owned(),
        title: "Order 7".to_owned(),
        payer: Payer {
            family_name: Some("Doe ".to_owned()),
            given_name: Some("John".to_owned()),
            phone: Phone::parse("+2250702968786").ok(),
            ..Payer::default()
        },
        notify_url: Some("https://guichet.example/notify".to_owned()),
        ..PayinRequest::of(francs(300))
    }
}

fn francs(amount: i64) -> Money {
    Money::new(amount, Currency::XOF)
}

/// What opening sends.
async fn sent(account: &Account, request: &PayinRequest) -> Request {
    let transport = Scripted::new(answer(201, CREATED));
    Novasend.open(&transport, account, request, 0).await.expect("a link");
    transport.requests().remove(0)
}

#[tokio::test]
async fn opening_sends_the_documented_request() {
    let sent = sent(&merchant(), &request()).await;
    assert_eq!((sent.method, sent.url.path()), (Method::POST, "/v1/payin/sessions"));
    assert_eq!(sent.headers[header::AUTHORIZATION], "Basic a2V5XzE6Y2xpZW50XzE=");
    assert!(sent.headers[header::AUTHORIZATION].is_sensitive());
    assert_eq!(sent.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(sent.headers[IDEMPOTENCY_HEADER], payin_key::of_reference(OURS));
    assert_eq!(sent.body, include_str!("../golden/session.request.json").trim_end());
}

#[tokio::test]
async fn opening_again_sends_the_same_again() {
    let first = sent(&merchant(), &request()).await;
    let again = sent(&merchant(), &request()).await;
    assert_eq!((&first.headers, &first.body), (&again.headers, &again.body));
    let transport = Scripted::new(answer(500, ""));
    let other = PayinRequest { reference: "pay_2".to_owned(), ..request() };
    assert!(Novasend.open(&transport, &merchant(), &other, 0).await.is_err());
    assert_ne!(transport.requests()[0].headers[IDEMPOTENCY_HEADER], first.headers[IDEMPOTENCY_HEADER]);
}

#[tokio::test]
async fn what_is_not_known_is_not_sent_and_one_return_address_serves_for_two() {
    let bare = account(BASE, &["key_1", "client_1"]);
    let body = |action: &str| {
        format!(r#"{{"reference":"{OURS}","amount":300,"msisdn":"+2250702968786","country":"CI"{action}}}"#)
    };
    let (ok, ko) = (Some("https://shop.example/ok".to_owned()), Some("https://shop.example/ko".to_owned()));
    for (return_url, failure_url, action) in [
        (None, None, ""),
        (
            ok.clone(),
            None,
            r#","action":{"successUrl":"https://shop.example/ok","failureUrl":"https://shop.example/ok"}"#,
        ),
        (None, ko.clone(), r#","action":{"failureUrl":"https://shop.example/ko"}"#),
        (
            ok,
            ko,
            r#","action":{"successUrl":"https://shop.example/ok","failureUrl":"https://shop.example/ko"}"#,
        ),
    ] {
        let mut request = PayinRequest { return_url, failure_url, ..request() };
        (request.payer.family_name, request.payer.given_name) = (Some(" ".to_owned()), None);
        let sent = sent(&bare, &request).await;
        assert_eq!(sent.body, body(action));
    }
    for (language, expected) in [(None, "en"), (Some("fr"), "fr"), (Some("en"), "en"), (Some("ar"), "en")] {
        let mut request = request();
        request.presentation.language = language.map(str::to_owned);
        assert_eq!(sent(&bare, &request).await.headers[header::ACCEPT_LANGUAGE], expected);
    }
}

#[tokio::test]
async fn checking_encodes_the_reference() {
    for (base, reference, expected_url) in [
        ("https://gw.example", "tr_1", "https://gw.example/v1/payin/tr_1"),
        ("https://gw.example/", "tr_1", "https://gw.example/v1/payin/tr_1"),
        ("http://127.0.0.1:4010/sandbox", "x", "http://127.0.0.1:4010/sandbox/v1/payin/x"),
        ("https://gw.example", "../x?a=b#c", "https://gw.example/v1/payin/..%2Fx%3Fa=b%23c"),
        ("https://gw.example", "%2e%2e", "https://gw.example/v1/payin/%252e%252e"),
    ] {
        let transport = Scripted::new(answer(200, "{}"));
        Novasend.check(&transport, &account(base, &["k", "c"]), reference, francs(300)).await;
        let sent = transport.requests().remove(0);
        assert_eq!((sent.method, sent.url.as_str()), (Method::GET, expected_url));
        assert!(sent.body.is_empty() && sent.headers[header::AUTHORIZATION].is_sensitive());
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    let transport = Scripted::new(answer(201, CREATED));
    let broken = PayinRequest { money: francs(1), ..request() };
    for (account, request) in [
        (account(BASE, &["two:parts", "c"]), request()),
        (account("data:text/plain,x", &["k", "c"]), request()),
        (account(BASE, &["k", "c"]), broken),
        (account(BASE, &["k", "c"]), PayinRequest { payer: Payer::default(), ..request() }),
    ] {
        let outcome = Novasend.open(&transport, &account, &request, 0).await;
        assert!(matches!(outcome, Err(OpenTrouble::Failed(FailureReason::NotSent { .. }))), "{outcome:?}");
        assert!(!format!("{outcome:?}").contains("two"));
    }
    let long = "x".repeat(101);
    for reference in ["", ".", "..", "a b", &long] {
        let seen = Novasend.check(&transport, &merchant(), reference, francs(300)).await;
        assert!(
            matches!(seen, Seen::Unknown { ref trouble, .. } if trouble == "check_not_possible"),
            "{seen:?}"
        );
    }
    assert_eq!(transport.requests().len(), 0);
}

#[tokio::test]
async fn a_refusal_keeps_what_the_gateway_said_but_no_credential() {
    let account = account(BASE, &["key_of_the_shop", "client_of_the_shop"]);
    let token = BASE64.encode(b"key_of_the_shop:client_of_the_shop");
    let said = format!(
        r#"{{"code":"api_token_invalid","message":"key_of_the_shop in Basic {token}","statusCode":403}}"#
    );
    let outcome = Novasend.open(&Scripted::new(answer(403, said)), &account, &request(), 0).await;
    let message = "[secret] in Basic [secret] (api_token_invalid)".to_owned();
    let refusal = "gateway_unauthorised".to_owned();
    assert_eq!(outcome, Err(OpenTrouble::Failed(FailureReason::OpenRefused { refusal, message })));
}

#[test]
fn trap_a_wrong_key_has_three_spellings() {
    for (status, code, expected) in [
        (401, "", true),
        (401, "anything", true),
        (403, "api_token_invalid", true),
        (404, "api_token_not_found", true),
        (403, "", false),
        (403, "transaction_error", false),
        (404, "", false),
        (404, "transaction_does_not_exist", false),
        (400, "api_token_invalid", false),
    ] {
        let status = StatusCode::from_u16(status).expect("a status");
        assert_eq!(is_bad_key(status, code), expected, "{status} {code}");
    }
}

/// Both ends of the protocol, with a payin of 300 francs between them.
async fn met() -> (Loopback, Account, Link) {
    let loopback = Loopback::new(&NovasendDialect, "key_1", "client_1");
    let account = account("http://127.0.0.1:4010", &["key_1", "client_1", "", ""]);
    let link = Novasend.open(&loopback, &account, &request(), 5).await.expect("a link");
    (loopback, account, link)
}

#[tokio::test]
async fn both_ends_open_and_open_again() {
    let (loopback, account, link) = met().await;
    let reference = "tr_aaaaaaaaaaaaaaaaaaaaaaaah".to_owned();
    let expected = Link {
        url: Some(format!("http://127.0.0.1/pay/{reference}")),
        reference,
        expires_at_ms: None,
        alias: Some(OURS.to_owned()),
        fee: None,
    };
    assert_eq!(link, expected);
    let kept = loopback.kept().expect("a payin").request;
    assert_eq!((kept.reference.as_str(), kept.money), (OURS, francs(300)));
    assert_eq!(kept.payer.family_name.as_deref(), Some("John Doe"));
    assert_eq!(kept.idempotency_key, Some(payin_key::of_reference(OURS)));
    loopback.change(|view| (view.status, view.paid_minor) = (PayinStatus::Paid, Some(300)));
    assert_eq!(Novasend.open(&loopback, &account, &request(), 9).await, Ok(link), "the same payin");
    assert_eq!(loopback.kept().map(|view| view.status), Some(PayinStatus::Paid), "and not a new one");
    let dearer = PayinRequest { money: francs(301), ..request() };
    let outcome = Novasend.open(&loopback, &account, &dearer, 9).await;
    assert!(matches!(outcome, Err(OpenTrouble::Lost(ref why)) if why.starts_with("HTTP 422")), "{outcome:?}");
}

#[tokio::test]
async fn both_ends_agree_on_every_state() {
    let (loopback, account, link) = met().await;
    let told =
        Receipt { paid_from: Some("+2250701010101".to_owned()), fee: Some(francs(5)), ..Receipt::default() };
    loopback.change(|view| (view.fee, view.receipt) = (Some(francs(6)), told));
    let paid = |amount| {
        Seen::Paid(Evidence {
            money: Some(francs(amount)),
            reference: link.reference.clone(),
            environment: None,
            receipt: Receipt {
                paid_from: Some("+2250701010101".to_owned()),
                transaction: Some(link.reference.clone()),
                // What the transaction cost, and not what opening it was said to cost.
                fee: Some(francs(5)),
                charged: Some(francs(amount + 5)),
                ..Receipt::default()
            },
        })
    };
    let failed = |reason| Seen::Failed { reason };
    for (status, paid_minor, expected) in [
        (PayinStatus::Open, None, Seen::Pending { processing: false }),
        (PayinStatus::Processing, None, Seen::Pending { processing: true }),
        (PayinStatus::Paid, Some(300), paid(300)),
        (PayinStatus::Paid, Some(153), paid(153)),
        (PayinStatus::Failed(PayinFailure::Declined), None, failed(FailureReason::Declined)),
        (PayinStatus::Failed(PayinFailure::Cancelled), None, failed(FailureReason::Cancelled)),
        (PayinStatus::Failed(PayinFailure::Expired), None, failed(FailureReason::LinkExpired)),
    ] {
        loopback.change(|view| (view.status, view.paid_minor) = (status, paid_minor));
        assert_eq!(Novasend.check(&loopback, &account, &link.reference, francs(300)).await, expected);
    }
    loopback.change(|view| (view.status, view.paid_minor) = (PayinStatus::Paid, None));
    let seen = Novasend.check(&loopback, &account, &link.reference, francs(300)).await;
    assert!(
        matches!(seen, Seen::Unknown { ref trouble, .. } if trouble == "confirmed_without_amount"),
        "{seen:?}"
    );
    loopback.change(|view| view.status = PayinStatus::Processing);
    let seen = Novasend.check(&loopback, &account, OURS, francs(300)).await;
    assert_eq!(seen, Seen::Pending { processing: true }, "by the merchant's reference");
}

#[tokio::test]
async fn a_key_that_is_not_let_in_is_told_so() {
    let loopback = Loopback::new(&NovasendDialect, "key_1", "client_1");
    for secrets in [["key_2", "client_1"], ["key_1", "client_2"]] {
        let account = account("http://127.0.0.1:4010", &secrets);
        let outcome = Novasend.open(&loopback, &account, &request(), 5).await;
        let refused = matches!(&outcome, Err(OpenTrouble::Failed(FailureReason::OpenRefused { refusal, .. }))
            if refusal == "gateway_unauthorised");
        assert!(refused, "{outcome:?}");
        let seen = Novasend.check(&loopback, &account, "tr_1", francs(300)).await;
        assert!(
            matches!(seen, Seen::Unknown { ref trouble, .. } if trouble == "gateway_unauthorised"),
            "{seen:?}"
        );
    }
}

#[test]
fn what_the_dialect_announces_the_client_knows() {
    use crate::dialect::Dialect;
    use crate::gateway::Signature;
    let view = crate::payin::PayinView {
        merchant: "Lamps".to_owned(),
        reference: "tr_7".to_owned(),
        url: "https://pay.example/7".to_owned(),
        request: request(),
        status: PayinStatus::Paid,
        paid_minor: Some(300),
        fee: Some(francs(6)),
        receipt: Receipt::default(),
        sandbox: true,
        created_at_ms: 0,
        changed_at_ms: 0,
        expires_at_ms: 0,
    };
    for (secret, expected) in
        [("whk_1", Signature::Good), ("whk_2", Signature::Forged), ("", Signature::Forged)]
    {
        let sent = NovasendDialect.notification(&view, &secret.into()).expect("a notification");
        let headers = sent
            .headers
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
        let callback = Callback {
            method: Method::POST,
            headers: headers.collect::<HeaderMap>(),
            query: String::new(),
            body: sent.body,
        };
        let hint = Novasend.read_callback(&merchant(), &callback);
        assert_eq!((hint.references, hint.signature), (vec!["tr_7".to_owned(), OURS.to_owned()], expected));
    }
}
