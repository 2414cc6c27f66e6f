//! `/sandbox/calls`: what merchants' clients asked and were answered.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::query::ListQuery;
use crate::calls::CallView;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// Its route.
pub(super) fn router() -> Router<Sandbox> {
    Router::new().route("/sandbox/calls", get(list))
}

async fn list(
    State(sandbox): State<Sandbox>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    let wanted = ListQuery(query);
    let is_wanted = |call: &CallView| {
        wanted.admits("dialect", call.dialect)
            && wanted.admits("merchant", call.merchant.as_deref().unwrap_or_default())
            && wanted.admits("ref", call.reference.as_deref().unwrap_or_default())
    };
    let (calls, has_more) = sandbox.newest_calls(wanted.limit()?, is_wanted);
    Ok(Json(json!({ "data": calls, "has_more": has_more })))
}
