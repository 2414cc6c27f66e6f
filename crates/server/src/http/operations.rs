//! What operators and their machines ask: `/healthz`, `/readyz`.

use axum::extract::State;
use guichet_gateways::is_out_of_descriptors;
use http::StatusCode;

use crate::app::App;
use crate::registry::Quiet;
use crate::repeats;

/// The process runs.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers and can be written to, so requests can be served. The worker writes every few
/// seconds, so trouble shows, and passes, without any request.
pub(super) async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    if is_out_of_descriptors() {
        return (StatusCode::SERVICE_UNAVAILABLE, "no descriptor is left for a connection\n");
    }
    if app.is_leaving() {
        return (StatusCode::SERVICE_UNAVAILABLE, "leaving: send requests to another node\n");
    }
    match app.store().revision().await {
        Ok(_) if app.store().is_writing() => match app.registry().quiet() {
            None => (StatusCode::OK, "ready\n"),
            Some(Quiet::Told) => (StatusCode::OK, "ready, and quiet: nothing is sent and nothing opened\n"),
            Some(Quiet::Copy(_)) => (
                StatusCode::OK,
                "ready, and quiet because it is a copy: nothing is sent and nothing opened\n",
            ),
        },
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be written to\n"),
        Err(fault) => {
            repeats::fault("not ready", &fault);
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
