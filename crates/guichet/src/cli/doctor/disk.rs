//! What the doctor finds about the disk.

use super::finding::{Finding, finding};
use guichet_server::clock::rfc3339;
use guichet_server::store::disk_use;

/// With less than that free on its disk the database may stop at any moment: the log alone may grow by as much.
const LEAST_FREE_BYTES: u64 = 64 << 20;

/// A log longer than that is not moved as it should be.
const LONGEST_LOG_BYTES: u64 = 256 << 20;

/// What the disk says, which has to be known most of all when the database does not open.
pub(super) async fn disk(url: &str) -> Finding {
    let disk = match disk_use(url).await {
        Ok(Some(disk)) => disk,
        Ok(None) => return finding("disk", true, "the database is not on a disk of this machine"),
        Err(fault) => return finding("disk", false, fault.to_string()),
    };
    let [file, log, free] = [disk.file_bytes, disk.log_bytes, disk.free_bytes].map(in_kilobytes);
    let moved = rfc3339(disk.moved_at_ms);
    let detail = format!("{free} are free; the database has {file}, its log {log}, last moved at {moved}");
    let (is_low, is_long) = (disk.free_bytes < LEAST_FREE_BYTES, disk.log_bytes > LONGEST_LOG_BYTES);
    let detail = match (is_low, is_long) {
        (false, false) => detail,
        (true, _) => format!("the disk is almost full: {detail}; make room, or nothing can be paid"),
        (false, true) => format!("{detail}; it is long because a reader holds it, or moving it fails"),
    };
    finding("disk", !is_low && !is_long, detail)
}

fn in_kilobytes(bytes: u64) -> String {
    format!("{} kB", bytes / 1000)
}
