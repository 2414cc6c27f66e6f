//! `GET /status/{token}/live`: what the status page's script asks every few seconds.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;

use crate::app::App;

use super::Visitor;

#[derive(Serialize)]
struct Live {
    status: &'static str,
    seconds_left: i64,
    version: i64,
}

/// The order's state in a few bytes. Asking tells the worker that a customer is waiting.
pub(crate) async fn live_status(State(app): State<App>, mut visitor: Visitor) -> Response {
    visitor.attend(&app).await;
    let order = &visitor.stored.order;
    let live = Live {
        status: order.state.status(),
        seconds_left: visitor.seconds_left(&app),
        version: order.version,
    };
    let mut response = Json(live).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
