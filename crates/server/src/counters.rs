//! The counters that every payment moves. They are looked up once and kept, because looking one up by its name
//! and labels costs as much as a small query.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::Duration;

use guichet_core::EntryKind;
use metrics::{Counter, counter};

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

/// Sets a gauge to a whole number. Gauges are floating point, and a duration of so many seconds is the only whole
/// number of 64 bits that they take.
pub(crate) fn gauge(name: &'static str, value: u64) {
    metrics::gauge!(name).set(Duration::from_secs(value));
}
