//! OCPay's API as its own clients know it, over any backend. Where the vendor publishes no code for
//! a refusal the code is our choice, and the comment beside it says so.

use async_trait::async_trait;
use bytes::Bytes;
use guichet_core::{Currency, Money};
use http::{Method, StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::protocol::{LINK_TTL_MS, NAME, TOKEN_HEADER};
use super::read;
use super::wire::{
    CheckedPayment, CreateLinkRequest, CreatedLink, ErrorBody, ErrorReply, FeeMode, Meta, PaymentLink, Reply,
    TransactionDetails, is_reference,
};
use crate::dialect::{
    Dialect, ExampleKey, IssuedCredential, Notification, Notifies, ResponseFields, Returns, VendorProfile,
    VendorRequest, VendorResponse,
};
use crate::feature::Feature;
use crate::payin::{Backend, BackendRefusal, ClientCredential, Lookup, PayinRequest, PayinStatus, PayinView};

/// The dialect of OCPay: `POST /v3/ocpay/createLink` and
/// `GET /v3/ocpay/checkPayment/{ref}`.
#[derive(Debug, Clone, Copy)]
pub struct OcPayDialect;

static PROFILE: VendorProfile = VendorProfile {
    title: "OCPay",
    credentials: &["access_token"],
    endpoints: &[
        ("POST", "/v3/ocpay/createLink", "makes a payment link"),
        ("GET", "/v3/ocpay/checkPayment/{ref}", "says how it stands"),
    ],
    fields: &[
        ("title", "productInfo.title"),
        ("description", "productInfo.description"),
        ("amount", "productInfo.amount"),
        // It is in dinars, always.
        ("currency", "productInfo.amount"),
        ("return_url", "redirectUrl"),
    ],
    speaks: &[
        ("productInfo.description", Feature::Description),
        ("feeMode", Feature::FeeBearer),
        ("successMessage", Feature::SuccessWords),
    ],
    currencies: &["DZD"],
    link_ttl_ms: LINK_TTL_MS,
    operators: &[],
    fee_per_mille: 0,
    notifies: Notifies::Never,
    // What happens after a failure is not documented; the redirect is described for success only.
    returns: Returns::WhenPaid,
    response_fields: ResponseFields {
        amounts: &["/data/transactionDetails/amount", "/data/paymentLink/productInfo/amount"],
        currencies: &["/data/transactionDetails/currency"],
        environments: &["/data/transactionDetails/isSandbox", "/data/paymentLink/isSandbox"],
        references: &["/data/paymentRef", "/data/paymentLink/ref"],
        statuses: &["/data/status"],
        details: &[("/data", "transactionDetails")],
        premature: &[],
    },
    example_keys: &[
        ExampleKey { example: "sk_sandbox_anything", meaning: "a sandbox key: payments say isSandbox true" },
        ExampleKey {
            example: "ea27b376-9f5c-4b09-883f-1b96cd7b541c",
            meaning: "any UUID is a sandbox key too",
        },
        ExampleKey {
            example: "sk_live_anything",
            meaning: "a live key: payments say isSandbox false (it is play money all the same)",
        },
    ],
    beside_sandbox: &[
        "OCPay refuses a key from an address that its owner did not allow, and makes no link for a merchant who is not validated; here only keys that end with _blocked and _unvalidated meet that.",
        "Its limits of calls, and the codes of its refusals for a wrong field, an unknown link and too many calls, are documented nowhere: here they are our choice.",
        "Whether its customers come back after a failure, and what it adds to the return address, is documented nowhere: here they come back after success only, and nothing is added.",
        "It charges 1 % when the balance is withdrawn, split as feeMode says; here no fee is taken.",
    ],
    document: include_str!("openapi.json"),
};

/// A call that is refused.
struct Refused {
    status: StatusCode,
    code: &'static str,
    message: String,
    details: Map<String, Value>,
}

#[async_trait]
impl Dialect for OcPayDialect {
    fn name(&self) -> &'static str {
        NAME
    }

    fn profile(&self) -> &'static VendorProfile {
        &PROFILE
    }

    /// All of the vendor's paths, also those of what is not offered: they are refused in its own shape.
    fn serves(&self, path: &str) -> bool {
        parts(path).next() == Some("v3")
    }

    /// `OCPL-`, six letters or digits, `-`, four more: the shape of the vendor's examples.
    fn reference(&self, number: u128) -> String {
        const LETTERS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let mut rest = number;
        let mut letter = || {
            let letter = LETTERS[(rest % 36) as usize];
            rest /= 36;
            char::from(letter)
        };
        let (head, tail): (String, String) =
            ((0..6).map(|_| letter()).collect(), (0..4).map(|_| letter()).collect());
        format!("OCPL-{head}-{tail}")
    }

    /// A UUID, the shape of the key on the authentication page.
    fn issue(&self, random: [u8; 64]) -> IssuedCredential {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&random[..16]);
        let key = Uuid::from_bytes(bytes).to_string();
        IssuedCredential { key, account: String::new(), signing: String::new() }
    }

    /// `sk_sandbox_…` and any UUID are sandbox keys, `sk_live_…` are live ones.
    fn accepts(&self, key: &str, _account: &str) -> Option<bool> {
        let prefixed = |prefix| key.strip_prefix(prefix).is_some_and(|rest: &str| !rest.is_empty());
        match (prefixed("sk_live_"), prefixed("sk_sandbox_") || key.parse::<Hyphenated>().is_ok()) {
            (true, _) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        }
    }

    /// The vendor sends no notifications.
    fn unsigned_notification(&self, _view: &PayinView) -> Option<Notification> {
        None
    }

    fn sign(&self, _notification: &mut Notification, _secret: &SecretString) {}

    fn return_form(&self, _view: &PayinView) -> Option<Vec<(&'static str, String)>> {
        None
    }

    fn refuse(&self, request: &VendorRequest, refusal: BackendRefusal, now_ms: i64) -> VendorResponse {
        Refused::from(refusal).into_response(now_ms, request)
    }

    async fn answer(&self, backend: &dyn Backend, request: VendorRequest) -> VendorResponse {
        let now_ms = backend.now_ms();
        match answered(backend, &request, now_ms).await {
            Ok(body) => VendorResponse::json(StatusCode::OK, body),
            Err(refused) => refused.into_response(now_ms, &request),
        }
    }
}

async fn answered(backend: &dyn Backend, request: &VendorRequest, now_ms: i64) -> Result<Bytes, Refused> {
    match endpoint(&request.path).unwrap_or_default().as_slice() {
        ["createLink"] => {
            method(request, &Method::POST)?;
            create_link(backend, request, now_ms).await
        }
        ["checkPayment", reference] => {
            method(request, &Method::GET)?;
            check_payment(backend, request, reference, now_ms).await
        }
        // The code is our choice. Nothing but payments is offered.
        _ => Err(refused(StatusCode::NOT_FOUND, "NOT_FOUND", "This endpoint is not offered here")),
    }
}

async fn create_link(backend: &dyn Backend, request: &VendorRequest, now_ms: i64) -> Result<Bytes, Refused> {
    let key = key(request)?;
    backend.admit(credential(key)).await?;
    let asked = read::create_link(&request.body).map_err(|details| Refused {
        details,
        // The code is our choice: the error-handling page gives none for OCPay's validation.
        ..refused(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", "The request is not valid")
    })?;
    let view = backend.open(credential(key), payin(&asked)?).await?;
    let data = CreatedLink {
        payment_link: Some(PaymentLink {
            uid: view.merchant,
            reference: view.reference.clone(),
            is_sandbox: view.sandbox,
            product_info: asked.product_info,
            fee_mode: asked.fee_mode.unwrap_or(FeeMode::NoFee),
            success_message: asked.success_message,
            redirect_url: asked.redirect_url,
            time: rfc3339(view.created_at_ms),
        }),
        payment_url: view.url,
        payment_ref: view.reference,
    };
    let request_id = request_id(now_ms, request, &data.payment_ref);
    Ok(reply(data, now_ms, request_id))
}

async fn check_payment(
    backend: &dyn Backend,
    request: &VendorRequest,
    reference: &str,
    now_ms: i64,
) -> Result<Bytes, Refused> {
    let key = key(request)?;
    if !is_reference(reference) {
        return Err(BackendRefusal::NoSuchPayment.into());
    }
    let view = backend.view(credential(key), Lookup::Reference(reference)).await?;
    let transaction_details = if view.status == PayinStatus::Paid { paid(&view)? } else { None };
    // The three words and sentences are those of the check-payment page.
    let (status, message) = match view.status {
        PayinStatus::Open | PayinStatus::Processing => ("PENDING", "Payment not yet initiated"),
        PayinStatus::Paid => ("CONFIRMED", "Payment confirmed successfully"),
        PayinStatus::Failed(_) => ("FAILED", "Payment failed"),
    };
    let data = CheckedPayment {
        status: status.to_owned(),
        message: Some(message.to_owned()),
        payment_ref: Some(view.reference),
        transaction_details,
    };
    Ok(reply(data, now_ms, request_id(now_ms, request, reference)))
}

/// The details of what was really paid, in whole units; `None` when the backend does not know ("when available").
fn paid(view: &PayinView) -> Result<Option<TransactionDetails>, Refused> {
    let Some(paid_minor) = view.paid_minor else { return Ok(None) };
    let currency = view.request.money.currency;
    let amount = Money::new(paid_minor, currency).to_major().ok_or_else(amount_not_representable)?;
    Ok(Some(TransactionDetails {
        amount,
        currency: currency.code().to_owned(),
        is_sandbox: view.sandbox,
        created_date: Some(rfc3339(view.created_at_ms)),
    }))
}

/// The request in words that belong to no vendor.
fn payin(asked: &CreateLinkRequest) -> Result<PayinRequest, Refused> {
    let money =
        Money::from_major(asked.product_info.amount, Currency::DZD).ok_or_else(amount_not_representable)?;
    Ok(PayinRequest {
        // The protocol has no field for the merchant's own reference, nor for notifications.
        title: asked.product_info.title.clone(),
        description: asked.product_info.description.clone(),
        return_url: asked.redirect_url.clone(),
        ..PayinRequest::of(money)
    })
}

/// An amount that this protocol cannot represent: an error on our side of it. The code is our choice.
fn amount_not_representable() -> Refused {
    refused(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "The amount cannot be shown in whole units")
}

/// The parts of the path after `/v3/ocpay`; `None` for any other path. The vendor's libraries join
/// base and path carelessly, so doubled slashes and one at the end mean nothing.
fn endpoint(path: &str) -> Option<Vec<&str>> {
    let mut parts = parts(path);
    (parts.next() == Some("v3") && parts.next() == Some(NAME)).then(|| parts.collect())
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn method(request: &VendorRequest, wanted: &Method) -> Result<(), Refused> {
    if request.method == *wanted {
        return Ok(());
    }
    // The code is our choice.
    let message = format!("This endpoint takes {wanted} only");
    Err(refused(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", &message))
}

fn key(request: &VendorRequest) -> Result<&str, Refused> {
    let Some(token) = request.headers.get(TOKEN_HEADER).filter(|token| !token.is_empty()) else {
        return Err(refused(StatusCode::UNAUTHORIZED, "MISSING_ACCESS_TOKEN", "Access token is required"));
    };
    token.to_str().map_err(|_| BackendRefusal::UnknownKey.into())
}

/// The credential of the caller: the protocol has one secret and no account.
fn credential(key: &str) -> ClientCredential<'_> {
    ClientCredential { dialect: NAME, key, account: "" }
}

fn refused(status: StatusCode, code: &'static str, message: &str) -> Refused {
    Refused { status, code, message: message.to_owned(), details: Map::new() }
}

impl From<BackendRefusal> for Refused {
    /// The two 401s and `IP_BLOCKED` are the error-handling page's; the other codes are our choice,
    /// because the vendor publishes none.
    fn from(refusal: BackendRefusal) -> Self {
        match refusal {
            BackendRefusal::UnknownKey | BackendRefusal::WrongAccount => refused(
                StatusCode::UNAUTHORIZED,
                "INVALID_ACCESS_TOKEN",
                "The provided access token is invalid",
            ),
            BackendRefusal::MerchantNotValidated => {
                refused(StatusCode::FORBIDDEN, "MERCHANT_NOT_VALIDATED", "The merchant is not validated yet")
            }
            BackendRefusal::AddressBlocked => {
                refused(StatusCode::FORBIDDEN, "IP_BLOCKED", "This address may not use the access token")
            }
            BackendRefusal::NoSuchPayment => {
                refused(StatusCode::NOT_FOUND, "PAYMENT_NOT_FOUND", "There is no such payment")
            }
            BackendRefusal::TooManyRequests => {
                refused(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", "Too many requests")
            }
            BackendRefusal::DuplicateReference | BackendRefusal::KeyReused | BackendRefusal::InProgress => {
                refused(StatusCode::CONFLICT, "CONFLICT", "This request was made before")
            }
            BackendRefusal::AgainstARule(rule) => {
                let sentence = rule.told(|field| PROFILE.field(field));
                let mut refused = refused(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", &sentence);
                refused.details.insert(PROFILE.field(rule.field).to_owned(), Value::from(sentence));
                refused
            }
            BackendRefusal::Refused { code, message } => {
                let mut refused = refused(StatusCode::BAD_REQUEST, "REQUEST_REFUSED", &message);
                refused.details.insert("reason".to_owned(), Value::from(code));
                refused
            }
            BackendRefusal::Unavailable => refused(
                StatusCode::SERVICE_UNAVAILABLE,
                "SERVICE_UNAVAILABLE",
                "The service is unavailable for a moment",
            ),
        }
    }
}

impl Refused {
    fn into_response(self, now_ms: i64, request: &VendorRequest) -> VendorResponse {
        let body = ErrorReply {
            success: false,
            error: ErrorBody {
                code: self.code.to_owned(),
                message: self.message,
                details: Some(Value::Object(self.details)),
            },
            request_id: Some(request_id(now_ms, request, "")),
        };
        VendorResponse::json(self.status, json(&body))
    }
}

fn reply<T: Serialize>(data: T, now_ms: i64, request_id: String) -> Bytes {
    json(&Reply {
        success: true,
        data: Some(data),
        meta: Some(Meta { timestamp: rfc3339(now_ms), request_id }),
    })
}

fn json<T: Serialize>(body: &T) -> Bytes {
    // Text keys and integers always serialise; otherwise the body is empty.
    serde_json::to_vec(body).unwrap_or_default().into()
}

/// Whole seconds in UTC, as on the vendor's pages.
fn rfc3339(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms)
        .unwrap_or(jiff::Timestamp::MAX)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// A name for this request that needs no randomness, so that a virtual clock repeats it: the time
/// and an FNV-1a hash of what was asked and answered.
fn request_id(now_ms: i64, request: &VendorRequest, reference: &str) -> String {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let now = now_ms.to_be_bytes();
    let parts = [request.path.as_bytes(), &request.body[..], reference.as_bytes(), &now[..]];
    let hash = parts.concat().iter().fold(OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
    format!("req_{}_{:06x}", now_ms.div_euclid(1000), hash & 0x00ff_ffff)
}

#[cfg(test)]
mod tests;
