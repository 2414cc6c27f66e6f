//! How a commit wakes the tasks that work what it left to do, and tells them where to look.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::store::Target;

/// What wakes a task, with where there is something to do since it last looked.
#[derive(Debug)]
pub(crate) struct Wakeup<T> {
    notify: Notify,
    pending: Mutex<HashSet<T>>,
}

impl<T> Default for Wakeup<T> {
    fn default() -> Self {
        Wakeup { notify: Notify::new(), pending: Mutex::default() }
    }
}

impl<T: Eq + Hash> Wakeup<T> {
    /// There is something to do there.
    pub(crate) fn wake(&self, at: T) {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(at);
        self.notify.notify_one();
    }

    /// Returns once it was woken.
    pub(crate) async fn woken(&self) {
        self.notify.notified().await;
    }

    /// Where there is something to do since this was last asked.
    pub(crate) fn take(&self) -> HashSet<T> {
        std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One for each task.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// An order's alarm is ringing already in that shard.
    pub(crate) alarms: Wakeup<i64>,
    /// Deliveries to that target are waiting in that shard.
    pub(crate) deliveries: Wakeup<(Target, i64)>,
}
