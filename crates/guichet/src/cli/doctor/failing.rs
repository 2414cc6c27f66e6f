//! What the doctor finds about webhook endpoints and vendors' clients at which nothing arrives.

use guichet_core::Environment;

use super::finding::{Finding, finding};
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::registry::Snapshot;
use guichet_server::store::Target;
use guichet_server::webhook::EndpointStatus;

/// Every target at which nothing has arrived for long, as an operator knows it.
pub(super) async fn failing(app: &App, snapshot: &Snapshot) -> anyhow::Result<Vec<Finding>> {
    let now_ms = app.clock().now_ms();
    let waiting = app.store().waiting_deliveries(now_ms).await?;
    let mut failing: Vec<_> = app.store().failing_since().await?.into_iter().collect();
    failing.retain(|(target, failing)| {
        snapshot.is_target(*target)
            && EndpointStatus::of(true, Some(failing.since_ms), now_ms) == EndpointStatus::Failing
    });
    failing.sort_by_key(|(_, failing)| failing.since_ms);
    let told = failing.into_iter().map(|(target, failing)| {
        let pending = waiting.iter().find(|waiting| waiting.target == target).map_or(0, |waiting| waiting.pending);
        let (since, name) = (rfc3339(failing.since_ms), name(snapshot, target));
        let detail = format!(
            "{name} has been failing since {since}: {}; {pending} deliveries wait for it, and are sent once one arrives",
            failing.outcome
        );
        finding("endpoint", false, detail)
    });
    Ok(told.collect())
}

fn name(snapshot: &Snapshot, target: Target) -> String {
    let of = |merchant, environment: Environment| {
        let name = snapshot.merchants.get(&merchant).map_or("nobody", |merchant| merchant.name.as_str());
        format!("of {name} ({})", environment.as_str())
    };
    let endpoint = match target {
        Target::Endpoint(id) => snapshot.endpoints.get(&id).map(|endpoint| &endpoint.row),
        Target::Client(_) | Target::Customers(..) => None,
    };
    let client = match target {
        Target::Client(id) => snapshot.credentials.get(&id).map(|client| &client.row),
        Target::Endpoint(_) | Target::Customers(..) => None,
    };
    match (endpoint, client) {
        (Some(row), _) => format!("{} {} {}", row.id, row.url, of(row.merchant, row.environment)),
        (None, Some(row)) => {
            format!("the {} client {} {}", row.dialect, row.id, of(row.merchant, row.environment))
        }
        (None, None) => target.to_string(),
    }
}
