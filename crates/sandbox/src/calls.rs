//! The calls of vendors' clients that are remembered, newest last: what was asked, what was answered, and what the vendor
//! itself would have answered where a misbehaviour struck.

use std::collections::VecDeque;

use guichet_gateways::{VendorRequest, VendorResponse};
use http::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use crate::clock::timestamp;
use crate::tenant::Tenant;

/// The most calls that are remembered; the oldest is dropped for a new one.
const MAX_CALLS: usize = 500;

/// The most characters of a body, and of a header or a path, that are kept.
const MAX_BODY_CHARS: usize = 4_000;
const MAX_LINE_CHARS: usize = 300;

/// Anything shorter is no secret, and would be found in amounts and words.
const SECRET_BYTES: usize = 8;

/// The headers that say nothing about who calls, and are kept as they came. Any other may be or hold a credential, whatever
/// the vendor calls it.
const PLAIN_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "content-length",
    "content-type",
    "host",
    "idempotency-key",
    "user-agent",
    "x-idempotency-key",
];

/// A call of a vendor's client, as scripts and the merchant's page see it. Keys are hidden in all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallView {
    /// Its number, counted from 1 since the sandbox began.
    pub number: u64,
    /// The time at which it was answered (RFC 3339).
    pub at: String,
    /// The vendor, by the dialect's name.
    pub dialect: &'static str,
    /// The merchant's name at this acquirer; `None` where no key was sent that the vendor's sandbox accepts.
    pub merchant: Option<String>,
    /// The end of the key.
    pub key_hint: Option<String>,
    /// The acquirer's reference of the payment that it made or asked about.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The headers, by name.
    pub headers: Vec<HeaderView>,
    /// The body, cut where it is long.
    pub body: String,
    /// The misbehaviour that struck it.
    pub fault: Option<&'static str>,
    /// The answer; `None` where the connection was closed without one.
    pub answer: Option<AnswerView>,
    /// The answer that the vendor itself would have given, where a misbehaviour struck; `None` too where it kept the call
    /// from being carried out.
    pub without_fault: Option<AnswerView>,
}

/// A header of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeaderView {
    /// The name.
    pub name: String,
    /// The value; `…` in place of what may be a credential.
    pub value: String,
}

/// An answer to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerView {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: &'static str,
    /// The body, cut where it is long.
    pub body: String,
}

/// The caller, as far as the call told.
#[derive(Default)]
pub(crate) struct Caller {
    /// The merchant.
    pub(crate) tenant: Option<Tenant>,
    /// The key, which is hidden wherever it stands; empty where none was sent.
    pub(crate) key: SecretString,
    /// The acquirer's reference of the payment.
    pub(crate) reference: Option<String>,
}

/// The outcome of a call.
pub(crate) struct Outcome<'a> {
    /// The misbehaviour that struck it, by its name.
    pub(crate) fault: Option<&'static str>,
    /// The answer that was sent.
    pub(crate) answer: Option<&'a VendorResponse>,
    /// The answer without the misbehaviour.
    pub(crate) without_fault: Option<&'a VendorResponse>,
}

/// Everything that is remembered of calls.
#[derive(Default)]
pub(crate) struct Calls {
    calls: VecDeque<CallView>,
    made: u64,
}

impl Calls {
    /// Remembers a call.
    pub(crate) fn add(
        &mut self,
        dialect: &'static str,
        request: &VendorRequest,
        caller: &Caller,
        outcome: &Outcome<'_>,
        now_ms: i64,
    ) {
        self.made += 1;
        if self.calls.len() >= MAX_CALLS {
            self.calls.pop_front();
        }
        let hidden = |bytes: &[u8], most| without_key(bytes, caller.key.expose_secret(), most);
        let answer = |answer: &VendorResponse| AnswerView {
            status: answer.status.as_u16(),
            content_type: answer.content_type,
            body: hidden(&answer.body, MAX_BODY_CHARS),
        };
        self.calls.push_back(CallView {
            number: self.made,
            at: timestamp(now_ms),
            dialect,
            merchant: caller.tenant.as_ref().map(Tenant::merchant),
            key_hint: caller.tenant.as_ref().map(Tenant::key_hint),
            reference: caller.reference.clone(),
            method: request.method.to_string(),
            path: hidden(request.path.as_bytes(), MAX_LINE_CHARS),
            headers: headers(&request.headers, &hidden),
            body: hidden(&request.body, MAX_BODY_CHARS),
            fault: outcome.fault,
            answer: outcome.answer.map(answer),
            without_fault: outcome.without_fault.map(answer),
        });
    }

    /// Every call that is remembered, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &CallView> {
        self.calls.iter().rev()
    }
}

/// The bytes as a text of at most `most_chars` characters, with `…` in place of the key.
fn without_key(bytes: &[u8], key: &str, most_chars: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = if key.len() < SECRET_BYTES { text.into_owned() } else { text.replace(key, "…") };
    text.chars().take(most_chars).collect()
}

fn headers(headers: &HeaderMap, hidden: &impl Fn(&[u8], usize) -> String) -> Vec<HeaderView> {
    let shown = headers.iter().map(|(name, value)| HeaderView {
        name: name.to_string(),
        value: if PLAIN_HEADERS.contains(&name.as_str()) {
            hidden(value.as_bytes(), MAX_LINE_CHARS)
        } else {
            "…".to_owned()
        },
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderValue, Method, StatusCode};

    use super::*;

    fn request(body: &str) -> VendorRequest {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers.insert("x-access-token", HeaderValue::from_static("sk_sandbox_hidden"));
        let body = Bytes::copy_from_slice(body.as_bytes());
        VendorRequest { method: Method::POST, path: "/v3/sk_sandbox_hidden".to_owned(), headers, body }
    }

    #[test]
    fn keys_are_hidden_wherever_they_stand() {
        let caller = Caller { key: "sk_sandbox_hidden".into(), ..Caller::default() };
        let answer =
            VendorResponse::json(StatusCode::OK, Bytes::from_static(b"{\"key\":\"sk_sandbox_hidden\"}"));
        let outcome = Outcome { fault: None, answer: Some(&answer), without_fault: Some(&answer) };
        let mut calls = Calls::default();
        calls.add("ocpay", &request("{\"apikey\":\"sk_sandbox_hidden\"}"), &caller, &outcome, 0);
        let call = calls.newest_first().next().expect("it was remembered");
        assert!(!format!("{call:?}").contains("hidden"), "{call:?}");
        let shown: Vec<(&str, &str)> =
            call.headers.iter().map(|header| (header.name.as_str(), header.value.as_str())).collect();
        assert_eq!(shown, [("content-type", "application/json"), ("x-access-token", "…")]);
    }

    #[test]
    fn a_short_key_hides_nothing() {
        assert_eq!(without_key(b"{\"amount\":2500}", "a", 100), "{\"amount\":2500}");
    }

    #[test]
    fn the_oldest_is_dropped_and_long_bodies_are_cut() {
        let outcome = Outcome { fault: None, answer: None, without_fault: None };
        let mut calls = Calls::default();
        for _ in 0..=MAX_CALLS {
            calls.add("ocpay", &request(&"x".repeat(10_000)), &Caller::default(), &outcome, 0);
        }
        assert_eq!(calls.newest_first().count(), MAX_CALLS);
        let newest = calls.newest_first().next().expect("the newest");
        assert_eq!((newest.number, newest.body.chars().count()), (501, MAX_BODY_CHARS));
    }
}
