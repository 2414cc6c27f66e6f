//! The hint in a notification: which payment it may be about, and whether Novasend sent it. The vendor's
//! example is the bare transaction object, without an event's name, a time or an id of its own (the docs), so
//! all that is taken from it is which payment to ask about.

use std::collections::BTreeMap;

use guichet_core::json_as_read;
use http::Method;
use serde_json::value::RawValue;

use super::protocol::SIGNATURE_HEADER;
use super::signature::{Signed, verified};
use super::wire::is_reference;
use crate::gateway::{Callback, CallbackHint, Signature};

/// The bytes of a notification that are read; the documented one has less than 1 KiB.
const MOST_BYTES: usize = 16 * 1024;

/// The most references that a notification may name.
const MOST_REFERENCES: usize = 8;

/// Under which names a reference may come, in either generation.
const NAMES: [&str; 3] = ["id", "reference", "customerReference"];

/// Reads a notification for a merchant who chose that webhook secret.
///
/// Without a secret every one counts as forged: the vendor signs all of them, so that one which
/// cannot be verified may be anybody's. The checks go on by themselves.
pub(super) fn hint(secret: &str, callback: &Callback) -> CallbackHint {
    if callback.method == Method::GET {
        return CallbackHint::default();
    }
    let given = callback.headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
    let signed = given.and_then(|given| verified(secret, &callback.body, given));
    let (signature, anomaly) = match signed {
        Some(Signed::Raw) => (Signature::Good, None),
        Some(Signed::Rewritten) => (Signature::Good, Some("signed_after_rewriting")),
        None if secret.is_empty() => (Signature::Forged, Some("no_secret_configured")),
        None => (Signature::Forged, None),
    };
    let read = json_as_read(&callback.body[..callback.body.len().min(MOST_BYTES)]);
    CallbackHint { references: references(&read), signature, anomaly }
}

/// The references at the top of a document, in its `data` and in its `transaction`.
fn references(body: &[u8]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let Some(top) = object(body) else { return found };
    let within =
        ["data", "transaction"].map(|name| top.get(name).and_then(|raw| object(raw.get().as_bytes())));
    for part in [Some(&top)].into_iter().chain(within.iter().map(Option::as_ref)).flatten() {
        let texts = NAMES.iter().filter_map(|name| part.get(*name));
        for text in texts.filter_map(|raw| serde_json::from_str::<String>(raw.get()).ok()) {
            if is_reference(&text) && found.len() < MOST_REFERENCES && !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

/// The members of an object, unread: a number that nothing can hold is no reason to look away.
fn object(json: &[u8]) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_slice(json).ok()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;
    use crate::novasend::signature::signature;

    const SECRET: &str = "whk_secret_of_the_portal";

    fn callback(method: Method, body: &str, given: Option<&str>) -> Callback {
        let mut headers = HeaderMap::new();
        if let Some(given) = given {
            headers.insert(SIGNATURE_HEADER, given.parse().expect("a header"));
        }
        let body = Bytes::copy_from_slice(body.as_bytes());
        Callback { method, headers, query: "reference=tr_9".to_owned(), body }
    }

    #[test]
    fn signatures() {
        let body = r#"{"id":"tr_1","paymentUrl":"https:\/\/pay.wave.com\/c\/1","amount":300}"#;
        let rewritten = r#"{"id":"tr_1","paymentUrl":"https://pay.wave.com/c/1","amount":300}"#;
        let of = |secret: &str, body: &str| signature(secret, body.as_bytes()).expect("a signature");
        let (good, forged) = (Signature::Good, Signature::Forged);
        for (secret, given, expected, anomaly) in [
            (SECRET, Some(of(SECRET, body)), good, None),
            (SECRET, Some(of(SECRET, body).to_uppercase()), good, None),
            (SECRET, Some(of(SECRET, rewritten)), good, Some("signed_after_rewriting")),
            (SECRET, Some(of("another", body)), forged, None),
            (SECRET, Some(of(SECRET, "{}")), forged, None),
            (SECRET, Some("0".repeat(64)), forged, None),
            (SECRET, Some(String::new()), forged, None),
            (SECRET, None, forged, None),
            ("", Some(of(SECRET, body)), forged, Some("no_secret_configured")),
            ("", None, forged, Some("no_secret_configured")),
        ] {
            let found = hint(secret, &callback(Method::POST, body, given.as_deref()));
            assert_eq!((found.signature, found.anomaly), (expected, anomaly), "{given:?}");
            assert_eq!(found.references, ["tr_1"]);
        }
        let ping = hint(SECRET, &callback(Method::GET, body, Some(&of(SECRET, body))));
        assert_eq!(ping, CallbackHint::default());
    }

    #[test]
    fn references_by_every_name() {
        let many: Vec<String> = (0..9).map(|n| format!("r{n}")).collect();
        let part = |at: usize| {
            format!(
                r#""id":"{}","reference":"{}","customerReference":"{}""#,
                many[at],
                many[at + 1],
                many[at + 2]
            )
        };
        let flood = format!(r#"{{{},"data":{{{}}},"transaction":{{{}}}}}"#, part(0), part(3), part(6));
        let first: Vec<&str> = many.iter().take(8).map(String::as_str).collect();
        let long = format!(r#"{{"id":"{}","reference":"tr_1"}}"#, "x".repeat(101));
        let padded = format!(r#"{{"id":"tr_1","x":"{}"}}"#, "x".repeat(MOST_BYTES));
        for (body, expected) in [
            (r#"{"id":"tr_1","reference":"pay_1","status":"processed"}"#, &["tr_1", "pay_1"][..]),
            (r#"{"reference":"tr_1","customerReference":"pay_1"}"#, &["tr_1", "pay_1"]),
            (r#"{"event":"payin.confirmed","data":{"id":"tr_1","reference":"pay_1"}}"#, &["tr_1", "pay_1"]),
            (r#"{"reference":"mtr_1","transaction":{"reference":"tr_1"}}"#, &["mtr_1", "tr_1"]),
            (r#"{"id":"tr_1","reference":"tr_1","amount":1e309}"#, &["tr_1"]),
            (r#"{"id":7,"reference":null,"customerReference":["pay_1"],"data":"x"}"#, &[]),
            (r#"[{"id":"tr_1"}]"#, &[]),
            ("id=tr_1", &[]),
            ("", &[]),
            (&flood, &first),
            (&long, &["tr_1"]),
            (&padded, &[]),
        ] {
            assert_eq!(references(&body.as_bytes()[..body.len().min(MOST_BYTES)]), expected, "{body}");
        }
    }
}
