//! `/sandbox/reset`: everything begins again.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::StatusCode;

use crate::sandbox::Sandbox;

/// Its route.
pub(super) fn router() -> Router<Sandbox> {
    Router::new().route("/sandbox/reset", post(reset))
}

async fn reset(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.reset();
    StatusCode::NO_CONTENT
}
