//! A shop's handler of webhooks, good or with one defect, which says how often it fulfilled an order.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use sha2::Sha256;

/// The secret that it verifies with.
pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What is wrong with a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Defect {
    /// Nothing.
    None,
    /// It verifies nothing.
    Believes,
    /// It does not look at the time.
    AnyTime,
    /// It verifies the identifier by nothing: only time and body.
    AnyIdentifier,
    /// It looks at the first signature only.
    OneSignature,
    /// It looks at digests and not at their version.
    AnyVersion,
    /// It verifies the JSON as it would write it.
    Rewrites,
    /// It fulfils at every order.paid, seen or not.
    Forgetful,
    /// It refuses what it has seen.
    RefusesRepetitions,
    /// It refuses payments of orders that it was not told of before.
    InOrder,
    /// It fulfils on payment.paid.
    OnPayment,
    /// It refuses types that it does not know.
    KnownTypes,
    /// It refuses members that it does not know.
    KnownMembers,
    /// It takes 64 KiB.
    Small,
    /// It fails on what is no JSON.
    Breaks,
    /// It fails where data is null.
    NeedsData,
    /// It never answers about an order that expired.
    Hangs,
    /// It says 410 to what is forged.
    Gone,
    /// It leads elsewhere.
    Moved,
}

/// What it knows.
#[derive(Default)]
struct Memory {
    seen: HashSet<String>,
    orders: HashSet<String>,
    fulfilled: HashMap<String, u32>,
}

#[derive(Clone)]
struct Handler {
    defect: Defect,
    memory: Arc<Mutex<Memory>>,
}

/// Opens one: where it listens.
pub(super) async fn open(defect: Defect) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound port"));
    let most = if defect == Defect::Small { 64 * 1024 } else { 1 << 20 };
    let router = axum::Router::new()
        .route("/hook", post(receive))
        .route("/count/{reference}", get(count))
        .layer(DefaultBodyLimit::max(most))
        .with_state(Handler { defect, memory: Arc::default() });
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

impl Handler {
    fn has(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what came is the server's, by hand: it is not ours to verify with what signed it.
    fn believes(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        if self.has(Defect::Believes) {
            return true;
        }
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let (Some(id), Some(time), Some(given)) =
            (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"))
        else {
            return false;
        };
        let now_s = jiff::Timestamp::try_from(std::time::SystemTime::UNIX_EPOCH + machine())
            .expect("a time")
            .as_second();
        let Ok(time_s) = time.parse::<i64>() else { return false };
        if !self.has(Defect::AnyTime) && (now_s - time_s).abs() > 300 {
            return false;
        }
        let rewritten = serde_json::from_slice::<Value>(body).map(|value| value.to_string().into_bytes());
        let body = if self.has(Defect::Rewrites) { rewritten.unwrap_or_default() } else { body.to_vec() };
        let key = BASE64.decode(&SECRET.as_bytes()[6..]).expect("base64");
        let mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        let signed = |id: &str| {
            let mac = mac.clone().chain_update(format!("{id}.{time}.")).chain_update(&body);
            BASE64.encode(&mac.finalize().into_bytes())
        };
        let mut good = vec![signed(id)];
        if self.has(Defect::AnyIdentifier) {
            // Somebody who cuts the identifier out of what is signed accepts it under any other.
            good.push(signed(&id[..id.len() - 1]));
        }
        let mut given: Vec<&str> = given.split(' ').collect();
        if self.has(Defect::OneSignature) {
            given.truncate(1);
        }
        let digests = given.into_iter().filter_map(|one| match self.has(Defect::AnyVersion) {
            true => one.split_once(',').map(|(_, digest)| digest),
            false => one.strip_prefix("v1,"),
        });
        digests.into_iter().any(|digest| good.iter().any(|good| good == digest))
    }

    /// What it does about an event, and what it answers.
    fn work(&self, event: &Value) -> StatusCode {
        let (kind, id) =
            (event["type"].as_str().unwrap_or_default(), event["id"].as_str().unwrap_or_default());
        let data = &event["data"];
        if self.has(Defect::NeedsData) && data.is_null() {
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
        if self.has(Defect::KnownMembers) && !data["colour"].is_null() {
            return StatusCode::UNPROCESSABLE_ENTITY;
        }
        let reference = data["reference"].as_str().unwrap_or_default().to_owned();
        let mut memory = self.memory();
        let first = memory.seen.insert(id.to_owned());
        if self.has(Defect::RefusesRepetitions) && !first {
            return StatusCode::CONFLICT;
        }
        match kind {
            "order.created" => drop(memory.orders.insert(reference)),
            "order.paid" if self.has(Defect::InOrder) && !memory.orders.contains(&reference) => {
                return StatusCode::NOT_FOUND;
            }
            "order.paid" if first || self.has(Defect::Forgetful) => {
                *memory.fulfilled.entry(reference).or_default() += 1;
            }
            "payment.paid" if first && self.has(Defect::OnPayment) => {
                *memory.fulfilled.entry(reference).or_default() += 1;
            }
            "order.weighed" if self.has(Defect::KnownTypes) => return StatusCode::BAD_REQUEST,
            _ => {}
        }
        StatusCode::NO_CONTENT
    }
}

/// How far the machine's clock is from 1970.
fn machine() -> std::time::Duration {
    let clock = guichet_server::Clock::default().now_ms();
    std::time::Duration::from_millis(u64::try_from(clock).expect("after 1970"))
}

async fn receive(State(handler): State<Handler>, headers: HeaderMap, body: Bytes) -> Response {
    if handler.has(Defect::Moved) {
        return (StatusCode::TEMPORARY_REDIRECT, [("location", "/elsewhere")]).into_response();
    }
    if !handler.believes(&headers, &body) {
        let refused = if handler.has(Defect::Gone) { StatusCode::GONE } else { StatusCode::UNAUTHORIZED };
        return refused.into_response();
    }
    let Ok(event) = serde_json::from_slice::<Value>(&body) else {
        let broken = handler.has(Defect::Breaks);
        return if broken { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::BAD_REQUEST }
            .into_response();
    };
    if handler.has(Defect::Hangs) && event["type"] == "order.expired" {
        std::future::pending::<()>().await;
    }
    handler.work(&event).into_response()
}

async fn count(State(handler): State<Handler>, Path(reference): Path<String>) -> String {
    handler.memory().fulfilled.get(&reference).copied().unwrap_or(0).to_string()
}
