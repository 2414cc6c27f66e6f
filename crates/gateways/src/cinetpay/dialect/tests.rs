//! The dialect against a backend that always answers the same.

use guichet_core::{Currency, Money, Phone, Receipt};
use http::{HeaderMap, HeaderValue};
use url::form_urlencoded;

use super::*;
use crate::cinetpay::protocol::LINK_TTL_MS;
use crate::cinetpay::signature;
use crate::payin::{PayinFailure, PayinRequest, PayinStatus};

const OPEN: &str = "/v2/payment";
const CHECK: &str = "/v2/payment/check";
const BODY: &str = r#"{"apikey":"key-1","site_id":"445160","transaction_id":"ORDER1","amount":100,"currency":"XOF","description":"Paiement abonnement","notify_url":"https://shop.example/n","return_url":"https://shop.example/r"}"#;
const ASK: &str = r#"{"apikey":"key-1","site_id":"445160","transaction_id":"ORDER1"}"#;

/// 2022-09-15T22:57:15Z and a bit.
const PAID_MS: i64 = 1_663_282_635_040;

/// Knows one merchant and one payment, and answers every call the same.
struct OnePayment {
    refusal: Option<BackendRefusal>,
    view: PayinView,
}

fn view(status: PayinStatus, paid_minor: Option<i64>) -> PayinView {
    let asked = read::caller(BODY.as_bytes()).and_then(|(caller, fields)| read::opening(&caller, &fields));
    PayinView {
        merchant: "Lamps".to_owned(),
        reference: "YOUR_TOKEN_HERE".to_owned(),
        url: "PAYMENT_URL_HERE".to_owned(),
        request: asked.expect("a good request"),
        status,
        paid_minor,
        fee: None,
        receipt: Receipt::default(),
        sandbox: true,
        created_at_ms: PAID_MS,
        changed_at_ms: PAID_MS,
        expires_at_ms: PAID_MS + LINK_TTL_MS,
    }
}

/// What the gateway behind the backend told of a payment, as in the vendor's sample.
fn told() -> Receipt {
    Receipt {
        operator: Some("OM".to_owned()),
        paid_from: Some("+2250707000001".to_owned()),
        transaction: Some("MP220915.2257.A76307".to_owned()),
        funds_at_ms: Some(1_663_372_800_000),
        ..Receipt::default()
    }
}

impl OnePayment {
    fn seen(status: PayinStatus, paid_minor: Option<i64>) -> Self {
        OnePayment { refusal: None, view: view(status, paid_minor) }
    }

    fn refusing(refusal: BackendRefusal) -> Self {
        OnePayment { refusal: Some(refusal), view: view(PayinStatus::Open, None) }
    }

    fn show(&self, client: ClientCredential<'_>) -> Result<PayinView, BackendRefusal> {
        assert_eq!(client.dialect, NAME);
        match &self.refusal {
            Some(refusal) => Err(refusal.clone()),
            None if client.key != "key-1" => Err(BackendRefusal::UnknownKey),
            None if client.account != "445160" => Err(BackendRefusal::WrongAccount),
            None => Ok(self.view.clone()),
        }
    }
}

#[async_trait]
impl Backend for OnePayment {
    fn now_ms(&self) -> i64 {
        PAID_MS
    }

    async fn admit(&self, client: ClientCredential<'_>) -> Result<(), BackendRefusal> {
        self.show(client).map(|_view| ())
    }

    async fn open(
        &self,
        client: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        assert_eq!(request.money, Money::new(100, Currency::XOF));
        self.show(client)
    }

    async fn view(
        &self,
        client: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal> {
        let known = [Lookup::MerchantReference("ORDER1"), Lookup::Reference("YOUR_TOKEN_HERE")];
        if !known.contains(&lookup) {
            return Err(BackendRefusal::NoSuchPayment);
        }
        self.show(client)
    }
}

async fn call(backend: &OnePayment, method: Method, path: &str, body: &str) -> VendorResponse {
    let mut headers = HeaderMap::new();
    // As one published library sends it: ignored.
    headers.insert("authorization", HeaderValue::from_static("Bearer None"));
    let body = Bytes::copy_from_slice(body.as_bytes());
    let response =
        CinetPayDialect.answer(backend, VendorRequest { method, path: path.to_owned(), headers, body }).await;
    assert_eq!(response.content_type, "application/json");
    response
}

async fn post(backend: &OnePayment, path: &str, body: &str) -> String {
    let response = call(backend, Method::POST, path, body).await;
    let body = String::from_utf8(response.body.to_vec()).expect("JSON is UTF-8");
    format!("{} {body}", response.status.as_u16())
}

#[tokio::test]
async fn a_created_payment_is_the_documented_body() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    let golden = include_str!("../golden/payment.created.json").trim_end();
    let golden = golden.replace("RESPONSE_ID_HERE", "1663282635.0400");
    assert_eq!(post(&backend, OPEN, BODY).await, format!("200 {golden}"));
}

/// The documented body with what the guide of 2021 had beside it.
fn with_phone(golden: &str, number: &str, prefix: &str) -> String {
    let phone = format!(r#","phone_number":"{number}","phone_prefix":"{prefix}"}},"api_response_id""#);
    golden.trim_end().replace(r#"},"api_response_id""#, &phone)
}

#[tokio::test]
async fn a_paid_payment_is_the_documented_body() {
    let mut backend = OnePayment::seen(PayinStatus::Paid, Some(100));
    backend.view.receipt = told();
    let golden = include_str!("../golden/check.accepted_2022.json");
    let golden = with_phone(golden, "0707000001", "225").replace("1663323067.7677", "1663282635.0400");
    assert_eq!(post(&backend, CHECK, ASK).await, format!("200 {golden}"));
    // What the backend does not tell is not made up, with play money or without.
    backend.view.receipt = Receipt::default();
    let golden = golden
        .replace("\"OM\"", "\"\"")
        .replace("\"MP220915.2257.A76307\"", "null")
        .replace("\"2022-09-17 00:00:00\"", "null")
        .replace("\"0707000001\"", "\"\"")
        .replace("\"225\"", "\"\"");
    for sandbox in [true, false] {
        backend.view.sandbox = sandbox;
        assert_eq!(post(&backend, CHECK, ASK).await, format!("200 {golden}"));
    }
}

#[tokio::test]
async fn a_cancelled_payment_is_the_documented_body() {
    let mut backend = OnePayment::seen(PayinStatus::Failed(PayinFailure::Cancelled), None);
    backend.view.receipt.operator = Some("MOMO".to_owned());
    backend.view.receipt.funds_at_ms = Some(PAID_MS);
    backend.view.request.title = "Test de paiement demo CinetPay".to_owned();
    let golden = include_str!("../golden/check.refused_2022.json");
    let golden = with_phone(golden, "", "")
        .replace("1663323224.8402", "1663282635.0400")
        .replace("2022-09-08 00:00:00", "2022-09-15 22:57:15");
    assert_eq!(post(&backend, CHECK, ASK).await, format!("200 {golden}"));
}

#[tokio::test]
async fn every_status_has_its_words() {
    use PayinStatus::{Failed, Open, Paid, Processing};
    for (status, paid_minor, code, message, word, date) in [
        (Open, None, "662", "WAITING_CUSTOMER_PAYMENT", "WAITING_FOR_CUSTOMER", " "),
        (Processing, None, "623", "WAITING_CUSTOMER_TO_VALIDATE", "WAITING_FOR_CUSTOMER", " "),
        (Paid, Some(100), "00", "SUCCES", "ACCEPTED", "2022-09-15 22:57:15"),
        (Failed(PayinFailure::Declined), None, "600", "PAYMENT_FAILED", "REFUSED", " "),
        (Failed(PayinFailure::Cancelled), None, "627", "TRANSACTION_CANCEL", "REFUSED", " "),
        (Failed(PayinFailure::Expired), None, "627", "TRANSACTION_CANCEL", "REFUSED", " "),
    ] {
        let answer = post(&OnePayment::seen(status, paid_minor), CHECK, ASK).await;
        let start = format!(
            r#"200 {{"code":"{code}","message":"{message}","data":{{"amount":"100","currency":"XOF","status":"{word}","payment_method":"","#
        );
        assert!(answer.starts_with(&start), "{answer}");
        assert!(answer.contains(&format!(r#""payment_date":"{date}""#)), "{answer}");
        for key in ["description", "metadata", "operator_id", "fund_availability_date", "phone_prefix"] {
            assert!(answer.contains(&format!("\"{key}\":")), "{key} in {answer}");
        }
    }
}

#[tokio::test]
async fn the_amount_is_what_was_paid_or_nothing_is_said() {
    let mut backend = OnePayment::seen(PayinStatus::Paid, Some(95));
    assert!(post(&backend, CHECK, ASK).await.contains(r#""amount":"95","currency":"XOF""#));
    let amount_not_representable = r#"500 {"code":"603","message":"SERVICE_UNAVAILABLE","#;
    backend.view.paid_minor = None;
    assert!(post(&backend, CHECK, ASK).await.starts_with(amount_not_representable));
    backend.view.request.money.currency = Currency::from_code("USD").expect("a currency");
    for (minor, expected) in [
        (300, r#"200 {"code":"00","message":"SUCCES","data":{"amount":"3""#),
        (250, amount_not_representable),
    ] {
        backend.view.paid_minor = Some(minor);
        let answer = post(&backend, CHECK, ASK).await;
        assert!(answer.starts_with(expected), "{answer}");
    }
}

#[tokio::test]
async fn a_payment_is_asked_for_by_any_of_its_names() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    for (body, expected) in [
        (ASK, "200 "),
        (r#"{"apikey":"key-1","site_id":"445160","token":"YOUR_TOKEN_HERE"}"#, "200 "),
        (
            r#"{"apikey":"key-1","site_id":445160,"transaction_id":null,"payment_token":"YOUR_TOKEN_HERE"}"#,
            "200 ",
        ),
        ("apikey=key-1&site_id=445160&transaction_id=ORDER1", "200 "),
        // A token is no transaction_id, nor the other way round.
        (r#"{"apikey":"key-1","site_id":"445160","token":"ORDER1"}"#, "404 "),
        (r#"{"apikey":"key-1","site_id":"445160","transaction_id":"YOUR_TOKEN_HERE"}"#, "404 "),
    ] {
        let answer = post(&backend, CHECK, body).await;
        assert!(answer.starts_with(expected), "{body}: {answer}");
    }
}

/// The status, the code, its word and the sentence of a refusal.
async fn refusal(backend: &OnePayment, path: &str, body: &str) -> String {
    let answer = post(backend, path, body).await;
    let (status, body) = answer.split_once(' ').expect("a status and a body");
    let reply: Reply<Raw> = serde_json::from_str(body).expect("the vendor's envelope");
    assert!(reply.data.is_none() && reply.api_response_id.is_some(), "{answer}");
    format!("{status} {} {}", reply.code, reply.said())
}

#[tokio::test]
async fn refusals_of_the_backend() {
    for (refused, expected) in [
        (BackendRefusal::UnknownKey, "400 609 AUTH_NOT_FOUND: apikey: is not known"),
        (
            BackendRefusal::WrongAccount,
            "400 613 ERROR_SITE_ID_NOTVALID: site_id: does not go with the apikey",
        ),
        (BackendRefusal::MerchantNotValidated, "403 403 FORBIDDEN: the merchant may not take payments yet"),
        (BackendRefusal::AddressBlocked, "403 403 FORBIDDEN: this address may not use the apikey"),
        (
            BackendRefusal::NoSuchPayment,
            "404 608 MINIMUM_REQUIRED_FIELDS: transaction_id: there is no such transaction",
        ),
        (
            BackendRefusal::DuplicateReference,
            "400 620 ERROR_DOUBLE_PAYEMNT: transaction_id: it was used before",
        ),
        (BackendRefusal::KeyReused, "400 620 ERROR_DOUBLE_PAYEMNT: transaction_id: it was used before"),
        (BackendRefusal::InProgress, "429 429 TOO_MANY_REQUEST: the same call is being worked"),
        (BackendRefusal::TooManyRequests, "429 429 TOO_MANY_REQUEST: too many calls"),
        (
            BackendRefusal::Refused { code: "closed", message: "Not today.".to_owned() },
            "400 608 MINIMUM_REQUIRED_FIELDS: Not today. (closed)",
        ),
        (BackendRefusal::Unavailable, "503 603 SERVICE_UNAVAILABLE: the service is unavailable for a moment"),
    ] {
        let backend = OnePayment::refusing(refused);
        assert_eq!(refusal(&backend, OPEN, BODY).await, expected);
        assert_eq!(refusal(&backend, CHECK, ASK).await, expected);
    }
}

#[tokio::test]
async fn refusals_of_the_moment_say_when_to_come_back() {
    for (refused, expected) in [
        (BackendRefusal::TooManyRequests, Some(5)),
        (BackendRefusal::InProgress, Some(5)),
        (BackendRefusal::Unavailable, Some(5)),
        (BackendRefusal::UnknownKey, None),
        (BackendRefusal::NoSuchPayment, None),
    ] {
        let response = call(&OnePayment::refusing(refused), Method::POST, OPEN, BODY).await;
        assert_eq!(response.retry_after_s, expected);
    }
}

#[tokio::test]
async fn an_error_has_the_shape_of_the_sample() {
    let backend = OnePayment::refusing(BackendRefusal::TooManyRequests);
    let answer = post(&backend, OPEN, BODY).await;
    let golden = include_str!("../golden/payment.error_624.json").trim_end();
    let golden = golden
        .replace("624", "429")
        .replace("UNKNOWN_ERROR", "TOO_MANY_REQUEST")
        .replace("An error occurred while processing the request", "too many calls")
        .replace("1716800180.4474", "1663282635.0400");
    assert_eq!(answer, format!("429 {golden}"));
}

#[tokio::test]
async fn keys_and_sites_are_read_from_the_body() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    for (from, to, expected) in [
        ("key-1", "key-2", "400 609 AUTH_NOT_FOUND: apikey: is not known"),
        ("445160", "445161", "400 613 ERROR_SITE_ID_NOTVALID: site_id: does not go with the apikey"),
        ("\"key-1\"", "null", "400 608 MINIMUM_REQUIRED_FIELDS: apikey: is required"),
        // One published integration calls the field so.
        ("apikey", "api_key", "400 608 MINIMUM_REQUIRED_FIELDS: apikey: is required"),
        ("site_id", "siteId", "400 608 MINIMUM_REQUIRED_FIELDS: site_id: is required"),
    ] {
        assert_eq!(refusal(&backend, OPEN, &BODY.replace(from, to)).await, expected);
        assert_eq!(refusal(&backend, CHECK, &ASK.replace(from, to)).await, expected);
    }
}

#[tokio::test]
async fn paths_and_methods() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    for sloppy in ["/v2/payment/", "//v2/payment", "/v2//payment"] {
        assert!(CinetPayDialect.serves(sloppy), "{sloppy}");
        assert!(post(&backend, sloppy, BODY).await.contains("\"201\""), "{sloppy}");
    }
    for sloppy in ["//v2/payment/check", "/v2/payment//check/"] {
        assert!(CinetPayDialect.serves(sloppy), "{sloppy}");
        assert!(post(&backend, sloppy, ASK).await.contains("\"662\""), "{sloppy}");
    }
    for other in ["/v2/payments", "/v2/payment/check/1", "/v2/payment/refund", "/v2/transfer/money"] {
        assert!(CinetPayDialect.serves(other), "{other}");
        let said = refusal(&backend, other, BODY).await;
        assert_eq!(said, "404 608 MINIMUM_REQUIRED_FIELDS: this endpoint is not offered here", "{other}");
    }
    for other in ["/", "/v2", "/v2/orders", "/v1/payment", "/payment", "/v20/payment"] {
        assert!(!CinetPayDialect.serves(other), "{other}");
    }
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let response = call(&backend, method, OPEN, BODY).await;
        assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_before_a_wrong_body() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    for (path, body) in [
        (OPEN, r#"{"apikey":"key-2","site_id":"445160"}"#),
        (OPEN, r#"{"apikey":"key-2","site_id":"445160","amount":"many"}"#),
        (CHECK, r#"{"apikey":"key-2","site_id":"445160"}"#),
    ] {
        assert_eq!(
            refusal(&backend, path, body).await,
            "400 609 AUTH_NOT_FOUND: apikey: is not known",
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_rule_of_the_gateway_names_the_clients_field() {
    let rule = crate::RuleViolation {
        code: guichet_core::Code::PhoneMissing,
        field: "payer.phone",
        sentence: "It asks the payer: give {payer.phone}.".to_owned(),
    };
    let backend = OnePayment::refusing(BackendRefusal::AgainstARule(rule));
    let expected = "400 608 MINIMUM_REQUIRED_FIELDS: customer_phone_number: It asks the payer: give customer_phone_number.";
    assert_eq!(refusal(&backend, OPEN, BODY).await, expected);
}

#[tokio::test]
async fn broken_rules_have_the_vendors_codes() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    for (from, to, expected) in [
        (":100", ":95", "400 641 ERROR_AMOUNT_TOO_LOW: amount: must be at least 100 XOF"),
        (":100", ":9000000", "400 642 ERROR_AMOUNT_TOO_HIGH: amount: must be at most 2500000 XOF"),
        (":100", ":102", "400 608 MINIMUM_REQUIRED_FIELDS: amount: must be a multiple of 5"),
        (
            "}",
            r#","channels":"CREDIT_CARD"}"#,
            "400 624 UNKNOWN_ERROR: customer_address: card payments need it, and customer_city",
        ),
    ] {
        assert_eq!(refusal(&backend, OPEN, &BODY.replace(from, to)).await, expected);
    }
}

/// The fields of a form, decoded.
fn fields(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

#[test]
fn a_notification_has_the_documented_fields() {
    let mut paid = view(PayinStatus::Paid, Some(100));
    paid.receipt = told();
    paid.request.payer.phone = Phone::parse("+2250101010101").ok();
    paid.request.echo.insert("metadata".to_owned(), "user=7&é".into());
    let sent = CinetPayDialect.notification(&paid, &"SECRET".into()).expect("a notification");
    assert_eq!(sent.content_type, "application/x-www-form-urlencoded");
    let found = fields(&sent.body);
    let expected = [
        "445160",
        "ORDER1",
        "2022-09-15 22:57:15",
        "100",
        "XOF",
        "b82fd881d1303ba9794e19b7f4a5e2b79231d065",
        "OM",
        "0707000001",
        "225",
        "fr",
        "V4",
        "Single",
        "Payment",
        "user=7&é",
        "Paiement abonnement",
        "SUCCES",
    ];
    assert_eq!(found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), signature::FIELDS);
    assert_eq!(found.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), expected);
    // As the documentation verifies it, and as the vendor's PHP library does.
    let [(name, token)] = sent.headers.as_slice() else { panic!("one header") };
    let documented = signature::FIELDS
        .map(|name| found.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str()));
    assert_eq!((*name, Some(token)), ("x-token", signature::token("SECRET", documented).as_ref()));
    let received = found.iter().map(|(_, value)| value.as_str());
    assert_eq!(signature::token("SECRET", received).as_ref(), Some(token));
}

#[test]
fn each_change_of_status_is_notified() {
    for (status, paid_minor, expected) in [
        (PayinStatus::Open, None, None),
        (PayinStatus::Processing, None, Some("WAITING_FOR_CUSTOMER")),
        (PayinStatus::Paid, Some(100), Some("SUCCES")),
        (PayinStatus::Paid, None, None),
        (PayinStatus::Failed(PayinFailure::Declined), None, Some("PAYMENT_FAILED")),
        (PayinStatus::Failed(PayinFailure::Cancelled), None, Some("TRANSACTION_CANCEL")),
        (PayinStatus::Failed(PayinFailure::Expired), None, Some("TRANSACTION_CANCEL")),
    ] {
        let sent = CinetPayDialect.notification(&view(status, paid_minor), &"".into());
        assert!(sent.as_ref().is_none_or(|sent| sent.headers.is_empty()), "nothing to sign with");
        let word = sent.map(|sent| fields(&sent.body)).and_then(|fields| fields.into_iter().last());
        assert_eq!(word.map(|(_, value)| value).as_deref(), expected, "{status:?}");
    }
}

#[test]
fn only_the_number_that_paid_is_shown() {
    let mut view = view(PayinStatus::Paid, Some(100));
    view.request.payer.phone = Phone::parse("+2250707000001").ok();
    view.request.echo.insert("customer_phone_number".to_owned(), "07 07 00 00 01".into());
    for (paid_from, expected) in [
        (None, ("", "")),
        (Some("+221770000000"), ("221", "770000000")),
        (Some("0707000001"), ("", "0707000001")),
    ] {
        view.receipt.paid_from = paid_from.map(str::to_owned);
        assert_eq!(render::paid_from(&view), expected);
    }
}

#[test]
fn the_browser_brings_both_names_back() {
    let expected = vec![("transaction_id", "ORDER1".to_owned()), ("token", "YOUR_TOKEN_HERE".to_owned())];
    assert_eq!(CinetPayDialect.return_form(&view(PayinStatus::Open, None)), Some(expected));
}

#[test]
fn references_and_credentials_have_the_vendors_shapes() {
    let reference = CinetPayDialect.reference(7);
    assert_eq!(reference.len(), 64);
    assert!(reference.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{reference}");
    assert_eq!(reference, CinetPayDialect.reference(7));
    assert_ne!(reference, CinetPayDialect.reference(8));
    for byte in [0, 7, 255] {
        let IssuedCredential { key, account, signing } = CinetPayDialect.issue([byte; 64]);
        for shaped in [&key, &signing] {
            let (head, tail) = shaped.split_once('.').expect("two parts");
            assert!(head.len() == 24 && head.bytes().all(|byte| byte.is_ascii_hexdigit()), "{shaped}");
            assert!(tail.len() == 8 && tail.bytes().all(|byte| byte.is_ascii_digit()), "{shaped}");
        }
        assert_eq!(account.len(), 6);
        assert_eq!(CinetPayDialect.accepts(&key, &account), Some(true));
    }
    let mut random = [0; 64];
    random[16] = 1;
    let IssuedCredential { key, signing, .. } = CinetPayDialect.issue(random);
    assert_ne!(key, signing);
}

#[test]
fn who_is_let_in() {
    let long = "1".repeat(129);
    for (key, account, expected) in [
        ("12912847765bc0db748fdd44.40081707", "445160", Some(true)),
        ("a-B_c.1", "1", Some(true)),
        ("", "445160", None),
        ("key", "", None),
        ("key", "44516O", None),
        ("two words", "445160", None),
        ("clé", "445160", None),
        (&long, "445160", None),
        ("key", &long, None),
    ] {
        assert_eq!(CinetPayDialect.accepts(key, account), expected, "{key} {account}");
    }
    for example in PROFILE.example_keys {
        let mut parts = example.example.split(' ');
        let parts = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        assert_eq!(CinetPayDialect.accepts(parts.0, parts.1), Some(true));
    }
}
