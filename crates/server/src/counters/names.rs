//! Every metric of ours: its name, what it tells, and the values that its labels can have, so that all of them exist
//! from the first scrape. A rate of something that appears with its first trouble would show none.

use std::time::Duration;

use guichet_core::EntryKind;
use guichet_gateways::{DIALECTS, GATEWAYS};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

use super::CLASSES;

/// What kind of metric it is.
enum Kind {
    /// It only grows.
    Counter,
    /// It is set at each scrape.
    Gauge,
    /// Durations, counted up to each of these (ms).
    Durations(&'static [u64]),
    /// Whole numbers, counted up to each of these.
    Numbers(&'static [u32]),
}

/// The values that a label can have.
enum Values {
    These(&'static [&'static str]),
    Gateways,
    Dialects,
    Events,
    /// The routes that [`begin`] is told.
    Routes,
    /// What is declared: its values are set at each scrape.
    Declared,
}

/// A metric.
struct Metric {
    /// Its name.
    name: &'static str,
    /// What kind it is.
    kind: Kind,
    /// What it tells.
    help: &'static str,
    labels: &'static [(&'static str, Values)],
}

const fn metric(
    name: &'static str,
    kind: Kind,
    labels: &'static [(&'static str, Values)],
    help: &'static str,
) -> Metric {
    Metric { name, kind, help, labels }
}

/// Answers come within milliseconds, unless a gateway is asked meanwhile.
const ANSWERS_MS: Kind =
    Kind::Durations(&[1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000]);

/// Gateways take seconds, and at most 30 of them unless the operator says otherwise.
const CALLS_MS: Kind =
    Kind::Durations(&[25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 30_000, 60_000]);

/// A receiver of webhooks has 15 seconds.
const TRIES_MS: Kind = Kind::Durations(&[10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000]);

/// What becomes of notifications.
const CALLBACKS: Values =
    Values::These(&["noted", "kept", "unmatched", "unproven", "full", "forged", "unknown_account", "fault"]);

/// Where deliveries go.
const RECEIVERS: Values = Values::These(&["endpoint", "client", "customer"]);

const ACCOUNT: &[(&str, Values)] = &[
    ("gateway", Values::Declared),
    ("merchant", Values::Declared),
    ("environment", Values::Declared),
    ("account", Values::Declared),
];

const SHOP: &[(&str, Values)] = &[("merchant", Values::Declared), ("environment", Values::Declared)];

/// All of them but those of the process, which `scrape/process.rs` writes.
const METRICS: &[Metric] = &[
    metric(
        "guichet_build_info",
        Kind::Gauge,
        &[("version", Values::Declared)],
        "1, with the version that runs.",
    ),
    metric(
        "guichet_http_requests_total",
        Kind::Counter,
        &[("route", Values::Routes), ("status", Values::These(&["2xx", "3xx", "4xx", "5xx"]))],
        "Requests answered, by route and class of status.",
    ),
    metric(
        "guichet_http_request_duration_seconds",
        ANSWERS_MS,
        &[("class", Values::These(&CLASSES))],
        "How long answering a request took, by kind of route.",
    ),
    metric(
        "guichet_connections_refused_total",
        Kind::Counter,
        &[],
        "Connections refused because their address held its share already.",
    ),
    metric(
        "guichet_events_total",
        Kind::Counter,
        &[("type", Values::Events)],
        "What happened to orders and payments, by event type.",
    ),
    metric(
        "guichet_commit_batch",
        Kind::Numbers(&[1, 2, 4, 8, 16, 32, 64]),
        &[],
        "How many changes were written with one flush to disk.",
    ),
    metric(
        "guichet_commit_conflicts_total",
        Kind::Counter,
        &[],
        "Changes that were decided again because another one came first.",
    ),
    metric(
        "guichet_gateway_opens_total",
        Kind::Counter,
        &[("gateway", Values::Gateways), ("outcome", Values::These(&["opened", "failed", "lost"]))],
        "Payments asked for at gateways.",
    ),
    metric(
        "guichet_gateway_checks_total",
        Kind::Counter,
        &[("gateway", Values::Gateways), ("seen", Values::These(&["pending", "paid", "failed", "unknown"]))],
        "Checks of payments at gateways, by what they showed.",
    ),
    metric(
        "guichet_gateway_call_duration_seconds",
        CALLS_MS,
        &[("gateway", Values::Gateways), ("call", Values::These(&["open", "check"]))],
        "How long a call to a gateway took.",
    ),
    metric(
        "guichet_gateway_budget_left",
        Kind::Gauge,
        ACCOUNT,
        "Checks that a gateway account may still make now.",
    ),
    metric(
        "guichet_gateway_budget_spent_total",
        Kind::Counter,
        &[("gateway", Values::Gateways)],
        "Checks that had to wait because the account's budget was spent.",
    ),
    metric(
        "guichet_gateway_breaker_open",
        Kind::Gauge,
        ACCOUNT,
        "1 while a gateway account is in trouble and no new payment is tried there.",
    ),
    metric(
        "guichet_callbacks_total",
        Kind::Counter,
        &[("outcome", CALLBACKS)],
        "Notifications of gateways, by what came of them.",
    ),
    metric(
        "guichet_dialect_calls_total",
        Kind::Counter,
        &[("dialect", Values::Dialects), ("outcome", Values::These(&["done", "refused"]))],
        "Calls by clients of other vendors.",
    ),
    metric(
        "guichet_delivery_tries_total",
        Kind::Counter,
        &[("to", RECEIVERS), ("status", Values::These(&["delivered", "pending", "given_up"]))],
        "Tries to deliver, by what is delivered to and where the delivery stands then.",
    ),
    metric(
        "guichet_delivery_duration_seconds",
        TRIES_MS,
        &[("to", RECEIVERS)],
        "How long a try to deliver took.",
    ),
    metric(
        "guichet_deliveries_pending",
        Kind::Gauge,
        &[("to", Values::Declared)],
        "Deliveries that wait, up to 100000 in all.",
    ),
    metric(
        "guichet_deliveries_overdue",
        Kind::Gauge,
        &[("to", Values::Declared)],
        "Deliveries that have been due for more than a minute, up to 100000 in all.",
    ),
    metric(
        "guichet_endpoints",
        Kind::Gauge,
        &[("merchant", Values::Declared), ("environment", Values::Declared), ("status", Values::Declared)],
        "Webhook endpoints, by whether they are in use, failing for more than ten minutes, or disabled.",
    ),
    metric("guichet_orders_needing_you", Kind::Gauge, SHOP, "Orders that wait for a person."),
    metric(
        "guichet_payments_unknown",
        Kind::Gauge,
        SHOP,
        "Payments of which nobody knows whether the gateway opened them.",
    ),
    metric(
        "guichet_notifications_unmatched",
        Kind::Gauge,
        &[],
        "Payments that gateways told of and no order has, which wait for a person.",
    ),
    metric(
        "guichet_quiet",
        Kind::Gauge,
        &[],
        "Whether this server is quiet, sending nothing and opening nothing.",
    ),
    metric("guichet_nodes", Kind::Gauge, &[], "Nodes that live and work this database."),
    metric("guichet_node_shards", Kind::Gauge, &[], "Shards whose due work this node does, of 64 in all."),
    metric("guichet_shards_unworked", Kind::Gauge, &[], "Shards whose due work no living node does."),
    metric(
        "guichet_alarms_overdue",
        Kind::Gauge,
        &[],
        "Orders that have been due for more than a minute, up to 10000.",
    ),
    metric("guichet_database_bytes", Kind::Gauge, &[], "The size of the database's file."),
    metric("guichet_database_log_bytes", Kind::Gauge, &[], "The length of the database's log."),
    metric("guichet_database_free_bytes", Kind::Gauge, &[], "What is free on the database's disk."),
    metric(
        "guichet_database_moved_timestamp_seconds",
        Kind::Gauge,
        &[],
        "When the log was last moved into the database's file.",
    ),
    metric("guichet_database_writable", Kind::Gauge, &[], "0 while nothing can be written."),
    metric(
        "guichet_scrape_complete",
        Kind::Gauge,
        &[],
        "0 when what is measured at a scrape could not be read, so that gauges are those of an earlier one.",
    ),
];

/// Says how the histograms are divided.
pub(crate) fn divide(mut builder: PrometheusBuilder) -> anyhow::Result<PrometheusBuilder> {
    for metric in METRICS {
        let name = Matcher::Full(metric.name.to_owned());
        builder = match metric.kind {
            Kind::Counter | Kind::Gauge => builder,
            Kind::Durations(until_ms) => {
                let until_s: Vec<_> =
                    until_ms.iter().map(|ms| Duration::from_millis(*ms).as_secs_f64()).collect();
                builder.set_buckets_for_metric(name, &until_s)?
            }
            Kind::Numbers(until) => {
                let until: Vec<_> = until.iter().map(|number| (*number).into()).collect();
                builder.set_buckets_for_metric(name, &until)?
            }
        };
    }
    Ok(builder)
}

/// Describes every metric, and lets every counter and histogram begin at zero, for these routes.
pub(crate) fn begin(routes: &[String]) {
    for metric in METRICS {
        match metric.kind {
            Kind::Counter => describe_counter!(metric.name, metric.help),
            Kind::Gauge => {
                describe_gauge!(metric.name, metric.help);
                continue;
            }
            Kind::Durations(_) | Kind::Numbers(_) => describe_histogram!(metric.name, metric.help),
        }
        let combined = metric.labels.iter().fold(vec![Vec::new()], |combined, (name, values)| {
            let with =
                |labels: &Vec<_>, value: &String| [labels.as_slice(), &[(*name, value.clone())]].concat();
            let values = possible(values, routes);
            combined.iter().flat_map(|labels| values.iter().map(|value| with(labels, value))).collect()
        });
        for labels in combined {
            match metric.kind {
                Kind::Counter => counter!(metric.name, &labels).increment(0),
                Kind::Gauge => {}
                Kind::Durations(_) | Kind::Numbers(_) => drop(histogram!(metric.name, &labels)),
            }
        }
    }
}

fn possible(values: &Values, routes: &[String]) -> Vec<String> {
    let owned = |words: &mut dyn Iterator<Item = &str>| words.map(str::to_owned).collect();
    match values {
        Values::These(words) => owned(&mut words.iter().copied()),
        Values::Gateways => owned(&mut GATEWAYS.iter().map(|gateway| gateway.name())),
        Values::Dialects => owned(&mut DIALECTS.iter().map(|dialect| dialect.name())),
        Values::Events => owned(&mut EntryKind::ALL.iter().map(|kind| kind.as_str())),
        Values::Routes => routes.to_vec(),
        Values::Declared => Vec::new(),
    }
}
