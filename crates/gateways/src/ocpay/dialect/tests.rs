//! The dialect against a backend that always answers the same.

use http::{HeaderMap, HeaderValue};

use super::*;
use crate::payin::PayinFailure;

const KEY: &str = "sk_sandbox_1";
const CREATE: &str = "/v3/ocpay/createLink";
const CHECK: &str = "/v3/ocpay/checkPayment/OCPL-A1B2C3-D4E5";
const BODY: &str = r#"{"productInfo":{"title":"Premium Subscription","description":"Monthly access to premium features","amount":5000},"successMessage":"Thank you for your purchase!","redirectUrl":"https://yourstore.com/success?orderId=12345"}"#;

/// 2025-01-15T10:30:00Z and a bit.
const CREATED_MS: i64 = 1_736_937_000_250;

/// Knows one merchant and one payment, and answers every call the same.
struct OnePayment {
    refusal: Option<BackendRefusal>,
    status: PayinStatus,
    paid_minor: Option<i64>,
}

impl OnePayment {
    fn seen(status: PayinStatus, paid_minor: Option<i64>) -> Self {
        OnePayment { refusal: None, status, paid_minor }
    }

    fn refusing(refusal: BackendRefusal) -> Self {
        OnePayment { refusal: Some(refusal), status: PayinStatus::Open, paid_minor: None }
    }

    fn show(&self, key: &str, request: PayinRequest) -> Result<PayinView, BackendRefusal> {
        match &self.refusal {
            Some(refusal) => Err(refusal.clone()),
            None if key != KEY => Err(BackendRefusal::UnknownKey),
            None => Ok(PayinView {
                merchant: "user_123456789".to_owned(),
                reference: "OCPL-A1B2C3-D4E5".to_owned(),
                url: "https://pay.ocdz.link/pay/OCPL-A1B2C3-D4E5".to_owned(),
                request,
                status: self.status,
                paid_minor: self.paid_minor,
                fee: None,
                receipt: guichet_core::Receipt::default(),
                sandbox: false,
                created_at_ms: CREATED_MS,
                changed_at_ms: CREATED_MS,
                expires_at_ms: CREATED_MS + LINK_TTL_MS,
            }),
        }
    }
}

#[async_trait]
impl Backend for OnePayment {
    fn now_ms(&self) -> i64 {
        CREATED_MS
    }

    async fn admit(&self, client: ClientCredential<'_>) -> Result<(), BackendRefusal> {
        self.show(client.key, PayinRequest::of(Money::new(0, Currency::DZD))).map(|_view| ())
    }

    async fn open(
        &self,
        client: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        assert_eq!(request.money, Money::new(500_000, Currency::DZD));
        self.show(client.key, request)
    }

    async fn view(
        &self,
        client: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal> {
        if lookup != Lookup::Reference("OCPL-A1B2C3-D4E5") {
            return Err(BackendRefusal::NoSuchPayment);
        }
        let request = PayinRequest {
            title: "Premium Subscription".to_owned(),
            ..PayinRequest::of(Money::new(500_000, Currency::DZD))
        };
        self.show(client.key, request)
    }
}

async fn call(backend: &OnePayment, method: Method, path: &str, key: Option<&str>, body: &str) -> String {
    let mut headers = HeaderMap::new();
    if let Some(key) = key {
        headers.insert(TOKEN_HEADER, HeaderValue::from_bytes(key.as_bytes()).expect("a header"));
    }
    let body = Bytes::copy_from_slice(body.as_bytes());
    let request = VendorRequest { method, path: path.to_owned(), headers, body };
    assert!(OcPayDialect.serves(path), "{path}");
    let response = OcPayDialect.answer(backend, request).await;
    assert_eq!(response.content_type, "application/json");
    let body = String::from_utf8(response.body.to_vec()).expect("JSON is UTF-8");
    format!("{} {body}", response.status.as_u16())
}

/// Blanks what the vendor makes up for each request.
fn without_request_id(answer: &str) -> String {
    let (before, after) = answer.split_once("\"requestId\":\"").expect("a request id");
    let (_, after) = after.split_once('"').expect("its end");
    format!("{before}\"requestId\":\"\"{after}")
}

#[tokio::test]
async fn a_created_link_is_the_documented_body() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    let answer = call(&backend, Method::POST, CREATE, Some(KEY), BODY).await;
    let golden = format!("200 {}", include_str!("../golden/create_link.response.json").trim_end());
    assert_eq!(without_request_id(&answer), without_request_id(&golden));
}

#[tokio::test]
async fn a_confirmed_payment_is_the_documented_body() {
    let backend = OnePayment::seen(PayinStatus::Paid, Some(500_000));
    let answer = call(&backend, Method::GET, CHECK, Some(KEY), "").await;
    let golden = format!("200 {}", include_str!("../golden/check_payment.confirmed.json").trim_end());
    // The page shows the check five minutes after the payment; here no time passes.
    let golden = golden.replace("10:35:00Z", "10:30:00Z");
    assert_eq!(without_request_id(&answer), without_request_id(&golden));
}

#[tokio::test]
async fn every_status_has_its_sentence() {
    for (status, paid_minor, expected) in [
        (
            PayinStatus::Open,
            None,
            r#"{"status":"PENDING","message":"Payment not yet initiated","paymentRef":"OCPL-A1B2C3-D4E5"}"#,
        ),
        (
            PayinStatus::Failed(PayinFailure::Declined),
            Some(1),
            r#"{"status":"FAILED","message":"Payment failed","paymentRef":"OCPL-A1B2C3-D4E5"}"#,
        ),
        (
            PayinStatus::Paid,
            None,
            r#"{"status":"CONFIRMED","message":"Payment confirmed successfully","paymentRef":"OCPL-A1B2C3-D4E5"}"#,
        ),
        (PayinStatus::Paid, Some(490_000), r#""transactionDetails":{"amount":4900,"currency":"DZD","#),
        (PayinStatus::Paid, Some(490_001), r#"500 {"success":false,"error":{"code":"INTERNAL_ERROR","#),
    ] {
        let backend = OnePayment::seen(status, paid_minor);
        let answer = call(&backend, Method::GET, CHECK, Some(KEY), "").await;
        assert!(answer.contains(expected), "{answer}");
    }
}

/// The status, the code and the sentence of a refusal.
async fn refusal(backend: &OnePayment, method: Method, path: &str, key: Option<&str>) -> String {
    refusal_of(backend, method, path, key, BODY).await
}

async fn refusal_of(
    backend: &OnePayment,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: &str,
) -> String {
    let answer = call(backend, method, path, key, body).await;
    let (status, body) = answer.split_once(' ').expect("a status and a body");
    let reply: ErrorReply = serde_json::from_str(body).expect("the vendor's envelope");
    assert!(!reply.success && reply.request_id.is_some(), "{answer}");
    format!("{status} {} {}", reply.error.code, reply.error.message)
}

#[tokio::test]
async fn keys() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    for (key, expected) in [
        (None, "401 MISSING_ACCESS_TOKEN Access token is required"),
        (Some(""), "401 MISSING_ACCESS_TOKEN Access token is required"),
        (Some("sk_live_9"), "401 INVALID_ACCESS_TOKEN The provided access token is invalid"),
        (Some("clé"), "401 INVALID_ACCESS_TOKEN The provided access token is invalid"),
    ] {
        assert_eq!(refusal(&backend, Method::POST, CREATE, key).await, expected);
        assert_eq!(refusal(&backend, Method::GET, CHECK, key).await, expected);
    }
}

#[tokio::test]
async fn an_unknown_key_is_the_documented_body() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    let answer = call(&backend, Method::POST, CREATE, Some("sk_live_9"), BODY).await;
    let golden = format!("401 {}", include_str!("../golden/error.invalid_token.json").trim_end());
    assert_eq!(without_request_id(&answer), without_request_id(&golden));
}

#[tokio::test]
async fn refusals_of_the_backend() {
    for (refused, expected) in [
        (BackendRefusal::UnknownKey, "401 INVALID_ACCESS_TOKEN The provided access token is invalid"),
        (
            BackendRefusal::MerchantNotValidated,
            "403 MERCHANT_NOT_VALIDATED The merchant is not validated yet",
        ),
        (BackendRefusal::AddressBlocked, "403 IP_BLOCKED This address may not use the access token"),
        (BackendRefusal::NoSuchPayment, "404 PAYMENT_NOT_FOUND There is no such payment"),
        (BackendRefusal::TooManyRequests, "429 RATE_LIMITED Too many requests"),
        (
            BackendRefusal::Refused { code: "closed", message: "Not today.".to_owned() },
            "400 REQUEST_REFUSED Not today.",
        ),
        (BackendRefusal::Unavailable, "503 SERVICE_UNAVAILABLE The service is unavailable for a moment"),
    ] {
        let backend = OnePayment::refusing(refused);
        assert_eq!(refusal(&backend, Method::POST, CREATE, Some(KEY)).await, expected);
        assert_eq!(refusal(&backend, Method::GET, CHECK, Some(KEY)).await, expected);
    }
}

#[tokio::test]
async fn paths_and_methods() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    let nowhere = "404 NOT_FOUND This endpoint is not offered here";
    let unknown = "404 PAYMENT_NOT_FOUND There is no such payment";
    for (method, path, expected) in [
        (Method::GET, CREATE, "405 METHOD_NOT_ALLOWED This endpoint takes POST only"),
        (Method::POST, CHECK, "405 METHOD_NOT_ALLOWED This endpoint takes GET only"),
        (Method::POST, "/v3/ocpay", nowhere),
        (Method::GET, "/v3/validate", nowhere),
        (Method::POST, "/v3/mobile/send", nowhere),
        (Method::POST, "/v3/ocpay/refund", nowhere),
        (Method::POST, "/v3/ocpay/createLink/again", nowhere),
        (Method::GET, "/v3/ocpay/checkPayment/", nowhere),
        (Method::GET, "/v3/ocpay/checkPayment/OCPL-1", unknown),
        (Method::GET, "/v3/ocpay/checkPayment/..", unknown),
    ] {
        assert_eq!(refusal(&backend, method, path, Some(KEY)).await, expected, "{path}");
    }
    for sloppy in ["//v3/ocpay//createLink/", "/v3//ocpay/createLink"] {
        let answer = call(&backend, Method::POST, sloppy, Some(KEY), BODY).await;
        assert!(answer.starts_with("200 "), "{sloppy}: {answer}");
    }
    for other in ["/", "/v30/ocpay/createLink", "/ocpay/createLink"] {
        assert!(!OcPayDialect.serves(other), "{other}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_before_a_wrong_body() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    for body in ["", "{", "{}", r#"{"productInfo":{"title":"","amount":1}}"#] {
        let said = refusal_of(&backend, Method::POST, CREATE, Some("sk_sandbox_other"), body).await;
        assert_eq!(said, "401 INVALID_ACCESS_TOKEN The provided access token is invalid", "{body}");
    }
}

#[tokio::test]
async fn a_rule_of_the_gateway_names_the_clients_field() {
    let rule = crate::RuleViolation {
        code: guichet_core::Code::ReturnUrlInvalid,
        field: "return_url",
        sentence: "It needs a {return_url} and a {payer.phone}.".to_owned(),
    };
    let backend = OnePayment::refusing(BackendRefusal::AgainstARule(rule));
    let answer = call(&backend, Method::POST, CREATE, Some(KEY), BODY).await;
    let expected = r#"400 {"success":false,"error":{"code":"VALIDATION_ERROR","message":"It needs a redirectUrl and a payer.phone.","details":{"redirectUrl":"It needs a redirectUrl and a payer.phone."}}"#;
    assert!(answer.starts_with(expected), "{answer}");
}

#[tokio::test]
async fn a_broken_rule_names_its_field() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    let body = r#"{"productInfo":{"title":" ","amount":"5000"}}"#;
    let answer = call(&backend, Method::POST, CREATE, Some(KEY), body).await;
    for part in [
        r#"400 {"success":false,"error":{"code":"VALIDATION_ERROR","message":"The request is not valid","details":{"#,
        r#""productInfo.title":"is required and must be a text of 1 to 200 characters""#,
        r#""productInfo.amount":"is required and must be an integer from 500 to 500000 (DZD)""#,
    ] {
        assert!(answer.contains(part), "{part} in {answer}");
    }
}

#[tokio::test]
async fn request_ids_repeat_with_the_request_only() {
    let backend = OnePayment::seen(PayinStatus::Open, None);
    let first = call(&backend, Method::GET, CHECK, Some(KEY), "").await;
    let again = call(&backend, Method::GET, CHECK, Some(KEY), "").await;
    let other = call(&backend, Method::GET, &format!("{CHECK}/"), Some(KEY), "").await;
    assert_eq!(first, again);
    assert_ne!(first, other);
}
