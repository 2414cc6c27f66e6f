//! When something happens to payments by themselves: at most one line for each, in order of time.

use std::collections::{BTreeSet, HashMap};

/// Times (unix ms) and the numbers of the payments that they concern.
#[derive(Default)]
pub(crate) struct Agenda {
    by_time: BTreeSet<(i64, u64)>,
    by_number: HashMap<u64, i64>,
}

impl Agenda {
    /// When something happens next to that payment, in place of what was noted before.
    pub(crate) fn set(&mut self, number: u64, due_ms: Option<i64>) {
        if let Some(before_ms) = self.by_number.remove(&number) {
            self.by_time.remove(&(before_ms, number));
        }
        if let Some(due_ms) = due_ms {
            self.by_number.insert(number, due_ms);
            self.by_time.insert((due_ms, number));
        }
    }

    /// Strikes out the first line that is due by `now_ms`.
    pub(crate) fn take_due(&mut self, now_ms: i64) -> Option<(i64, u64)> {
        let (due_ms, number) = self.by_time.first().copied().filter(|(due_ms, _)| *due_ms <= now_ms)?;
        self.set(number, None);
        Some((due_ms, number))
    }

    /// When the first line is due, in unix ms.
    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        self.by_time.first().map(|(due_ms, _)| *due_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_payment_has_one_line_and_lines_are_read_in_order() {
        let mut agenda = Agenda::default();
        for (number, due_ms) in [(1, Some(30)), (2, Some(20)), (1, Some(10)), (3, Some(5)), (3, None)] {
            agenda.set(number, due_ms);
        }
        assert_eq!(agenda.next_due_ms(), Some(10));
        assert_eq!(agenda.take_due(9), None);
        assert_eq!(agenda.take_due(20), Some((10, 1)));
        assert_eq!(agenda.take_due(20), Some((20, 2)));
        assert_eq!((agenda.take_due(i64::MAX), agenda.by_number.len()), (None, 0));
    }
}
