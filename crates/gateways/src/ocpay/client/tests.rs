//! What our client sends, what it keeps of notifications, and both ends of the protocol against
//! each other.

use std::collections::BTreeMap;

use guichet_core::{Currency, Environment, Evidence, Receipt};

use super::*;
use crate::conformance::{Loopback, Scripted, answer};
use crate::ocpay::OcPayDialect;
use crate::payin::{PayinFailure, PayinStatus};

const CREATED: &str = include_str!("../golden/create_link.response.json");

fn account(base_url: &str, token: &str) -> Account {
    Account {
        base_url: base_url.parse().expect("an address"),
        secrets: vec![token.into()],
        options: BTreeMap::new(),
    }
}

fn dinars(amount_minor: i64) -> Money {
    Money::new(amount_minor, Currency::DZD)
}

fn request() -> PayinRequest {
    PayinRequest {
        reference: "pay_1".to_owned(),
        title: " Order ORD-2025-001234 ".to_owned(),
        description: Some("  ".to_owned()),
        return_url: Some("https://yoursite.com/orders/ORD-2025-001234".to_owned()),
        notify_url: Some("https://guichet.example/notify".to_owned()),
        ..PayinRequest::of(dinars(500_000))
    }
}

fn expected() -> Money {
    Money::new(500_000, guichet_core::Currency::DZD)
}

#[tokio::test]
async fn opening_sends_the_documented_request() {
    let transport = Scripted::new(answer(200, CREATED));
    let account = account("https://api.oneclickdz.com", "sk_live_1");
    OcPay.open(&transport, &account, &request(), 0).await.expect("a link");
    let sent = transport.requests().remove(0);
    assert_eq!(
        (sent.method, sent.url.as_str()),
        (Method::POST, "https://api.oneclickdz.com/v3/ocpay/createLink")
    );
    assert_eq!(sent.headers[TOKEN_HEADER], "sk_live_1");
    assert!(sent.headers[TOKEN_HEADER].is_sensitive());
    assert_eq!(sent.headers[header::CONTENT_TYPE], "application/json");
    let golden = include_str!("../golden/create_link.request.json").trim_end();
    let golden = golden.replace(",\"redirectUrl\"", ",\"feeMode\":\"NO_FEE\",\"redirectUrl\"");
    assert_eq!(sent.body, golden);
}

#[tokio::test]
async fn checking_encodes_the_reference() {
    for (base, reference, expected_url) in [
        (
            "https://gw.example",
            "OCPL-A1B2C3-D4E5",
            "https://gw.example/v3/ocpay/checkPayment/OCPL-A1B2C3-D4E5",
        ),
        ("https://gw.example/", "OCPL-1", "https://gw.example/v3/ocpay/checkPayment/OCPL-1"),
        ("http://127.0.0.1:4010/sandbox", "x", "http://127.0.0.1:4010/sandbox/v3/ocpay/checkPayment/x"),
        (
            "https://gw.example",
            "../../x?a=b#c",
            "https://gw.example/v3/ocpay/checkPayment/..%2F..%2Fx%3Fa=b%23c",
        ),
        ("https://gw.example", "%2e%2e", "https://gw.example/v3/ocpay/checkPayment/%252e%252e"),
    ] {
        let transport = Scripted::new(answer(200, "{}"));
        OcPay.check(&transport, &account(base, "k"), reference, expected()).await;
        let sent = transport.requests().remove(0);
        assert_eq!((sent.method, sent.url.as_str()), (Method::GET, expected_url));
        assert!(sent.body.is_empty());
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    let transport = Scripted::new(answer(200, CREATED));
    let broken = PayinRequest { money: dinars(1), ..request() };
    for (account, request) in [
        (account("https://gw.example", "two\nlines"), request()),
        (account("data:text/plain,x", "k"), request()),
        (account("https://gw.example", "k"), broken),
    ] {
        let outcome = OcPay.open(&transport, &account, &request, 0).await;
        assert!(matches!(outcome, Err(OpenTrouble::Failed(FailureReason::NotSent { .. }))), "{outcome:?}");
        assert!(!format!("{outcome:?}").contains("two"));
    }
    let long = "x".repeat(101);
    for reference in ["", ".", "..", "a b", &long] {
        let seen = OcPay.check(&transport, &account("https://gw.example", "k"), reference, expected()).await;
        assert!(
            matches!(seen, Seen::Unknown { ref trouble, .. } if trouble == "check_not_possible"),
            "{seen:?}"
        );
    }
    assert_eq!(transport.requests().len(), 0);
}

#[tokio::test]
async fn a_refusal_keeps_what_the_gateway_said() {
    let body = include_str!("../golden/error.invalid_token.json").replace("token is", "token\\nsk_live_1 is");
    let transport = Scripted::new(answer(401, body));
    let outcome = OcPay.open(&transport, &account("https://gw.example", "sk_live_1"), &request(), 0).await;
    let message = "The provided access token[secret] is invalid".to_owned();
    let refusal = "gateway_unauthorised".to_owned();
    assert_eq!(outcome, Err(OpenTrouble::Failed(FailureReason::OpenRefused { refusal, message })));
}

#[test]
fn notifications_are_hints() {
    let many = (0..20).map(|n| format!("ref=r{n}")).collect::<Vec<_>>().join("&");
    let first: Vec<String> = (0..8).map(|n| format!("r{n}")).collect();
    let first: Vec<&str> = first.iter().map(String::as_str).collect();
    for (query, body, expected) in [
        ("", "", &[][..]),
        ("order=7", r#"{"order":7}"#, &[]),
        ("paymentRef=OCPL-1", "", &["OCPL-1"]),
        ("ref=a%2Fb&reference=c+d", "", &["a/b"]),
        ("", "paymentRef=OCPL-1&status=CONFIRMED", &["OCPL-1"]),
        ("", r#"{"paymentRef":"OCPL-1","status":"CONFIRMED"}"#, &["OCPL-1"]),
        ("", r#"{"data":{"paymentRef":"OCPL-1","ref":7}}"#, &["OCPL-1"]),
        ("ref=OCPL-1", r#"{"reference":"OCPL-1","ref":"OCPL-2"}"#, &["OCPL-1", "OCPL-2"]),
        ("", r#"[{"paymentRef":"OCPL-1"}]"#, &[]),
        (&many, "", &first),
    ] {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let query = query.to_owned();
        let callback = Callback { method: Method::POST, headers: HeaderMap::new(), query, body };
        let mut found = OcPay.read_callback(&account("https://gw.example", "k"), &callback).references;
        found.sort();
        assert_eq!(found, expected, "{callback:?}");
    }
}

#[tokio::test]
async fn both_ends_understand_each_other() {
    let loopback = Loopback::new(&OcPayDialect, "sk_sandbox_1", "");
    let account = account("http://127.0.0.1:4010", "sk_sandbox_1");
    let link = OcPay.open(&loopback, &account, &request(), 5).await.expect("a link");
    assert_eq!(link.reference, "OCPL-HAAAAA-AAAA");
    assert_eq!(link.url.as_deref(), Some("http://127.0.0.1/pay/OCPL-HAAAAA-AAAA"));
    assert_eq!(link.expires_at_ms, Some(20 * 60 * 1000 + 5));
    let paid = |amount_minor| {
        Seen::Paid(Evidence {
            money: Some(dinars(amount_minor)),
            reference: link.reference.clone(),
            environment: Some(Environment::Test),
            receipt: Receipt::default(),
        })
    };
    for (status, paid_minor, expected_seen) in [
        (PayinStatus::Open, None, Seen::Pending { processing: false }),
        (PayinStatus::Paid, Some(500_000), paid(500_000)),
        (PayinStatus::Paid, Some(490_000), paid(490_000)),
        (
            PayinStatus::Failed(PayinFailure::Declined),
            None,
            Seen::Failed { reason: FailureReason::DeclinedCancelledOrExpired },
        ),
    ] {
        loopback.change(|view| (view.status, view.paid_minor) = (status, paid_minor));
        assert_eq!(OcPay.check(&loopback, &account, &link.reference, expected()).await, expected_seen);
    }
    loopback.change(|view| (view.status, view.paid_minor) = (PayinStatus::Paid, None));
    let seen = OcPay.check(&loopback, &account, &link.reference, expected()).await;
    assert!(
        matches!(seen, Seen::Unknown { ref trouble, .. } if trouble == "confirmed_without_details"),
        "{seen:?}"
    );
}
