//! `POST /webhooks` of the shop: the signature first, then each webhook once, and an answer of 2xx
//! only when its work is done, so that Guichet sends it again otherwise.

use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::api::ShownOrder;
use guichet_server::webhook;

use super::pages::time_of_day;
use super::{Received, Shop};

/// How far a webhook's timestamp may be from the shop's clock, in seconds: 5 minutes.
const TOLERANCE_S: i64 = 300;

#[derive(Deserialize)]
struct Webhook {
    #[serde(rename = "type")]
    kind: String,
    order: String,
    data: Option<ShownOrder>,
}

pub(super) async fn receive(State(shop): State<Shop>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let now_ms = shop.0.clock.now_ms();
    let sent_s = header("webhook-timestamp").parse::<i64>().ok();
    let fresh = sent_s.is_some_and(|sent_s| sent_s.abs_diff(now_ms / 1000) <= TOLERANCE_S.unsigned_abs());
    if !fresh || !webhook::verify(&shop.0.signing_secret, &header, &body) {
        shop.books().turn_away();
        return StatusCode::UNAUTHORIZED;
    }
    let id = header("webhook-id");
    if shop.books().knows(id) {
        return StatusCode::NO_CONTENT;
    }
    let Ok(told) = serde_json::from_slice::<Webhook>(&body) else { return StatusCode::BAD_REQUEST };
    if told.kind == "order.paid" {
        let environment = told.data.as_ref().map_or("test", |order| order.environment.as_str());
        if let Err(error) = shop.api(environment).act(&told.order, "fulfil", id).await {
            tracing::warn!(order = told.order, error = format!("{error:#}"), "the shop could not hand over");
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
    }
    if let Some(order) = told.data {
        shop.books().learn(order);
    }
    let time = time_of_day(now_ms);
    shop.books().enter(Received { id: id.to_owned(), kind: told.kind, order: told.order, time });
    StatusCode::NO_CONTENT
}
