//! How many changes a server writes with one flush, by its own counters.

use crate::line::{Line, Target};

/// The histogram that tells.
const SUM: &str = "guichet_commit_batch_sum ";
const COUNT: &str = "guichet_commit_batch_count ";

/// Transactions and the changes in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Commits {
    transactions: u64,
    changes: u64,
}

impl Commits {
    /// Those so far, as the server tells them.
    pub(crate) async fn told_by(target: &Target) -> anyhow::Result<Self> {
        let answer = Line::open(target).await?.get("/metrics").await?;
        Ok(Commits::read(&String::from_utf8_lossy(&answer.body)))
    }

    fn read(metrics: &str) -> Self {
        let number = |name| {
            let value = metrics.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
            value.split('.').next().unwrap_or("0").parse().unwrap_or(0)
        };
        Commits { transactions: number(COUNT), changes: number(SUM) }
    }

    /// Both together.
    pub(crate) fn and(self, other: Commits) -> Self {
        Commits {
            transactions: self.transactions + other.transactions,
            changes: self.changes + other.changes,
        }
    }

    /// Those after `before`.
    pub(crate) fn since(self, before: Commits) -> Self {
        Commits {
            transactions: self.transactions.saturating_sub(before.transactions),
            changes: self.changes.saturating_sub(before.changes),
        }
    }

    /// Changes for each transaction, in tenths; 0 of none.
    pub(crate) fn batch_tenths(self) -> u64 {
        (self.changes * 10).checked_div(self.transactions).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counters_of_a_server_are_read() {
        let metrics = "guichet_commit_batch_bucket{le=\"1\"} 3\nguichet_commit_batch_sum 47\nguichet_commit_batch_count 4\n";
        let read = Commits::read(metrics);
        assert_eq!((read, read.batch_tenths()), (Commits { transactions: 4, changes: 47 }, 117));
        assert_eq!(Commits::read("").batch_tenths(), 0);
        assert_eq!(read.and(read).since(read), read);
    }
}
