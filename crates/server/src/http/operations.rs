//! What operators and their machines ask: `/healthz`, `/readyz`, `/metrics`.

use axum::Extension;
use axum::extract::State;
use axum::response::IntoResponse;
use http::{StatusCode, header};

use metrics_exporter_prometheus::PrometheusHandle;

use crate::app::App;
use crate::counters;
use crate::store::Fault;

/// The process runs.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers and can be written to, so requests can be served. The worker writes every few
/// seconds, so trouble shows, and passes, without any request.
pub(super) async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store().revision().await {
        Ok(_) if app.store().is_writing() => (StatusCode::OK, "ready\n"),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be written to\n"),
        Err(fault) => {
            tracing::error!(%fault, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// Counters for Prometheus; never an identifier of a merchant, an order or a customer.
pub(super) async fn metrics(
    State(app): State<App>,
    Extension(metrics): Extension<Option<PrometheusHandle>>,
) -> impl IntoResponse {
    if let Err(fault) = gauge(&app).await {
        tracing::warn!(%fault, "what is measured at a scrape could not be read");
    }
    let text = metrics.as_ref().map(|metrics| metrics.render()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

/// Measures what is only looked at when somebody asks.
async fn gauge(app: &App) -> Result<(), Fault> {
    let store = app.store();
    if let Some(disk) = store.disk_use().await? {
        counters::gauge("guichet_database_bytes", disk.file_bytes);
        counters::gauge("guichet_database_log_bytes", disk.log_bytes);
        counters::gauge("guichet_database_free_bytes", disk.free_bytes);
        counters::gauge("guichet_database_moved_seconds", disk.moved_at_ms.unsigned_abs() / 1000);
    }
    let failing = store.failing_targets().await?;
    let deliveries: i64 = failing.iter().map(|target| target.deliveries).sum();
    counters::gauge("guichet_deliveries_failing", deliveries.unsigned_abs());
    counters::gauge("guichet_targets_failing", failing.len() as u64);
    let snapshot = app.registry().snapshot();
    let disabled = snapshot.endpoints.values().filter(|endpoint| endpoint.row.disabled_at_ms.is_some());
    counters::gauge("guichet_endpoints_disabled", disabled.count() as u64);
    counters::gauge("guichet_database_writable", u64::from(store.is_writing()));
    Ok(())
}
