//! Novasend's Payin API as its own clients know it, over any backend: generation A of the answers (the
//! guide) with the `id` of generation B, while requests may be spelled as in either. What the vendor leaves open is our choice, and
//! the comment beside it says so.

use async_trait::async_trait;
use bytes::Bytes;
use data_encoding::{BASE64_NOPAD, HEXLOWER};
use http::{HeaderMap, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use uuid::fmt::Hyphenated;

use super::profile::PROFILE;
use super::protocol::{IDEMPOTENCY_HEADER, NAME, SIGNATURE_HEADER, is_merchant_reference};
use super::refusal::{Language, Refused, refused, unauthorised};
use super::wire::Payin;
use super::{read, render, signature};
use crate::dialect::{Dialect, IssuedCredential, Notification, VendorProfile, VendorRequest, VendorResponse};
use crate::payin::{Backend, BackendRefusal, ClientCredential, Lookup, PayinRequest, PayinView};

/// The dialect of Novasend: `POST /v1/payin/sessions` and `GET /v1/payin/{reference}`.
#[derive(Debug, Clone, Copy)]
pub struct NovasendDialect;

/// Names the event of a notification. Where the vendor puts that name is published nowhere; this
/// header is ours.
const EVENT_HEADER: &str = "x-novasend-event";

#[async_trait]
impl Dialect for NovasendDialect {
    fn name(&self) -> &'static str {
        NAME
    }

    fn profile(&self) -> &'static VendorProfile {
        &PROFILE
    }

    /// All of the vendor's paths, also those of what is not offered: they are refused in its own shape.
    fn serves(&self, path: &str) -> bool {
        let mut parts = parts(path);
        parts.next() == Some("v1") && matches!(parts.next(), Some("payin" | "payout" | "direct"))
    }

    /// `tr_` and 25 small letters or digits, which hold 128 bits; the guide's examples have 26.
    fn reference(&self, number: u128) -> String {
        const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let digit = |index| char::from(LETTERS[(number / 36_u128.pow(index) % 36) as usize]);
        let text: String = (0..25).rev().map(digit).collect();
        format!("tr_{text}")
    }

    /// The vendor shows no example of either; 160 bits for each of the two that name the merchant and
    /// 192 for the one that signs, behind prefixes of ours.
    fn issue(&self, random: [u8; 64]) -> IssuedCredential {
        let hex = |bytes| HEXLOWER.encode(bytes);
        IssuedCredential {
            key: format!("nsk_{}", hex(&random[..20])),
            account: format!("nsc_{}", hex(&random[20..40])),
            signing: format!("nsw_{}", hex(&random[40..])),
        }
    }

    /// Any key with any client. The vendor's own sandbox moves real money; this one never does.
    fn accepts(&self, key: &str, account: &str) -> Option<bool> {
        let fits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        (fits(key) && fits(account)).then_some(true)
    }

    fn unsigned_notification(&self, view: &PayinView) -> Option<Notification> {
        let (event, notice) = render::notice(view)?;
        let body = serde_json::to_vec(&notice).ok()?;
        let headers = vec![(EVENT_HEADER, event.to_owned())];
        Some(Notification { headers, content_type: "application/json", body: Bytes::from(body) })
    }

    fn sign(&self, notification: &mut Notification, secret: &SecretString) {
        let signature = signature::signature(secret.expose_secret(), &notification.body);
        notification.headers.extend(signature.map(|signature| (SIGNATURE_HEADER, signature)));
    }

    fn return_form(&self, _view: &PayinView) -> Option<Vec<(&'static str, String)>> {
        None
    }

    fn refuse(&self, request: &VendorRequest, refusal: BackendRefusal, _now_ms: i64) -> VendorResponse {
        Refused::from(refusal).into_response(Language::wanted(&request.headers))
    }

    async fn answer(&self, backend: &dyn Backend, request: VendorRequest) -> VendorResponse {
        let language = Language::wanted(&request.headers);
        match answered(backend, &request, language).await {
            Ok((status, body)) => VendorResponse::json(status, body),
            Err(refused) => refused.into_response(language),
        }
    }
}

async fn answered(
    backend: &dyn Backend,
    request: &VendorRequest,
    language: Language,
) -> Result<(StatusCode, Bytes), Refused> {
    match endpoint(&request.path).as_slice() {
        ["sessions"] => {
            method(request, &Method::POST)?;
            open(backend, request).await
        }
        [reference] => {
            method(request, &Method::GET)?;
            ask(backend, request, reference, language).await
        }
        _ => Err(not_offered()),
    }
}

async fn open(backend: &dyn Backend, request: &VendorRequest) -> Result<(StatusCode, Bytes), Refused> {
    let caller = Caller::of(&request.headers)?;
    backend.admit(caller.credential()).await?;
    let key = idempotency_key(&request.headers)?;
    let asked = PayinRequest { idempotency_key: Some(key), ..read::session(&request.body)? };
    let view = backend.open(caller.credential(), asked).await?;
    // The vendor publishes no status for success; 201 is our choice, and our client takes any 2xx.
    Ok((StatusCode::CREATED, json(&render::opened(&view)?)))
}

async fn ask(
    backend: &dyn Backend,
    request: &VendorRequest,
    reference: &str,
    language: Language,
) -> Result<(StatusCode, Bytes), Refused> {
    let caller = Caller::of(&request.headers)?;
    let reference = percent_decode_str(reference).decode_utf8().ok();
    let reference = reference.filter(|text| is_merchant_reference(text));
    let reference = reference.ok_or(BackendRefusal::NoSuchPayment)?;
    // The guide asks by the gateway's reference, clients of generation B by their own.
    let view = backend.view(caller.credential(), Lookup::Either(&reference)).await?;
    Ok((StatusCode::OK, json(&render::asked(&view, language)?)))
}

/// The parts of the path after `/v1/payin`; none for any other path. Doubled slashes and one at the end mean
/// nothing, for clients join base and path carelessly.
fn endpoint(path: &str) -> Vec<&str> {
    let mut parts = parts(path);
    if parts.next() == Some("v1") && parts.next() == Some("payin") { parts.collect() } else { Vec::new() }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// An endpoint of the vendor's that is not offered: payouts, direct payins, refunds. The code is our choice.
fn not_offered() -> Refused {
    refused(
        StatusCode::NOT_FOUND,
        "not_found",
        "This endpoint is not offered here; payins are made at POST /v1/payin/sessions.",
        "Ce point d'accès n'est pas proposé ici ; les payins se font par POST /v1/payin/sessions.",
    )
}

fn method(request: &VendorRequest, wanted: &Method) -> Result<(), Refused> {
    if request.method == *wanted {
        return Ok(());
    }
    // The code is our choice.
    Err(refused(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        &format!("This endpoint takes {wanted} only."),
        &format!("Ce point d'accès n'accepte que {wanted}."),
    ))
}

/// The credential of the caller, by Basic authentication (RFC 7617): the key is the user, the client the password.
struct Caller {
    key: String,
    client: String,
}

impl Caller {
    fn of(headers: &HeaderMap) -> Result<Caller, Refused> {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) =
            given.and_then(|given| given.trim().split_once(' ')).ok_or_else(unauthorised)?;
        // Some clients leave the padding out.
        let token = token.trim().trim_end_matches('=').as_bytes();
        let pair = BASE64_NOPAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        match pair.as_deref().and_then(|pair| pair.split_once(':')) {
            Some((key, client)) if scheme.eq_ignore_ascii_case("basic") && !key.is_empty() => {
                Ok(Caller { key: key.to_owned(), client: client.to_owned() })
            }
            Some(_) | None => Err(unauthorised()),
        }
    }

    fn credential(&self) -> ClientCredential<'_> {
        ClientCredential { dialect: NAME, key: &self.key, account: &self.client }
    }
}

/// The idempotency key: required, and a UUID (the guide, the docs). The answer to a request without one is
/// published nowhere; 400 and the codes are our choice.
fn idempotency_key(headers: &HeaderMap) -> Result<String, Refused> {
    let Some(given) = headers.get(IDEMPOTENCY_HEADER) else {
        return Err(refused(
            StatusCode::BAD_REQUEST,
            "idempotency_key_required",
            "Send X-Idempotency-Key: a UUID of your own for each payin.",
            "Envoyez X-Idempotency-Key : un UUID de votre choix pour chaque payin.",
        ));
    };
    let key = given.to_str().ok().and_then(|given| given.trim().parse::<Hyphenated>().ok());
    key.map(|key| key.to_string()).ok_or_else(|| {
        refused(
            StatusCode::BAD_REQUEST,
            "idempotency_key_invalid",
            "X-Idempotency-Key must be a UUID.",
            "X-Idempotency-Key doit être un UUID.",
        )
    })
}

fn json(body: &Payin) -> Bytes {
    // Texts and integers always serialise; otherwise the body is empty.
    serde_json::to_vec(body).unwrap_or_default().into()
}

#[cfg(test)]
mod tests;
