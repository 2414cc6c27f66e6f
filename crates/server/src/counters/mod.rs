//! What is counted and measured while things happen. The counters that every payment moves are looked up once and
//! kept, because looking one up by its name and labels costs as much as a small query.

mod names;

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use guichet_core::EntryKind;
use metrics::{Counter, Histogram, counter, histogram};

pub(crate) use names::{begin, divide};

/// Counts the entries of journals, by kind.
pub(crate) fn entry(kind: EntryKind) -> &'static Counter {
    static BY_KIND: LazyLock<Vec<Counter>> = LazyLock::new(|| {
        EntryKind::ALL.iter().map(|kind| counter!("guichet_events_total", "type" => kind.as_str())).collect()
    });
    // `ALL` lists the kinds as they are declared.
    &BY_KIND[kind as usize]
}

/// Counts answers over HTTP, by route and class of status.
pub(crate) fn answer(route: &str, status: &'static str) -> Counter {
    type ByStatus = HashMap<&'static str, Counter>;
    static BY_ROUTE: LazyLock<RwLock<HashMap<String, ByStatus>>> = LazyLock::new(RwLock::default);
    let known = BY_ROUTE.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(counter) = known.get(route).and_then(|by_status| by_status.get(status)) {
        return counter.clone();
    }
    drop(known);
    let counter = counter!("guichet_http_requests_total", "route" => route.to_owned(), "status" => status);
    let mut known = BY_ROUTE.write().unwrap_or_else(PoisonError::into_inner);
    known.entry(route.to_owned()).or_default().insert(status, counter.clone());
    counter
}

/// The kinds of routes whose answers are timed together.
const CLASSES: [&str; 7] = ["api", "callback", "front", "operations", "page", "reference", "vendor"];

/// The kind of that route, which is a template of ours or of a vendor's API.
fn class(route: &str) -> usize {
    let root = route.trim_start_matches('/').split('/').next().unwrap_or_default();
    let class = match root {
        "v1" => "api",
        "callbacks" => "callback",
        "api" => "front",
        "healthz" | "readyz" | "metrics" => "operations",
        "docs" | "openapi" | "openapi.json" => "reference",
        "" | "checkout" | "status" | "s" | "office" => "page",
        _ => "vendor",
    };
    CLASSES.iter().position(|known| *known == class).unwrap_or_default()
}

/// Measures how long an answer over HTTP took.
pub(crate) fn answered_in(route: &str, taken: Duration) {
    static BY_CLASS: LazyLock<[Histogram; 7]> = LazyLock::new(|| {
        CLASSES.map(|class| histogram!("guichet_http_request_duration_seconds", "class" => class))
    });
    BY_CLASS[class(route)].record(taken);
}

/// Sets a gauge to a whole number. Gauges are floating point, and a duration of so many seconds is the only whole
/// number of 64 bits that they take.
pub(crate) fn gauge(name: &'static str, labels: &[(&'static str, String)], value: u64) {
    metrics::gauge!(name, labels).set(Duration::from_secs(value));
}

/// Measures a real duration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins now.
    #[expect(clippy::disallowed_methods, reason = "how long something took is a real duration")]
    pub(crate) fn begin() -> Self {
        Stopwatch(Instant::now())
    }

    /// What has passed since.
    pub(crate) fn taken(self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_a_kind() {
        for (route, expected) in [
            ("/v1/orders/{id}", "api"),
            ("/", "page"),
            ("/status/{token}/live", "page"),
            ("/callbacks/{gateway}/{account}", "callback"),
            ("/api/content/products", "front"),
            ("/readyz", "operations"),
            ("/openapi.json", "reference"),
            ("/v2/payment", "vendor"),
            ("none", "vendor"),
        ] {
            assert_eq!(CLASSES[class(route)], expected, "{route}");
        }
    }
}
