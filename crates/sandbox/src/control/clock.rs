//! `/sandbox/clock`: the sandbox's time.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock::timestamp;
use crate::fields::Fields;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// Its routes.
pub(super) fn router() -> Router<Sandbox> {
    Router::new().route("/sandbox/clock", get(show)).route("/sandbox/clock/advance", post(advance))
}

async fn show(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(view(&sandbox))
}

async fn advance(State(sandbox): State<Sandbox>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let seconds = fields.whole("seconds")?.ok_or_else(|| {
        Refusal::invalid("seconds", "seconds is missing; say by how much the clock is to move.")
    })?;
    fields.finish()?;
    sandbox.advance(seconds)?;
    Ok(Json(view(&sandbox)))
}

fn view(sandbox: &Sandbox) -> Value {
    let now_ms = sandbox.clock().now_ms();
    let offset_s = sandbox.clock().offset_ms() / 1000;
    json!({ "now": timestamp(now_ms), "now_ms": now_ms, "advanced_seconds": offset_s })
}
