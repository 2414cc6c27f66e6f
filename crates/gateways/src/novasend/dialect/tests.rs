//! The dialect against a backend that always answers the same.

use guichet_core::{Currency, Money, Receipt};
use http::HeaderValue;
use serde_json::Value;

use super::*;
use crate::novasend::protocol::LINK_TTL_MS;
use crate::novasend::wire::ErrorReply;
use crate::payin::{PayinFailure, PayinStatus};

const OPEN: &str = "/v1/payin/sessions";
const ASK: &str = "/v1/payin/tr_fhchi842jyimwiugjgszcxvb8n";
const BODY: &str = include_str!("../golden/session.request.json");
const BASIC: &str = "Basic a2V5XzE6Y2xpZW50XzE=";
const UUID: &str = "EF76FB64-AF0B-4C37-8729-BF61D85721FD";

/// 2025-08-22T01:34:48.189Z.
const CREATED_MS: i64 = 1_755_826_488_189;

/// Knows one merchant and one payin, and answers every call the same.
struct OnePayin {
    refusal: Option<BackendRefusal>,
    status: PayinStatus,
    paid_minor: Option<i64>,
    receipt: Receipt,
}

impl OnePayin {
    fn seen(status: PayinStatus, paid_minor: Option<i64>) -> Self {
        OnePayin { refusal: None, status, paid_minor, receipt: Receipt::default() }
    }

    fn refusing(refusal: BackendRefusal) -> Self {
        OnePayin { refusal: Some(refusal), ..OnePayin::seen(PayinStatus::Open, None) }
    }

    fn show(&self, client: ClientCredential<'_>, request: PayinRequest) -> Result<PayinView, BackendRefusal> {
        match &self.refusal {
            Some(refusal) => Err(refusal.clone()),
            None if client.key != "key_1" => Err(BackendRefusal::UnknownKey),
            None if client.account != "client_1" => Err(BackendRefusal::WrongAccount),
            None => {
                let receipt = self.receipt.clone();
                Ok(PayinView { receipt, ..view(request, self.status, self.paid_minor) })
            }
        }
    }
}

fn view(request: PayinRequest, status: PayinStatus, paid_minor: Option<i64>) -> PayinView {
    PayinView {
        merchant: "Lamps".to_owned(),
        reference: "tr_fhchi842jyimwiugjgszcxvb8n".to_owned(),
        url: "https://link.novasend.app/link/{shortCode}".to_owned(),
        request,
        status,
        paid_minor,
        fee: Some(Money::new(6, Currency::XOF)),
        receipt: Receipt::default(),
        sandbox: true,
        created_at_ms: CREATED_MS,
        changed_at_ms: CREATED_MS + 60_000,
        expires_at_ms: CREATED_MS + LINK_TTL_MS,
    }
}

fn golden_request() -> PayinRequest {
    read::session(BODY.as_bytes()).expect("the documented request")
}

#[async_trait]
impl Backend for OnePayin {
    fn now_ms(&self) -> i64 {
        CREATED_MS
    }

    async fn admit(&self, client: ClientCredential<'_>) -> Result<(), BackendRefusal> {
        self.show(client, golden_request()).map(|_view| ())
    }

    async fn open(
        &self,
        client: ClientCredential<'_>,
        request: PayinRequest,
    ) -> Result<PayinView, BackendRefusal> {
        assert_eq!(request.idempotency_key, Some(UUID.to_ascii_lowercase()));
        self.show(client, request)
    }

    async fn view(
        &self,
        client: ClientCredential<'_>,
        lookup: Lookup<'_>,
    ) -> Result<PayinView, BackendRefusal> {
        match lookup {
            Lookup::Either("tr_fhchi842jyimwiugjgszcxvb8n" | "order 7/é") => {
                self.show(client, golden_request())
            }
            Lookup::Either(_) | Lookup::Reference(_) | Lookup::MerchantReference(_) => {
                Err(BackendRefusal::NoSuchPayment)
            }
        }
    }
}

/// Headers as our own client sends them, with one changed or, by an empty value, left out.
fn headers(changed: (&'static str, &str)) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_static(BASIC));
    headers.insert(IDEMPOTENCY_HEADER, HeaderValue::from_static(UUID));
    match changed {
        (name, "") => {
            headers.remove(name);
        }
        (name, value) => {
            headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header"));
        }
    }
    headers
}

const UNCHANGED: (&str, &str) = ("x-nothing", "");

async fn answer(
    backend: &OnePayin,
    method: Method,
    path: &str,
    headers: HeaderMap,
    body: &str,
) -> VendorResponse {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let request = VendorRequest { method, path: path.to_owned(), headers, body };
    assert!(NovasendDialect.serves(path), "{path}");
    let response = NovasendDialect.answer(backend, request).await;
    assert_eq!(response.content_type, "application/json");
    response
}

async fn call(backend: &OnePayin, method: Method, path: &str, body: &str) -> String {
    let response = answer(backend, method, path, headers(UNCHANGED), body).await;
    let body = String::from_utf8(response.body.to_vec()).expect("JSON is UTF-8");
    format!("{} {body}", response.status.as_u16())
}

#[tokio::test]
async fn a_created_session_is_the_documented_body_whatever_became_of_it_since() {
    for (status, paid_minor) in [
        (PayinStatus::Open, None),
        (PayinStatus::Processing, None),
        (PayinStatus::Paid, Some(300)),
        (PayinStatus::Failed(PayinFailure::Expired), None),
    ] {
        let found = call(&OnePayin::seen(status, paid_minor), Method::POST, OPEN, BODY).await;
        let golden = include_str!("../golden/session.created.json").trim_end();
        // The guide's request names another number than the answer to it.
        let golden = golden.replace("+2250749929598", "+2250702968786");
        // Generation B's name for the reference stands beside the guide's.
        let golden = golden.replacen('{', "{\"id\":\"tr_fhchi842jyimwiugjgszcxvb8n\",", 1);
        assert_eq!(found, format!("201 {golden}"));
    }
}

fn golden_reference() -> Value {
    Value::from("tr_fhchi842jyimwiugjgszcxvb8n")
}

#[tokio::test]
async fn a_completed_payin_is_the_documented_body() {
    let golden: Value = serde_json::from_str(include_str!("../golden/payin.completed.json")).expect("JSON");
    let mut paid = OnePayin::seen(PayinStatus::Paid, Some(153));
    paid.receipt = Receipt {
        paid_from: Some("+2250153013761".to_owned()),
        fee: Some(Money::new(0, Currency::XOF)),
        charged: Some(Money::new(153, Currency::XOF)),
        ..Receipt::default()
    };
    let found = call(&paid, Method::GET, ASK, "").await;
    let (status, body) = found.split_once(' ').expect("a status");
    let mut found: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(status, "200");
    assert_eq!(found.as_object_mut().and_then(|found| found.remove("id")), Some(golden_reference()));
    // The same fields of the same types, in the same order (which the byte tests hold).
    fn shape(value: &Value) -> Value {
        match value {
            Value::Object(object) => {
                object.iter().map(|(name, value)| (name.clone(), shape(value))).collect()
            }
            Value::Number(_) => Value::from("a number"),
            Value::String(_) => Value::from("a text"),
            other @ (Value::Null | Value::Bool(_) | Value::Array(_)) => other.clone(),
        }
    }
    assert_eq!(shape(&found), shape(&golden));
    let expected = concat!(
        r#"{"id":"tr_fhchi842jyimwiugjgszcxvb8n","type":"payin","fee":6,"#,
        r#""reference":"tr_fhchi842jyimwiugjgszcxvb8n","phoneNumber":"+2250702968786","#,
        r#""customerName":"John Doe","amount":300,"chargedAmount":306,"status":"processed","currency":"XOF","#,
        r#""customerReference":"ef76fb64-af0b-4c37-8729-bf61d85721fd","confirmationRequired":true,"#,
        r#""confirmationStatus":"accepted","createdAt":"2025-08-22T01:34:48.189Z","#,
        r#""transaction":{"reference":"tr_fhchi842jyimwiugjgszcxvb8n","status":"completed","customerName":"John Doe","#,
        r#""processedAt":"2025-08-22T01:35:48.189Z","phoneNumber":"+2250153013761","amount":"153.00","fees":"0.00","#,
        r#""chargedAmount":"153.00","currency":"XOF"},"failure":null}"#
    );
    assert_eq!(body, expected);
}

#[tokio::test]
async fn every_status_in_words() {
    let nothing = [r#""transaction":null,"failure":null}"#];
    for (status, paid_minor, expected) in [
        (
            PayinStatus::Open,
            None,
            &[r#""status":"processing","#, r#""confirmationStatus":"none""#, nothing[0]][..],
        ),
        (
            PayinStatus::Processing,
            None,
            &[
                r#""status":"processing","#,
                r#""confirmationStatus":"pending""#,
                r#""status":"pending","#,
                r#""processedAt":null"#,
                r#""amount":"300.00""#,
                r#""failure":null"#,
            ],
        ),
        (
            PayinStatus::Paid,
            Some(300),
            &[r#""status":"completed","#, r#""amount":"300.00","fees":"6.00","chargedAmount":"306.00""#],
        ),
        (
            PayinStatus::Paid,
            None,
            &[
                r#""status":"completed","#,
                r#""phoneNumber":null,"fees":"6.00","chargedAmount":null,"currency":"XOF"}"#,
            ],
        ),
        (
            PayinStatus::Failed(PayinFailure::Declined),
            None,
            &[
                r#""status":"failed","currency":"XOF","customerReference""#,
                r#""confirmationStatus":"declined""#,
                r#""status":"failed","#,
                r#""failure":{"code":"payment_declined","message":"The operator declined the payment."}"#,
            ],
        ),
        (
            PayinStatus::Failed(PayinFailure::Cancelled),
            None,
            &[
                r#""status":"failed","currency":"XOF","customerReference""#,
                r#""confirmationStatus":"declined""#,
                r#""status":"failed","#,
                r#""failure":{"code":"confirmation_declined","message":"The payer did not confirm."}"#,
            ],
        ),
        (
            PayinStatus::Failed(PayinFailure::Expired),
            None,
            &[r#""status":"expired","#, r#""confirmationStatus":"expired""#, nothing[0]],
        ),
    ] {
        let found = call(&OnePayin::seen(status, paid_minor), Method::GET, ASK, "").await;
        for part in expected {
            assert!(found.contains(part), "{part} in {found}");
        }
    }
    let french = headers(("accept-language", "fr"));
    let backend = OnePayin::seen(PayinStatus::Failed(PayinFailure::Declined), None);
    let found = answer(&backend, Method::GET, ASK, french, "").await;
    assert!(String::from_utf8_lossy(&found.body).contains("L'opérateur a refusé le paiement."));
}

/// The status, the code and the sentence of a refusal, the seconds to wait, and that the body says the
/// status too.
fn refusal(response: &VendorResponse) -> String {
    let reply: ErrorReply = serde_json::from_slice(&response.body).expect("the vendor's shape");
    assert_eq!(reply.status_code, Some(response.status.as_u16()));
    let busy = response.retry_after_s.map(|seconds| format!(" after {seconds} s")).unwrap_or_default();
    let code = reply.code.expect("a code");
    format!("{} {code}{busy} {}", response.status.as_u16(), reply.message.expect("a sentence"))
}

#[tokio::test]
async fn who_is_calling() {
    let backend = OnePayin::seen(PayinStatus::Open, None);
    let nobody = "401 unauthorized Send Authorization: Basic with api_key:api_client in base64.";
    let unknown = "403 api_token_invalid The API key and its client are not known.";
    for (given, expected) in [
        ("", Some(nobody)),
        ("Basic", Some(nobody)),
        ("Basic !!!", Some(nobody)),
        ("Basic a2V5XzE=", Some(nobody)),
        ("Basic OmNsaWVudF8x", Some(nobody)),
        ("Bearer a2V5XzE6Y2xpZW50XzE=", Some(nobody)),
        ("Basic /zp4", Some(nobody)),
        ("clé", Some(nobody)),
        ("Basic a2V5XzI6Y2xpZW50XzE=", Some(unknown)),
        ("Basic a2V5XzE6Y2xpZW50XzI=", Some(unknown)),
        ("Basic a2V5XzE6", Some(unknown)),
        ("basic  a2V5XzE6Y2xpZW50XzE ", None),
        (BASIC, None),
    ] {
        for (method, path) in [(Method::POST, OPEN), (Method::GET, ASK)] {
            let response = answer(&backend, method, path, headers(("authorization", given)), BODY).await;
            let found = (!response.status.is_success()).then(|| refusal(&response));
            assert_eq!(found.as_deref(), expected, "{given}");
        }
    }
}

#[tokio::test]
async fn idempotency_keys() {
    let backend = OnePayin::seen(PayinStatus::Open, None);
    for (given, expected) in [
        ("", Some("400 idempotency_key_required Send X-Idempotency-Key: a UUID of your own for each payin.")),
        ("order-7", Some("400 idempotency_key_invalid X-Idempotency-Key must be a UUID.")),
        ("é", Some("400 idempotency_key_invalid X-Idempotency-Key must be a UUID.")),
        (" ef76fb64-af0b-4c37-8729-bf61d85721fd ", None),
    ] {
        let response =
            answer(&backend, Method::POST, OPEN, headers(("x-idempotency-key", given)), BODY).await;
        let found = (!response.status.is_success()).then(|| refusal(&response));
        assert_eq!(found.as_deref(), expected, "{given}");
    }
    let response = answer(&backend, Method::GET, ASK, headers(("x-idempotency-key", "")), "").await;
    assert_eq!(response.status, 200, "asking needs none");
}

#[tokio::test]
async fn refusals_of_the_backend_in_two_languages() {
    for (refused, english, french) in [
        (
            BackendRefusal::UnknownKey,
            "403 api_token_invalid The API key and its client are not known.",
            "La clé d'API et son client ne sont pas connus.",
        ),
        (
            BackendRefusal::MerchantNotValidated,
            "403 client_kyc_not_approved The merchant is not approved yet.",
            "Le marchand n'est pas encore validé.",
        ),
        (
            BackendRefusal::AddressBlocked,
            "403 address_not_allowed This address may not use the API key.",
            "Cette adresse ne peut pas utiliser la clé d'API.",
        ),
        (
            BackendRefusal::NoSuchPayment,
            "404 transaction_does_not_exist There is no such payment.",
            "Ce paiement n'existe pas.",
        ),
        (
            BackendRefusal::DuplicateReference,
            "409 transaction_already_exists There is a payment with this reference, made with another idempotency key.",
            "Un paiement porte déjà cette référence, avec une autre clé d'idempotence.",
        ),
        (
            BackendRefusal::KeyReused,
            "422 idempotency_key_reused The idempotency key was used for another request.",
            "La clé d'idempotence a servi à une autre requête.",
        ),
        (
            BackendRefusal::InProgress,
            "409 request_in_progress A request with this idempotency key is being worked; send it again.",
            "Une requête avec cette clé d'idempotence est en cours ; renvoyez-la.",
        ),
        (
            BackendRefusal::TooManyRequests,
            "429 too_many_requests after 5 s Too many requests; come back in a moment.",
            "Trop de requêtes ; revenez dans un instant.",
        ),
        (
            BackendRefusal::Refused { code: "closed", message: "Not today.".to_owned() },
            "400 closed Not today.",
            "Not today.",
        ),
        (
            BackendRefusal::Unavailable,
            "503 service_unavailable after 5 s The service is unavailable for a moment.",
            "Le service est momentanément indisponible.",
        ),
    ] {
        let backend = OnePayin::refusing(refused);
        for (method, path) in [(Method::POST, OPEN), (Method::GET, ASK)] {
            let found = answer(&backend, method.clone(), path, headers(UNCHANGED), BODY).await;
            assert_eq!(refusal(&found), english);
            let found =
                answer(&backend, method, path, headers(("accept-language", "fr-CI, en;q=0.5")), BODY).await;
            assert!(refusal(&found).ends_with(french), "{french}");
        }
    }
}

#[tokio::test]
async fn paths_and_methods() {
    let backend = OnePayin::seen(PayinStatus::Open, None);
    let nowhere =
        "404 not_found This endpoint is not offered here; payins are made at POST /v1/payin/sessions.";
    let unknown = "404 transaction_does_not_exist There is no such payment.";
    for (method, path, expected) in [
        (Method::GET, OPEN, "405 method_not_allowed This endpoint takes POST only."),
        (Method::POST, ASK, "405 method_not_allowed This endpoint takes GET only."),
        (Method::POST, "/v1/payin/tr_1/refund", nowhere),
        (Method::GET, "/v1/payin/", nowhere),
        (Method::POST, "/v1/direct/payin", nowhere),
        (Method::POST, "/v1/direct/payout", nowhere),
        (Method::GET, "/v1/direct/payout/tr_1", nowhere),
        (Method::POST, "/v1/payout", nowhere),
        (Method::POST, "/v1/payin/sessions/again", nowhere),
        (Method::GET, "/v1/payin/tr_1", unknown),
        (Method::GET, "/v1/payin/..", unknown),
        (Method::GET, "/v1/payin/%2", unknown),
        (Method::GET, "/v1/payin/%ff", unknown),
        (Method::GET, "/v1/payin/%+1", unknown),
        (Method::GET, "/v1/payin/a%0Ab", unknown),
    ] {
        let response = answer(&backend, method, path, headers(UNCHANGED), BODY).await;
        assert_eq!(refusal(&response), expected, "{path}");
    }
    for (method, sloppy) in [
        (Method::POST, "//v1//payin/sessions/"),
        (Method::GET, "/v1/payin//tr_fhchi842jyimwiugjgszcxvb8n/"),
        (Method::GET, "/v1/payin/tr%5Ffhchi842jyimwiugjgszcxvb8n"),
        (Method::GET, "/v1/payin/order%207%2F%C3%A9"),
    ] {
        let found = call(&backend, method, sloppy, BODY).await;
        assert!(found.starts_with('2'), "{sloppy}: {found}");
    }
    for other in ["/", "/v1", "/v1/", "/v1/orders", "/v1/payins/x", "/payin/x"] {
        assert!(!NovasendDialect.serves(other), "{other}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_before_a_wrong_body() {
    let backend = OnePayin::seen(PayinStatus::Open, None);
    for body in ["", "{}", r#"{"reference":7}"#] {
        let given = headers(("authorization", "Basic a2V5XzI6Y2xpZW50XzE="));
        let response = answer(&backend, Method::POST, OPEN, given, body).await;
        assert_eq!(refusal(&response), "403 api_token_invalid The API key and its client are not known.");
    }
}

#[tokio::test]
async fn a_rule_of_the_gateway_names_the_clients_field() {
    for (code, field, sentence, expected) in [
        (
            guichet_core::Code::PhoneMissing,
            "payer.phone",
            "It asks the payer: give {payer.phone}.",
            "400 validation_error It asks the payer: give msisdn.",
        ),
        (
            guichet_core::Code::AmountNotMultiple,
            "amount",
            "It takes multiples of 5.",
            "400 invalid_amount It takes multiples of 5.",
        ),
    ] {
        let rule = crate::RuleViolation { code, field, sentence: sentence.to_owned() };
        let backend = OnePayin::refusing(BackendRefusal::AgainstARule(rule));
        let response = answer(&backend, Method::POST, OPEN, headers(UNCHANGED), BODY).await;
        assert_eq!(refusal(&response), expected);
    }
}

#[tokio::test]
async fn a_broken_rule_names_its_field() {
    let backend = OnePayin::seen(PayinStatus::Open, None);
    let body = BODY.replace("300", "300.5");
    let response = answer(&backend, Method::POST, OPEN, headers(("accept-language", "fr")), &body).await;
    assert_eq!(
        refusal(&response),
        "400 invalid_amount amount doit être en francs entiers, de 100 à 2000000."
    );
}

/// Shops take these words for paid before they look further.
#[tokio::test]
async fn no_word_for_paid_is_said_before_the_money_came() {
    use PayinStatus::{Failed, Open, Processing};
    for status in [
        Open,
        Processing,
        Failed(PayinFailure::Declined),
        Failed(PayinFailure::Cancelled),
        Failed(PayinFailure::Expired),
    ] {
        let view = view(golden_request(), status, None);
        let notified = NovasendDialect.unsigned_notification(&view).map(|sent| sent.body).unwrap_or_default();
        let asked = call(&OnePayin::seen(status, None), Method::GET, ASK, "").await;
        let opened = call(&OnePayin::seen(status, None), Method::POST, OPEN, BODY).await;
        for said in [asked, opened, String::from_utf8_lossy(&notified).into_owned()] {
            for word in ["processed\"", "accepted", "completed", "success\""] {
                assert!(!said.contains(word), "{word} in {said}");
            }
        }
    }
}

/// Nothing that the gateway did not tell is made up.
#[tokio::test]
async fn what_is_not_told_is_null() {
    let mut untold = view(golden_request(), PayinStatus::Paid, Some(300));
    untold.fee = None;
    let body =
        serde_json::to_value(render::asked(&untold, Language::English).expect("a body")).expect("JSON");
    let notice =
        render::notice(&untold).and_then(|(_, notice)| serde_json::to_value(notice).ok()).expect("a notice");
    for (value, pointer) in [
        (&body, "/fee"),
        (&body, "/chargedAmount"),
        (&body, "/transaction/fees"),
        (&body, "/transaction/chargedAmount"),
        (&body, "/transaction/phoneNumber"),
        (&notice, "/fees"),
        (&notice, "/chargedAmount"),
    ] {
        assert_eq!(value.pointer(pointer), Some(&Value::Null), "{pointer} in {value}");
    }
}

#[test]
fn notifications() {
    let secret = SecretString::from("whk_1");
    let paid = view(golden_request(), PayinStatus::Paid, Some(153));
    let sent = NovasendDialect.notification(&paid, &secret).expect("a notification");
    let expected = concat!(
        r#"{"id":"tr_fhchi842jyimwiugjgszcxvb8n","fees":6,"type":"payin","amount":153,"status":"processed","#,
        r#""failure":null,"currency":"XOF","customer":{"name":"John Doe","phoneNumber":"+2250702968786"},"#,
        r#""createdAt":"2025-08-22T01:34:48.189Z","reference":"ef76fb64-af0b-4c37-8729-bf61d85721fd","#,
        r#""paymentUrl":"https://link.novasend.app/link/{shortCode}","chargedAmount":159,"#,
        r#""confirmationStatus":"accepted","confirmationRequired":true,"#,
        r#""customerReference":"ef76fb64-af0b-4c37-8729-bf61d85721fd","#,
        r#""transaction":{"reference":"tr_fhchi842jyimwiugjgszcxvb8n","status":"completed","#,
        r#""customerName":"John Doe","processedAt":"2025-08-22T01:35:48.189Z","phoneNumber":null,"#,
        r#""amount":"153.00","fees":"6.00","chargedAmount":"159.00","currency":"XOF"}}"#
    );
    assert_eq!(sent.body, expected);
    let signature = signature::signature("whk_1", expected.as_bytes()).expect("a signature");
    assert_eq!(
        sent.headers,
        [("x-novasend-event", "payin.confirmed".to_owned()), ("x-signature-value", signature)]
    );
    let unsigned = NovasendDialect.notification(&paid, &SecretString::from("")).expect("a notification");
    assert_eq!(unsigned.headers, [("x-novasend-event", "payin.confirmed".to_owned())]);
    for (status, expected) in [
        (PayinStatus::Open, None),
        (PayinStatus::Processing, None),
        (PayinStatus::Paid, Some(("payin.confirmed", "processed accepted completed"))),
        (PayinStatus::Failed(PayinFailure::Declined), Some(("payin.declined", "failed declined failed"))),
        (PayinStatus::Failed(PayinFailure::Cancelled), Some(("payin.declined", "failed declined failed"))),
        (PayinStatus::Failed(PayinFailure::Expired), Some(("payin.declined", "expired expired "))),
    ] {
        let sent = NovasendDialect.notification(&view(golden_request(), status, None), &secret);
        let found = sent.map(|sent| {
            let body: Value = serde_json::from_slice(&sent.body).expect("JSON");
            let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            let transaction = body["transaction"]["status"].as_str().unwrap_or_default();
            let words = format!("{} {} {transaction}", word("status"), word("confirmationStatus"));
            assert_eq!(body["customerReference"], body["reference"]);
            (sent.headers[0].1.clone(), words)
        });
        assert_eq!(found, expected.map(|(event, words)| (event.to_owned(), words.to_owned())), "{status:?}");
    }
}

#[test]
fn credentials_and_references() {
    for (key, client, expected) in [
        ("k", "c", Some(true)),
        ("nsk_1!", "nsc_2", Some(true)),
        ("", "c", None),
        ("k", "", None),
        ("a:b", "c", None),
        ("k", "a b", None),
        ("clé", "c", None),
    ] {
        assert_eq!(NovasendDialect.accepts(key, client), expected, "{key}:{client}");
    }
    let mut random = [0; 64];
    random.iter_mut().zip(0..).for_each(|(byte, index)| *byte = index);
    let issued = NovasendDialect.issue(random);
    assert_eq!(NovasendDialect.accepts(&issued.key, &issued.account), Some(true));
    assert_eq!((issued.key.len(), issued.account.len(), issued.signing.len()), (44, 44, 52));
    assert_eq!(NovasendDialect.reference(7), "tr_aaaaaaaaaaaaaaaaaaaaaaaah");
    assert_eq!(NovasendDialect.reference(u128::MAX).len(), 28);
    assert_ne!(NovasendDialect.reference(u128::MAX), NovasendDialect.reference(u128::MAX - 1));
    assert!(crate::novasend::wire::is_reference(&NovasendDialect.reference(u128::MAX)));
    assert_eq!(NovasendDialect.return_form(&view(golden_request(), PayinStatus::Paid, Some(300))), None);
}
