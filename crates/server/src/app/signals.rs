//! How a commit wakes the tasks that work what it left to do.

use tokio::sync::Notify;

/// One bell per task.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// An order's alarm is ringing already.
    pub(crate) alarms: Notify,
    /// Deliveries are waiting.
    pub(crate) deliveries: Notify,
}
