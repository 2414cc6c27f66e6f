//! What operators and their machines ask: `/healthz`, `/readyz`, `/metrics`.

use axum::Extension;
use axum::extract::State;
use axum::response::IntoResponse;
use http::{StatusCode, header};

use metrics_exporter_prometheus::PrometheusHandle;

use crate::app::App;

/// The process runs.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers and can be written to, so requests can be served. The worker writes every few
/// seconds, so trouble shows, and passes, without any request.
pub(crate) async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store().revision() {
        Ok(_) if app.store().is_writing() => (StatusCode::OK, "ready\n"),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be written to\n"),
        Err(fault) => {
            tracing::error!(%fault, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// Counters for Prometheus; never an identifier of a merchant, an order or a customer.
pub(crate) async fn metrics(Extension(metrics): Extension<Option<PrometheusHandle>>) -> impl IntoResponse {
    let text = metrics.as_ref().map(|metrics| metrics.render()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
