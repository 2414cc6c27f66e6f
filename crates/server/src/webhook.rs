//! Webhooks by the Standard Webhooks specification 1.0: what is sent, how it is signed, and when it
//! is tried again.

use anyhow::Context;
use data_encoding::BASE64;
use guichet_core::{EntryKind, EventId};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::Sha256;
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::random;
use crate::store::Record;

/// What every signing secret begins with; the rest is base64.
pub const SECRET_PREFIX: &str = "whsec_";

/// How long after the first try each next one is made, in seconds after the one before.
const SCHEDULE_S: [i64; 9] =
    [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];

/// Whether that can be an event type: one that exists, or a beginning of one before a `*`.
pub fn is_event_type(text: &str) -> bool {
    let kinds = EntryKind::ALL.iter().map(|kind| kind.as_str());
    match text.strip_suffix('*') {
        Some(prefix) => kinds.into_iter().any(|kind| kind.starts_with(prefix)),
        None => kinds.into_iter().any(|kind| kind == text),
    }
}

/// How long nothing may have arrived at an endpoint before it is failing, in ms: by then the third try has failed.
const FAILING_AFTER_MS: i64 = 10 * 60_000;

/// How a webhook endpoint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointStatus {
    /// Events are sent there.
    InUse,
    /// Events are sent there, and nothing has arrived for more than ten minutes.
    Failing,
    /// It answered 410, or the operator disabled it, and nothing is sent there.
    Disabled,
}

impl EndpointStatus {
    /// All of them.
    pub const ALL: [EndpointStatus; 3] =
        [EndpointStatus::InUse, EndpointStatus::Failing, EndpointStatus::Disabled];

    /// How an endpoint stands now that is in use or not, and at which nothing has arrived since a moment (unix ms).
    pub fn of(is_in_use: bool, failing_since_ms: Option<i64>, now_ms: i64) -> Self {
        if !is_in_use {
            return EndpointStatus::Disabled;
        }
        match failing_since_ms {
            Some(since_ms) if now_ms - since_ms > FAILING_AFTER_MS => EndpointStatus::Failing,
            Some(_) | None => EndpointStatus::InUse,
        }
    }

    /// The word that the API has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            EndpointStatus::InUse => "in_use",
            EndpointStatus::Failing => "failing",
            EndpointStatus::Disabled => "disabled",
        }
    }
}

/// A new signing secret of 256 random bits.
pub fn new_secret() -> String {
    format!("{SECRET_PREFIX}{}", BASE64.encode(&random::bytes::<32>()))
}

/// Whether the text can be a signing secret: the prefix, then 24 to 64 bytes in base64.
pub fn is_secret(text: &str) -> bool {
    let bytes = text.strip_prefix(SECRET_PREFIX).and_then(|encoded| BASE64.decode(encoded.as_bytes()).ok());
    bytes.is_some_and(|bytes| (24..=64).contains(&bytes.len()))
}

/// How long to wait after a number of failed tries, in ms, give or take a tenth; `None`: no more.
pub fn retry_after_ms(tries: i64) -> Option<i64> {
    let step = usize::try_from(tries - 1).ok()?;
    let wait_ms = SCHEDULE_S.get(step)? * 1000;
    Some(wait_ms - wait_ms / 10 + random::below(wait_ms / 5 + 1))
}

/// An event as it is sent.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookEvent)]
pub(crate) struct Payload<'a> {
    /// Its identifier, also the `webhook-id`. It stays the same at every try: keep the ones that you have handled.
    #[schema(value_type = String, example = "evt_01kaqwm3v0e9r8t7y6v5w4x3z4")]
    id: EventId,
    /// What happened. Take types that you do not know: there will be more.
    #[serde(rename = "type")]
    #[schema(example = "order.paid")]
    kind: &'a str,
    /// When.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00Z")]
    timestamp: String,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    order: Option<String>,
    /// The payment it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    payment: Option<String>,
    /// The evidence, as a sentence.
    #[schema(example = "the gateway says that it was paid")]
    why: &'a str,
    /// The order as it was then, of an event about one.
    #[schema(value_type = Option<crate::view::OrderView>)]
    data: Option<&'a RawValue>,
}

/// The body that is sent about an entry: the same bytes at every try.
pub fn body(record: &Record) -> anyhow::Result<String> {
    let payload = Payload {
        id: record.id,
        kind: &record.kind,
        timestamp: rfc3339(record.at_ms),
        order: record.subject.order().map(|order| order.to_string()),
        payment: record.payment.map(|payment| payment.to_string()),
        why: &record.why,
        data: record.data.as_deref(),
    };
    serde_json::to_string(&payload).context("a webhook body")
}

/// The type of the event that tries an endpoint: nothing happened.
pub const TEST: &str = "endpoint.test";

/// What it says happened.
pub const ABOUT_TEST: &str = "Somebody tries this endpoint. Nothing happened, and there is nothing to do.";

/// The body of a try of an endpoint.
pub fn test_body(id: EventId, at_ms: i64) -> anyhow::Result<String> {
    let timestamp = rfc3339(at_ms);
    let payload =
        Payload { id, kind: TEST, timestamp, order: None, payment: None, why: ABOUT_TEST, data: None };
    serde_json::to_string(&payload).context("a webhook body")
}

/// The headers that go with a body: what it is, which event it is, and that it is ours.
pub fn signed_headers(
    secrets: &[SecretString],
    id: EventId,
    timestamp_s: i64,
    body: &str,
) -> anyhow::Result<[(&'static str, String); 4]> {
    Ok([
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", timestamp_s.to_string()),
        ("webhook-signature", signatures(secrets, id, timestamp_s, body)?),
    ])
}

/// The value of `webhook-signature`: one signature for each secret, so that secrets can be rotated.
fn signatures(secrets: &[SecretString], id: EventId, timestamp_s: i64, body: &str) -> anyhow::Result<String> {
    let signed = secrets.iter().map(|secret| {
        signature(secret.expose_secret(), &id.to_string(), timestamp_s, body.as_bytes())
            .context("a signing secret")
    });
    Ok(signed.collect::<anyhow::Result<Vec<_>>>()?.join(" "))
}

/// The signature of one secret over a body of that identifier and time; `None` when it is no secret.
pub fn signature(secret: &str, id: &str, timestamp_s: i64, body: &[u8]) -> Option<String> {
    let key =
        secret.strip_prefix(SECRET_PREFIX).and_then(|encoded| BASE64.decode(encoded.as_bytes()).ok())?;
    let mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    let mac = mac.chain_update(format!("{id}.{timestamp_s}.")).chain_update(body);
    Some(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

/// How far the time of a webhook may be from the receiver's, in seconds: what is older may have been kept by somebody
/// who read it.
pub const TOLERANCE_S: i64 = 5 * 60;

/// Why a webhook is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    /// It is not signed with that secret.
    #[error("SIGNATURE BAD")]
    Signature,
    /// It has no time.
    #[error("webhook-timestamp is missing")]
    NoTime,
    /// It was signed too long ago.
    #[error("it was signed {0} s ago, more than {TOLERANCE_S}")]
    Old(i64),
    /// It was signed for a time to come.
    #[error("it is signed for {0} s from now, more than {TOLERANCE_S}")]
    Early(i64),
}

/// Believes a webhook that is signed with this secret and was signed lately, as of `now_s` (unix seconds).
///
/// # Errors
/// It is not.
pub fn verified<'a>(
    secret: &str,
    header: &impl Fn(&str) -> &'a str,
    body: &[u8],
    now_s: i64,
) -> Result<(), NotVerified> {
    let timestamp_s: i64 = header("webhook-timestamp").parse().map_err(|_| NotVerified::NoTime)?;
    if !verify(secret, header, body) {
        return Err(NotVerified::Signature);
    }
    let age_s = now_s.saturating_sub(timestamp_s);
    if age_s > TOLERANCE_S {
        return Err(NotVerified::Old(age_s));
    }
    if age_s < -TOLERANCE_S {
        return Err(NotVerified::Early(-age_s));
    }
    Ok(())
}

/// Whether one of the signatures is this secret's.
pub fn verify<'a>(secret: &str, header: &impl Fn(&str) -> &'a str, body: &[u8]) -> bool {
    let key = secret.strip_prefix(SECRET_PREFIX).and_then(|encoded| BASE64.decode(encoded.as_bytes()).ok());
    let Some(mac) = key.and_then(|key| Hmac::<Sha256>::new_from_slice(&key).ok()) else { return false };
    let mac = mac
        .chain_update(header("webhook-id"))
        .chain_update(".")
        .chain_update(header("webhook-timestamp"))
        .chain_update(".")
        .chain_update(body);
    let given = header("webhook-signature").split(' ').filter_map(|one| one.strip_prefix("v1,"));
    given
        .filter_map(|one| BASE64.decode(one.as_bytes()).ok())
        .any(|one| mac.clone().verify_slice(&one).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_specification_says() {
        // The key and the message are ours; the signature was computed with Python's hmac module.
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let id: EventId = "evt_01kaqwm3v0e9r8t7y6v5w4x3z1".parse().unwrap();
        let one =
            signatures(std::slice::from_ref(&secret), id, 1_614_265_330, "{\"test\": 2432232314}").unwrap();
        assert_eq!(one, "v1,sj+++cGV9MLmCG82Z7Ws2aso5YZk8FeIhkvKPFQyFK0=");
        let two = signatures(&[secret.clone(), secret], id, 1_614_265_330, "{\"test\": 2432232314}").unwrap();
        assert_eq!(two, format!("{one} {one}"));
    }

    #[test]
    fn the_schedule_is_the_published_one_give_or_take_a_tenth() {
        let expected_s = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
        for (step, seconds) in expected_s.into_iter().enumerate() {
            let waited = retry_after_ms(step as i64 + 1).unwrap();
            assert!((seconds * 900..=seconds * 1100).contains(&waited), "try {step}: {waited}");
        }
        assert_eq!(retry_after_ms(10), None);
    }

    #[test]
    fn what_is_old_or_forged_is_not_believed() {
        let (secret, now_s, body) = (new_secret(), 1_800_000_000, b"{}".as_slice());
        for (signed_s, by, expected) in [
            (now_s, secret.as_str(), Ok(())),
            (now_s - 300, &secret, Ok(())),
            (now_s - 301, &secret, Err(NotVerified::Old(301))),
            (now_s + 300, &secret, Ok(())),
            (now_s + 301, &secret, Err(NotVerified::Early(301))),
            (i64::MIN, &secret, Err(NotVerified::Old(i64::MAX))),
            (now_s, &new_secret(), Err(NotVerified::Signature)),
        ] {
            let (time, signed) = (signed_s.to_string(), signature(by, "evt_1", signed_s, body).unwrap());
            let header = |name: &str| match name {
                "webhook-id" => "evt_1",
                "webhook-timestamp" => time.as_str(),
                "webhook-signature" => signed.as_str(),
                _ => "",
            };
            assert_eq!(verified(&secret, &header, body, now_s), expected, "{signed_s}");
        }
        assert_eq!(verified(&secret, &|_| "", body, now_s), Err(NotVerified::NoTime));
    }

    #[test]
    fn a_secret_is_recognised() {
        assert!(is_secret(&new_secret()));
        for wrong in ["", "whsec_", "whsec_!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ"] {
            assert!(!is_secret(wrong), "{wrong}");
        }
    }
}
