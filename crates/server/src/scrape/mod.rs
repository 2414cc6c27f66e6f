//! What operators' Prometheus reads, on a listener of its own: what was counted, and what is measured when somebody
//! asks. It tells how much a shop sells, so it is nowhere on the public address.

mod process;
mod standing;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use metrics_util::MetricKindMask;
use tokio::sync::watch;

use crate::app::App;
use crate::counters;
use crate::repeats;

/// How long a gauge is told that is not set any more, as that of an account which is out of use.
const GAUGES_KEPT: Duration = Duration::from_secs(60);

/// How often what was measured is summed up, so that it takes little room when nobody asks, in ms.
const SUM_UP_MS: i64 = 5_000;

/// What this process counts, and where it is told.
#[derive(Clone)]
pub struct Metrics {
    recorder: PrometheusHandle,
    /// Where Prometheus finds it, at `/metrics`.
    pub listen: SocketAddr,
}

impl Metrics {
    /// Begins to count in this process, to tell it there.
    ///
    /// # Errors
    /// It counts already.
    pub fn install(listen: SocketAddr) -> anyhow::Result<Self> {
        let builder = counters::divide(PrometheusBuilder::new())?;
        let builder = builder.idle_timeout(MetricKindMask::GAUGE, Some(GAUGES_KEPT));
        Ok(Metrics { recorder: builder.install_recorder()?, listen })
    }

    /// Sums up what was measured until told to stop.
    pub(crate) async fn sum_up(self, app: App, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = app.clock().sleep(SUM_UP_MS) => self.recorder.run_upkeep(),
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }
}

/// `/metrics`; every counter begins at zero, for these routes.
pub(crate) fn router(app: App, metrics: Metrics, routes: &[String]) -> Router {
    counters::begin(routes);
    Router::new().route("/metrics", get(tell)).with_state((app, metrics))
}

/// Everything that is counted and measured; never an identifier of a merchant, an order or a customer.
async fn tell(State((app, metrics)): State<(App, Metrics)>) -> impl IntoResponse {
    let measured = standing::measure(&app).await;
    if let Err(fault) = &measured {
        repeats::fault("what is measured at a scrape could not be read", fault);
    }
    counters::gauge("guichet_scrape_complete", &[], u64::from(measured.is_ok()));
    let mut text = metrics.recorder.render();
    text.push_str(&process::metrics());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
