//! How a commit wakes the tasks that work what it left to do, and tells them where to look.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::store::Target;

/// A bell, and the places it was rung from since somebody last looked.
#[derive(Debug)]
pub(crate) struct Bell<T> {
    rung: Notify,
    places: Mutex<HashSet<T>>,
}

impl<T> Default for Bell<T> {
    fn default() -> Self {
        Bell { rung: Notify::new(), places: Mutex::default() }
    }
}

impl<T: Eq + Hash> Bell<T> {
    /// There is something to do at that place.
    pub(crate) fn ring(&self, place: T) {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).insert(place);
        self.rung.notify_one();
    }

    /// Returns once it was rung.
    pub(crate) async fn rung(&self) {
        self.rung.notified().await;
    }

    /// Where it was rung since this was last asked.
    pub(crate) fn take(&self) -> HashSet<T> {
        std::mem::take(&mut *self.places.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One bell per task.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// An order's alarm is ringing already in that shard.
    pub(crate) alarms: Bell<i64>,
    /// Deliveries to that target are waiting in that shard.
    pub(crate) deliveries: Bell<(Target, i64)>,
}
