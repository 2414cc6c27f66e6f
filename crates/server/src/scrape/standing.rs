//! The gauges: how things stand at the moment of a scrape. Each of them is set every time, because one that is not
//! set is forgotten, and none costs more for many orders than for few.

use std::collections::{BTreeMap, BTreeSet};

use guichet_core::Environment;

use crate::app::App;
use crate::counters::gauge;
use crate::registry::Snapshot;
use crate::store::{Fault, Shops, Target};
use crate::webhook::EndpointStatus;

/// Where deliveries go, as the metrics call it.
const RECEIVERS: [&str; 3] = ["endpoint", "client", "customer"];

/// Measures all of it.
pub(super) async fn measure(app: &App) -> Result<(), Fault> {
    let (store, now_ms) = (app.store(), app.clock().now_ms());
    gauge("guichet_build_info", &[("version", env!("CARGO_PKG_VERSION").to_owned())], 1);
    gauge("guichet_database_writable", &[], u64::from(store.is_writing()));
    let snapshot = app.registry().snapshot();
    accounts(app, &snapshot);
    if let Some(disk) = store.disk_use().await? {
        gauge("guichet_database_bytes", &[], disk.file_bytes);
        gauge("guichet_database_log_bytes", &[], disk.log_bytes);
        gauge("guichet_database_free_bytes", &[], disk.free_bytes);
        gauge("guichet_database_moved_timestamp_seconds", &[], disk.moved_at_ms.unsigned_abs() / 1000);
    }
    nodes(app).await?;
    gauge("guichet_alarms_overdue", &[], store.alarms_overdue(now_ms).await?.unsigned_abs());
    let waiting = store.waiting_deliveries(now_ms).await?;
    for to in RECEIVERS {
        let theirs = || waiting.iter().filter(|waiting| receiver(waiting.target) == to);
        let (pending, overdue) =
            (theirs().map(|waiting| waiting.pending).sum(), theirs().map(|waiting| waiting.overdue).sum());
        let labels = [("to", to.to_owned())];
        gauge("guichet_deliveries_pending", &labels, i64::unsigned_abs(pending));
        gauge("guichet_deliveries_overdue", &labels, i64::unsigned_abs(overdue));
    }
    shops("guichet_orders_needing_you", &snapshot, &store.orders_needing_you().await?);
    shops("guichet_payments_unknown", &snapshot, &store.payments_unknown().await?);
    gauge("guichet_notifications_unmatched", &[], store.unmatched_open().await?.unsigned_abs());
    gauge("guichet_quiet", &[], u64::from(app.registry().quiet().is_some()));
    endpoints(app, &snapshot, now_ms).await
}

/// The nodes that live, and whether all shards are worked.
async fn nodes(app: &App) -> Result<(), Fault> {
    let (nodes, now_ms) = app.store().nodes().await?;
    let living: BTreeSet<_> =
        nodes.iter().filter(|node| node.lives(now_ms)).map(|node| node.id.clone()).collect();
    let leases = app.store().leases().await?;
    let unworked = leases.iter().filter(|lease| !living.contains(&lease.owner)).count();
    gauge("guichet_nodes", &[], living.len() as u64);
    gauge("guichet_node_shards", &[], app.shards().len() as u64);
    gauge("guichet_shards_unworked", &[], unworked as u64);
    Ok(())
}

fn receiver(target: Target) -> &'static str {
    match target {
        Target::Endpoint(_) => "endpoint",
        Target::Client(_) => "client",
        Target::Customers(..) => "customer",
    }
}

/// How the gateway accounts fare, by their declared names.
fn accounts(app: &App, snapshot: &Snapshot) {
    for account in snapshot.accounts.values() {
        let Some(merchant) = snapshot.merchants.get(&account.merchant) else { continue };
        let labels = [
            ("gateway", account.gateway.name().to_owned()),
            ("merchant", merchant.name.clone()),
            ("environment", account.environment.as_str().to_owned()),
            ("account", account.name.clone()),
        ];
        gauge("guichet_gateway_breaker_open", &labels, u64::from(app.is_in_trouble(account)));
        gauge("guichet_gateway_budget_left", &labels, app.checks_left(account).unsigned_abs());
    }
}

/// Tells a number for each merchant and environment.
fn shops(name: &'static str, snapshot: &Snapshot, counted: &Shops) {
    for merchant in snapshot.merchants.values() {
        for environment in [Environment::Test, Environment::Live] {
            let count = counted.get(&(merchant.id, environment)).copied().unwrap_or(0);
            gauge(name, &shop(&merchant.name, environment), count.unsigned_abs());
        }
    }
}

fn shop(merchant: &str, environment: Environment) -> [(&'static str, String); 2] {
    [("merchant", merchant.to_owned()), ("environment", environment.as_str().to_owned())]
}

/// How many webhook endpoints are in use, failing and disabled.
async fn endpoints(app: &App, snapshot: &Snapshot, now_ms: i64) -> Result<(), Fault> {
    let failing = app.store().failing_since().await?;
    let mut counted: BTreeMap<_, u64> = BTreeMap::new();
    for merchant in snapshot.merchants.values() {
        for environment in [Environment::Test, Environment::Live] {
            for status in EndpointStatus::ALL {
                counted.insert((merchant.name.as_str(), environment.as_str(), status.as_str()), 0);
            }
        }
    }
    for endpoint in snapshot.endpoints.values() {
        let Some(merchant) = snapshot.merchants.get(&endpoint.row.merchant) else { continue };
        let since_ms = failing.get(&Target::Endpoint(endpoint.row.id)).map(|failing| failing.since_ms);
        let status = EndpointStatus::of(endpoint.row.standing.is_in_use(), since_ms, now_ms);
        *counted
            .entry((merchant.name.as_str(), endpoint.row.environment.as_str(), status.as_str()))
            .or_default() += 1;
    }
    for ((merchant, environment, status), count) in counted {
        let labels = [("merchant", merchant), ("environment", environment), ("status", status)];
        gauge("guichet_endpoints", &labels.map(|(name, value)| (name, value.to_owned())), count);
    }
    Ok(())
}
