//! All orders as a file: how long it takes, and what the server's memory grows by meanwhile.

use std::time::Duration;

use super::visitor::Visitor;
use crate::proc::Process;
use crate::stopwatch::Stopwatch;

/// How long the server is left alone before its memory counts as idle.
const REST: Duration = Duration::from_secs(2);

/// A file that was loaded down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exported {
    /// Which kind.
    pub(super) format: &'static str,
    /// How many bytes it has.
    pub(super) bytes: u64,
    /// How many lines it has, where it has lines.
    pub(super) lines: u64,
    /// How long it took, in µs.
    pub(super) took_us: u64,
    /// What the server's memory grew by at the most, in KiB.
    pub(super) grown_kib: u64,
}

/// Loads all orders down as a file of that kind.
pub(super) async fn all_orders(
    visitor: &mut Visitor,
    server: Process,
    format: &'static str,
) -> anyhow::Result<Exported> {
    Stopwatch::start().reach(REST).await;
    visitor.line.mend().await?;
    let idle_kib = server.rss_kib()?;
    server.forget_peak()?;
    let begun = Stopwatch::start();
    let path = format!("/office/orders/export.{format}");
    let (bytes, lines) = visitor.line.load_down(&path, &visitor.cookie).await?;
    Ok(Exported {
        format,
        bytes,
        lines,
        took_us: begun.micros(),
        grown_kib: server.peak_rss_kib()?.saturating_sub(idle_kib),
    })
}
