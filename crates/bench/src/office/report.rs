//! What is printed about the office: a table for people, and one JSON object for each screen and file.

use serde::Serialize;

use crate::engine::Engine;
use crate::figures::Decimal;
use crate::report::{kilobytes, megabytes, tenths, thousandths};

use super::exports::Exported;
use super::screens::Shown;

/// The limits: of a screen in µs, of the first one with what it brings along and of any further one in bytes, of a file in KiB of memory.
const MOST_US: u64 = 50_000;
pub(super) const MOST_FIRST_BYTES: u64 = 60_000;
const MOST_BYTES: u64 = 25_000;
const MOST_GROWN_KIB: u64 = 80_000_000 / 1024;

/// Under which circumstances something was measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// The database.
    pub(super) database: Engine,
    /// How many orders there were.
    pub(super) orders: u64,
}

/// The JSON object of a screen; its keys are a promise.
#[derive(Serialize)]
struct MeasuredScreen {
    unit: &'static str,
    database: &'static str,
    orders: u64,
    screen: &'static str,
    p50_ms: Decimal,
    p99_ms: Decimal,
    kilobytes: Decimal,
    within_limits: bool,
}

/// The JSON object of a file; its keys are a promise.
#[derive(Serialize)]
struct MeasuredFile {
    unit: &'static str,
    database: &'static str,
    orders: u64,
    export: &'static str,
    seconds: Decimal,
    megabytes: Decimal,
    grown_mb: Decimal,
    within_limits: bool,
}

/// Whether a screen keeps the limits: the median, because a machine that others share stops now and then.
pub(super) fn screen_is_within(shown: &Shown) -> bool {
    shown.p50_us <= MOST_US && shown.bytes <= MOST_BYTES
}

/// The same of a file.
pub(super) fn file_is_within(exported: Exported) -> bool {
    exported.grown_kib <= MOST_GROWN_KIB
}

/// The heading of the table of screens.
pub(super) fn screens_head() -> String {
    format!("{:>32} {:>9} {:>9} {:>8}", "screen", "p50 ms", "p99 ms", "KB")
}

/// A line of it.
pub(super) fn screen_line(shown: &Shown) -> String {
    let (p50, p99) = (thousandths(shown.p50_us).to_string(), thousandths(shown.p99_us).to_string());
    let mark = if screen_is_within(shown) { "" } else { "  too much" };
    format!("{:>32} {p50:>9} {p99:>9} {:>8}{mark}", shown.name, kilobytes(shown.bytes).to_string())
}

/// The heading of the table of files.
pub(super) fn files_head() -> String {
    format!("{:>32} {:>9} {:>9} {:>8}", "all orders as", "seconds", "MB", "grown MB")
}

/// A line of it.
pub(super) fn file_line(exported: Exported) -> String {
    let mark = if file_is_within(exported) { "" } else { "  too much" };
    format!(
        "{:>32} {:>9} {:>9} {:>8}{mark}",
        exported.format,
        tenths(exported.took_us / 100_000).to_string(),
        tenths(exported.bytes / 100_000).to_string(),
        megabytes(exported.grown_kib).to_string()
    )
}

/// A screen as one line of JSON.
pub(super) fn screen_json(setting: Setting, shown: &Shown) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&MeasuredScreen {
        unit: "office",
        database: setting.database.name(),
        orders: setting.orders,
        screen: shown.name,
        p50_ms: thousandths(shown.p50_us),
        p99_ms: thousandths(shown.p99_us),
        kilobytes: kilobytes(shown.bytes),
        within_limits: screen_is_within(shown),
    })?)
}

/// A file as one line of JSON.
pub(super) fn file_json(setting: Setting, exported: Exported) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&MeasuredFile {
        unit: "office",
        database: setting.database.name(),
        orders: setting.orders,
        export: exported.format,
        seconds: tenths(exported.took_us / 100_000),
        megabytes: tenths(exported.bytes / 100_000),
        grown_mb: megabytes(exported.grown_kib),
        within_limits: file_is_within(exported),
    })?)
}
