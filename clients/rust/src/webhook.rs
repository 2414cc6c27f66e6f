//! Webhooks: whether one is the server's, and what it says.

use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha2::Sha256;

use crate::WebhookEvent;

/// How far a webhook's time may be away from ours, in seconds.
const TOLERANCE_S: u64 = 300;

/// A webhook is not the server's, too old, or no event: answer it with 401 and do nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookInvalid {
    /// A header is missing.
    #[error("A header of the webhook is missing.")]
    HeaderMissing,
    /// It was signed too long ago, or by a clock that is ahead.
    #[error("The webhook is too old, or from a clock that is ahead.")]
    NotOfNow,
    /// The secret is none: `whsec_` and base64.
    #[error("That is no signing secret of a webhook endpoint, such as whsec_….")]
    SecretMalformed,
    /// None of its signatures is right.
    #[error("No signature of the webhook is right: is it the secret of this endpoint?")]
    Forged,
    /// It is rightly signed, and no event.
    #[error("The webhook is rightly signed, but no event.")]
    Unreadable,
}

/// The event in a webhook, once it is known to be the server's. `body` is what came, before anything read it.
///
/// # Errors
/// It is not, or it is more than five minutes old or early.
pub fn verify_webhook(
    secret: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<WebhookEvent, WebhookInvalid> {
    verify_webhook_at(secret, headers, body, SystemTime::now())
}

/// The same at a time of yours.
///
/// # Errors
/// As [`verify_webhook`].
pub fn verify_webhook_at(
    secret: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> Result<WebhookEvent, WebhookInvalid> {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.filter(|value| !value.is_empty()).ok_or(WebhookInvalid::HeaderMissing)
    };
    let (id, timestamp) = (header("webhook-id")?, header("webhook-timestamp")?);
    let signatures = header("webhook-signature")?;
    let signed_at: u64 = timestamp.parse().map_err(|_| WebhookInvalid::NotOfNow)?;
    let now_s = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    if now_s.abs_diff(signed_at) > TOLERANCE_S {
        return Err(WebhookInvalid::NotOfNow);
    }
    let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap_or(secret).as_bytes());
    let key = key.map_err(|_| WebhookInvalid::SecretMalformed)?;
    let right = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| WebhookInvalid::SecretMalformed)?;
    let right = right.chain_update(format!("{id}.{timestamp}.")).chain_update(body);
    let is_right = |signature: &str| {
        let given = signature.strip_prefix("v1,").and_then(|given| BASE64.decode(given.as_bytes()).ok());
        given.is_some_and(|given| right.clone().verify_slice(&given).is_ok())
    };
    if !signatures.split(' ').any(is_right) {
        return Err(WebhookInvalid::Forged);
    }
    serde_json::from_slice(body).map_err(|_| WebhookInvalid::Unreadable)
}
