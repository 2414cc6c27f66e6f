//! Misbehaviours by script: `/sandbox/faults`.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use crate::fields::Fields;
use crate::misbehaviour::MisbehaviourView;
use crate::read;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// Its route.
pub(super) fn router() -> Router<Sandbox> {
    Router::new().route("/sandbox/faults", get(list).post(inject).delete(clear))
}

async fn list(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({ "data": sandbox.misbehaviours() }))
}

async fn inject(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<(StatusCode, Json<MisbehaviourView>), Refusal> {
    let mut fields = Fields::read(&body)?;
    let misbehaviour = read::misbehaviour(&mut fields)?;
    fields.finish()?;
    let view = MisbehaviourView::from(&misbehaviour);
    sandbox.inject(misbehaviour)?;
    Ok((StatusCode::CREATED, Json(view)))
}

async fn clear(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.clear_misbehaviours();
    StatusCode::NO_CONTENT
}
