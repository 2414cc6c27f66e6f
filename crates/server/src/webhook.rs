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

#[derive(Serialize)]
struct Payload<'a> {
    id: EventId,
    #[serde(rename = "type")]
    kind: &'a str,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<String>,
    why: &'a str,
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

/// The value of `webhook-signature`: one signature for each secret, so that secrets can be rotated.
pub fn signatures(
    secrets: &[SecretString],
    id: EventId,
    timestamp_s: i64,
    body: &str,
) -> anyhow::Result<String> {
    let signed = secrets.iter().map(|secret| {
        let encoded = secret.expose_secret().strip_prefix(SECRET_PREFIX).context("a signing secret")?;
        let key = BASE64.decode(encoded.as_bytes()).context("a signing secret")?;
        let mac = Hmac::<Sha256>::new_from_slice(&key).context("a signing secret")?;
        let mac = mac.chain_update(format!("{id}.{timestamp_s}.")).chain_update(body);
        Ok(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
    });
    Ok(signed.collect::<anyhow::Result<Vec<_>>>()?.join(" "))
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
    fn a_secret_is_recognised() {
        assert!(is_secret(&new_secret()));
        for wrong in ["", "whsec_", "whsec_!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ"] {
            assert!(!is_secret(wrong), "{wrong}");
        }
    }
}
