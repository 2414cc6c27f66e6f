//! Notifications by script: what was sent, and what merchants have set up for them.

use std::collections::HashMap;

use axum::Json;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::query::ListQuery;
use crate::fields::Fields;
use crate::notifications::NotificationView;
use crate::read;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;
use crate::webhooks::WebhookView;

/// Its routes.
pub(super) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/sandbox/notifications", get(notifications))
        .route("/sandbox/webhooks", get(webhooks).post(set_webhook).delete(clear_webhooks))
}

async fn notifications(
    State(sandbox): State<Sandbox>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    let wanted = ListQuery(query);
    let is_wanted = |view: &NotificationView| {
        wanted.admits("dialect", view.dialect) && wanted.admits("ref", &view.reference)
    };
    let (notifications, has_more) = sandbox.newest_notifications(wanted.limit()?, is_wanted);
    Ok(Json(json!({ "data": notifications, "has_more": has_more })))
}

async fn webhooks(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({ "data": sandbox.webhooks() }))
}

async fn set_webhook(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<(StatusCode, Json<WebhookView>), Refusal> {
    let mut fields = Fields::read(&body)?;
    let webhook = read::webhook(&mut fields)?;
    fields.finish()?;
    let view = WebhookView::from(&webhook);
    sandbox.set_webhook(webhook)?;
    Ok((StatusCode::CREATED, Json(view)))
}

async fn clear_webhooks(
    State(sandbox): State<Sandbox>,
    Query(query): Query<HashMap<String, String>>,
) -> StatusCode {
    let wanted = ListQuery(query);
    sandbox.clear_webhooks(wanted.get("dialect"), wanted.get("key"));
    StatusCode::NO_CONTENT
}
