//! What the doctor finds about orders.

use super::finding::{Finding, finding};
use guichet_server::store::Census;

/// The orders, and which of them wait for a person or for a server.
pub(super) fn stuck(census: &Census) -> [Finding; 3] {
    let counted: Vec<_> = census.orders.iter().map(|(status, count)| format!("{count} {status}")).collect();
    let counted = if counted.is_empty() { "none yet".to_owned() } else { counted.join(", ") };
    let held = format!(
        "{} orders have money that does not fit; see guichet order list --needs-you",
        census.needing_you
    );
    let overdue = format!(
        "{} orders have been due for more than a minute; is a server running?",
        census.alarms_overdue
    );
    [
        finding("orders", true, counted),
        finding("needs you", census.needing_you == 0, held),
        finding("alarms", census.alarms_overdue == 0, overdue),
    ]
}
