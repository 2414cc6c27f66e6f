//! The schedule of what payments do by themselves: at most one entry for each, in order of time.

use std::collections::{BTreeSet, HashMap};

/// Times (unix ms) and the numbers of the payments that they subject.
#[derive(Default)]
pub(crate) struct Schedule {
    by_time: BTreeSet<(i64, u64)>,
    by_number: HashMap<u64, i64>,
}

impl Schedule {
    /// Sets the time of that payment's next change, instead of the one set before.
    pub(crate) fn set(&mut self, number: u64, due_ms: Option<i64>) {
        if let Some(before_ms) = self.by_number.remove(&number) {
            self.by_time.remove(&(before_ms, number));
        }
        if let Some(due_ms) = due_ms {
            self.by_number.insert(number, due_ms);
            self.by_time.insert((due_ms, number));
        }
    }

    /// Takes the first entry that is due by `now_ms`.
    pub(crate) fn take_due(&mut self, now_ms: i64) -> Option<(i64, u64)> {
        let (due_ms, number) = self.by_time.first().copied().filter(|(due_ms, _)| *due_ms <= now_ms)?;
        self.set(number, None);
        Some((due_ms, number))
    }

    /// The time of the first entry, in unix ms.
    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        self.by_time.first().map(|(due_ms, _)| *due_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_payment_has_one_entry_and_entries_are_taken_in_order() {
        let mut schedule = Schedule::default();
        for (number, due_ms) in [(1, Some(30)), (2, Some(20)), (1, Some(10)), (3, Some(5)), (3, None)] {
            schedule.set(number, due_ms);
        }
        assert_eq!(schedule.next_due_ms(), Some(10));
        assert_eq!(schedule.take_due(9), None);
        assert_eq!(schedule.take_due(20), Some((10, 1)));
        assert_eq!(schedule.take_due(20), Some((20, 2)));
        assert_eq!((schedule.take_due(i64::MAX), schedule.by_number.len()), (None, 0));
    }
}
