//! CinetPay's API as its own clients know it, over any backend. Where the vendor publishes nothing the
//! code or the status is our choice, and the comment beside it says so.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::profile::PROFILE;
use super::protocol::NAME;
use super::read::{self, InvalidField, Name};
use super::wire::{Created, Raw, Reply};
use super::{codes, notification, render};
use crate::dialect::{Dialect, IssuedCredential, Notification, VendorProfile, VendorRequest, VendorResponse};
use crate::payin::{Backend, BackendRefusal, ClientCredential, Lookup, PayinView};

/// The dialect of CinetPay: `POST /v2/payment` and `POST /v2/payment/check`.
#[derive(Debug, Clone, Copy)]
pub struct CinetPayDialect;

/// The longest credential that is accepted, in bytes.
const CREDENTIAL_BYTES: usize = 128;

/// A call that is refused.
struct Refused {
    status: StatusCode,
    code: &'static str,
    description: String,
}

#[async_trait]
impl Dialect for CinetPayDialect {
    fn name(&self) -> &'static str {
        NAME
    }

    fn profile(&self) -> &'static VendorProfile {
        &PROFILE
    }

    /// All of the vendor's paths, also those of what is not offered (refunds, transfers): they are refused in its own
    /// shape.
    fn serves(&self, path: &str) -> bool {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        parts.next() == Some("v2")
            && parts.next().is_some_and(|part| part.starts_with("payment") || part.starts_with("transfer"))
    }

    /// A payment_token: real ones are long lower-case hexadecimal; this one is the number's SHA-256.
    fn reference(&self, number: u128) -> String {
        hex(&Sha256::digest(number.to_be_bytes()))
    }

    /// An apikey such as `12912847765bc0db748fdd44.40081707`, a site_id of six digits, and a secret
    /// key of the apikey's shape: those of the vendor's samples.
    fn issue(&self, random: [u8; 64]) -> IssuedCredential {
        let number = |at: usize| random[at..at + 4].iter().fold(0_u32, |n, byte| (n << 8) | u32::from(*byte));
        let key = |at: usize| format!("{}.{:08}", hex(&random[at..at + 12]), number(at + 12) % 100_000_000);
        IssuedCredential {
            key: key(0),
            account: (100_000 + number(32) % 900_000).to_string(),
            signing: key(16),
        }
    }

    /// Every well-formed credential is accepted, with play money only: nothing in the vendor's credentials
    /// marks a sandbox.
    fn accepts(&self, key: &str, account: &str) -> Option<bool> {
        let sound = |text: &str| (1..=CREDENTIAL_BYTES).contains(&text.len());
        let key_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let admitted = sound(key)
            && key.bytes().all(key_byte)
            && sound(account)
            && account.bytes().all(|byte| byte.is_ascii_digit());
        admitted.then_some(true)
    }

    fn unsigned_notification(&self, view: &PayinView) -> Option<Notification> {
        notification::unsigned(view)
    }

    fn sign(&self, notification: &mut Notification, secret: &SecretString) {
        notification::sign(notification, secret);
    }

    /// `transaction_id` is documented on the return page; the vendor's PHP library also reads `token`.
    fn return_form(&self, view: &PayinView) -> Option<Vec<(&'static str, String)>> {
        Some(vec![("transaction_id", view.request.reference.clone()), ("token", view.reference.clone())])
    }

    fn refuse(&self, _request: &VendorRequest, refusal: BackendRefusal, now_ms: i64) -> VendorResponse {
        Refused::from(refusal).into_response(now_ms)
    }

    async fn answer(&self, backend: &dyn Backend, request: VendorRequest) -> VendorResponse {
        let now_ms = backend.now_ms();
        match answered(backend, &request, now_ms).await {
            // No status is documented for success; the vendor's libraries take 200.
            Ok(body) => VendorResponse::json(StatusCode::OK, body),
            Err(refused) => refused.into_response(now_ms),
        }
    }
}

#[derive(Clone, Copy)]
enum Endpoint {
    Open,
    Check,
}

/// The endpoint of a path; clients join base and path carelessly, so superfluous slashes are ignored.
fn endpoint(path: &str) -> Option<Endpoint> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["v2", "payment"] => Some(Endpoint::Open),
        ["v2", "payment", "check"] => Some(Endpoint::Check),
        _ => None,
    }
}

/// `Authorization`, the user agent and the content type are ignored: the vendor's own samples and
/// libraries get all three wrong, and the body says everything.
async fn answered(backend: &dyn Backend, request: &VendorRequest, now_ms: i64) -> Result<Bytes, Refused> {
    let Some(endpoint) = endpoint(&request.path) else {
        // The code is our choice.
        return Err(refused(StatusCode::NOT_FOUND, codes::FIELDS, "this endpoint is not offered here"));
    };
    if request.method != Method::POST {
        // The code is our choice.
        return Err(refused(StatusCode::METHOD_NOT_ALLOWED, codes::FIELDS, "this endpoint takes POST only"));
    }
    match endpoint {
        Endpoint::Open => open(backend, &request.body, now_ms).await,
        Endpoint::Check => check(backend, &request.body, now_ms).await,
    }
}

async fn open(backend: &dyn Backend, body: &[u8], now_ms: i64) -> Result<Bytes, Refused> {
    let (caller, fields) = read::caller(body)?;
    backend.admit(credential(&caller)).await?;
    let request = read::opening(&caller, &fields)?;
    let view = backend.open(credential(&caller), request).await?;
    let data = Created { payment_token: view.reference, payment_url: view.url };
    Ok(json(&Reply {
        description: Some(Raw::of("Transaction created with success")),
        ..reply(codes::CREATED, Some(data), now_ms)
    }))
}

async fn check(backend: &dyn Backend, body: &[u8], now_ms: i64) -> Result<Bytes, Refused> {
    let (caller, fields) = read::caller(body)?;
    backend.admit(credential(&caller)).await?;
    let name = read::question(&fields)?;
    let lookup = match &name {
        Name::Merchant(text) => Lookup::MerchantReference(text),
        Name::Token(text) => Lookup::Reference(text),
    };
    let view = backend.view(credential(&caller), lookup).await?;
    let checked = render::checked(&view).ok_or_else(|| {
        // An error on our side of the protocol; the code is our choice.
        let words = "the amount cannot be shown in whole units";
        refused(StatusCode::INTERNAL_SERVER_ERROR, codes::UNAVAILABLE, words)
    })?;
    Ok(json(&reply(render::code(view.status), Some(checked), now_ms)))
}

fn credential(caller: &read::Caller) -> ClientCredential<'_> {
    ClientCredential { dialect: NAME, key: &caller.apikey, account: &caller.site_id }
}

fn refused(status: StatusCode, code: &'static str, description: &str) -> Refused {
    Refused { status, code, description: description.to_owned() }
}

impl From<InvalidField> for Refused {
    /// The one documented sample of an error has 400; that all of them have is our choice.
    fn from(wrong: InvalidField) -> Self {
        refused(StatusCode::BAD_REQUEST, wrong.code, &wrong.sentence)
    }
}

impl From<BackendRefusal> for Refused {
    /// 609, 613, 429 and 403 are the vendor's. It publishes no code for a transaction_id that nobody
    /// knows, nor for one that was used before: 608 with 404, and 620, are our choice. None of them
    /// may ever be read as a failed payment.
    fn from(refusal: BackendRefusal) -> Self {
        let (status, code, description) = match &refusal {
            BackendRefusal::UnknownKey => {
                (StatusCode::BAD_REQUEST, codes::UNKNOWN_KEY, "apikey: is not known")
            }
            BackendRefusal::WrongAccount => {
                (StatusCode::BAD_REQUEST, codes::UNKNOWN_SITE, "site_id: does not go with the apikey")
            }
            BackendRefusal::MerchantNotValidated => {
                (StatusCode::FORBIDDEN, codes::NOT_ALLOWED, "the merchant may not take payments yet")
            }
            BackendRefusal::AddressBlocked => {
                (StatusCode::FORBIDDEN, codes::NOT_ALLOWED, "this address may not use the apikey")
            }
            BackendRefusal::NoSuchPayment => {
                (StatusCode::NOT_FOUND, codes::FIELDS, "transaction_id: there is no such transaction")
            }
            BackendRefusal::DuplicateReference | BackendRefusal::KeyReused => {
                (StatusCode::BAD_REQUEST, codes::DOUBLE, "transaction_id: it was used before")
            }
            BackendRefusal::InProgress => {
                (StatusCode::TOO_MANY_REQUESTS, codes::TOO_MANY, "the same call is being worked")
            }
            BackendRefusal::TooManyRequests => {
                (StatusCode::TOO_MANY_REQUESTS, codes::TOO_MANY, "too many calls")
            }
            BackendRefusal::AgainstARule(rule) => {
                let sentence = rule.told(|field| PROFILE.field(field));
                let description = format!("{}: {sentence}", PROFILE.field(rule.field));
                return refused(StatusCode::BAD_REQUEST, codes::FIELDS, &description);
            }
            BackendRefusal::Refused { code, message } => {
                let description = format!("{message} ({code})");
                return refused(StatusCode::BAD_REQUEST, codes::FIELDS, &description);
            }
            BackendRefusal::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                codes::UNAVAILABLE,
                "the service is unavailable for a moment",
            ),
        };
        refused(status, code, description)
    }
}

impl Refused {
    fn into_response(self, now_ms: i64) -> VendorResponse {
        let body = Reply::<Created> {
            description: Some(Raw::of(&self.description)),
            ..reply(self.code, None, now_ms)
        };
        VendorResponse::json(self.status, json(&body))
    }
}

fn reply<T>(code: &str, data: Option<T>, now_ms: i64) -> Reply<T> {
    // Seconds with four decimals, as in the vendor's samples.
    let id = format!("{}.{:04}", now_ms.div_euclid(1000), now_ms.rem_euclid(1000) * 10);
    Reply {
        code: code.to_owned(),
        message: Some(Raw::of(codes::message(code))),
        description: None,
        data,
        api_response_id: Some(Raw::of(&id)),
    }
}

fn json<T: Serialize>(body: &T) -> Bytes {
    // Text keys and texts always serialise; otherwise the body is empty.
    serde_json::to_vec(body).unwrap_or_default().into()
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests;
