//! Archives: journals of orders that are done and old, moved from the tables to files of compressed JSON lines that prove
//! themselves. A file is whole, read back and on disk before anything is taken out of a table, and whoever is killed on the
//! way is followed by one that goes on.

mod choosing;
mod line;
mod making;
mod reading;
mod taking;
mod writing;

use std::sync::atomic::{AtomicU64, Ordering};

pub use choosing::Left;
pub use line::{End, Header, Line, OldAnswer, OldDecision, OldDelivery, OldOrder, OldTry};
pub use making::{Made, Wanted, make, would_take};
pub use reading::{Compared, Reading, Whole, compare, examine, find};

/// What ends the name of an archive that is being written.
const UNFINISHED: &str = ".part";

/// How far a run has come, for whoever shows it beside.
#[derive(Debug, Default)]
pub struct Counter {
    done: AtomicU64,
    total: AtomicU64,
}

impl Counter {
    /// One more is done.
    fn add(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Begins anew, towards so many; 0 where nobody can say.
    fn begin(&self, total: i64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total.unsigned_abs(), Ordering::Relaxed);
    }

    /// How many are done, and of how many; 0 where nobody can say.
    pub fn read(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}
