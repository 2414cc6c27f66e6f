//! `/sandbox/payments`: payments by script, made, seen and decided.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::query::ListQuery;
use crate::fields::Fields;
use crate::payment::Payment;
use crate::payment_view::PaymentView;
use crate::read;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// Its routes.
pub(super) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/sandbox/payments", get(list).post(make))
        .route("/sandbox/payments/{ref}", get(show))
        .route("/sandbox/payments/{ref}/{action}", post(act))
}

async fn list(
    State(sandbox): State<Sandbox>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    let wanted = ListQuery(query);
    let is_wanted = |payment: &Payment| {
        wanted.admits("dialect", payment.tenant().dialect().name())
            && wanted.admits("merchant_reference", &payment.request().reference)
    };
    let (payments, has_more) = sandbox.newest(wanted.limit()?, is_wanted);
    Ok(Json(json!({ "data": payments, "has_more": has_more })))
}

async fn make(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<PaymentView>), Refusal> {
    let mut fields = Fields::read(&body)?;
    let new = read::payment(&mut fields)?;
    fields.finish()?;
    let base_url = sandbox.base_url(&headers);
    sandbox.make_under(&base_url, new).map(|view| (StatusCode::CREATED, Json(view)))
}

async fn show(
    State(sandbox): State<Sandbox>,
    Path(reference): Path<String>,
) -> Result<Json<PaymentView>, Refusal> {
    sandbox.payment(&reference).map(Json)
}

async fn act(
    State(sandbox): State<Sandbox>,
    Path((reference, word)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<PaymentView>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let action = read::action(&word, &mut fields)?
        .ok_or_else(|| Refusal::NoSuchRoute { path: format!("/sandbox/payments/{reference}/{word}") })?;
    let means = read::means(&mut fields)?;
    fields.finish()?;
    sandbox.act_by(&reference, action, means).map(Json)
}
