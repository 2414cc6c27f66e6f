//! How a commit wakes the tasks that work what it left to do.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::store::Target;

/// One bell per task.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// An order's alarm is ringing already.
    pub(crate) alarms: Notify,
    deliveries: Notify,
    waiting: Mutex<HashSet<(Target, i64)>>,
}

impl Signals {
    /// Deliveries to this target are waiting in that shard.
    pub(crate) fn deliver(&self, target: Target, shard: i64) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert((target, shard));
        self.deliveries.notify_one();
    }

    /// Returns once deliveries are waiting.
    pub(crate) async fn deliveries(&self) {
        self.deliveries.notified().await;
    }

    /// Where deliveries were said to wait since this was last asked.
    pub(crate) fn take_waiting(&self) -> HashSet<(Target, i64)> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
