//! What the doctor finds about archives.

use super::finding::{Finding, finding};
use guichet_server::clock::rfc3339;
use guichet_server::store::{ArchiveState, Fault, Store};

/// How much is in archives, and which of them a command left half done; nothing where there are none.
pub(super) async fn archives(store: &Store) -> Result<Vec<Finding>, Fault> {
    let known = store.archives().await?;
    let Some(newest) = known.last() else { return Ok(Vec::new()) };
    let (orders, events) =
        known.iter().fold((0, 0), |(orders, events), row| (orders + row.orders, events + row.events));
    let told = format!(
        "{events} events of {orders} orders are in {} archives, the newest {} of {}; keep these files",
        known.len(),
        newest.name,
        rfc3339(newest.made_at_ms)
    );
    let half = known.iter().find(|row| row.state != ArchiveState::Done);
    Ok(vec![match half {
        None => finding("archives", true, told),
        Some(row) => {
            let how = "unless a command is at it now, it was killed: run guichet archive with the same folder again";
            finding("archives", false, format!("{} in {} is not done; {how}", row.name, row.folder))
        }
    }])
}
