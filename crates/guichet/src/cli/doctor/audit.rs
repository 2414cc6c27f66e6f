//! What the doctor finds about the audit log.

use super::finding::{Finding, finding};
use guichet_server::operators::chain_is_whole;
use guichet_server::registry::Snapshot;
use guichet_server::store::{Fault, Store};

/// Whether an entry of the log of what operators did was altered or removed: of each merchant, and of no merchant.
pub(super) async fn audit(store: &Store, snapshot: &Snapshot) -> Result<Finding, Fault> {
    if !chain_is_whole(store, None).await? {
        return Ok(broken("no merchant"));
    }
    for (id, merchant) in &snapshot.merchants {
        if !chain_is_whole(store, Some(*id)).await? {
            return Ok(broken(&merchant.name));
        }
    }
    Ok(finding("audit", true, "each entry of the audit log is linked to the one before"))
}

fn broken(whose: &str) -> Finding {
    let told = format!(
        "an entry of the audit log of {whose} was altered or removed; compare it with a backup, and see who can write \
         to the database"
    );
    finding("audit", false, told)
}
