//! The worker's rounds, counted: whoever supervises the process is told that the worker works, and not only that the
//! process is there.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// How often each part of the worker went round, and how often all of them did.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    alarms: AtomicU64,
    deliveries: AtomicU64,
    whole: watch::Sender<u64>,
}

impl Rounds {
    /// The alarms were looked at once more.
    pub(super) fn alarms_looked_at(&self) {
        self.alarms.fetch_add(1, Ordering::Relaxed);
    }

    /// The deliveries were looked at once more.
    pub(super) fn deliveries_looked_at(&self) {
        self.deliveries.fetch_add(1, Ordering::Relaxed);
    }

    /// The rest, which is done once a second, was done once more. The round is a whole one if the others went round since
    /// the last whole one, whose numbers are in `seen`.
    pub(super) fn kept_up(&self, seen: &mut (u64, u64)) {
        let now = (self.alarms.load(Ordering::Relaxed), self.deliveries.load(Ordering::Relaxed));
        if now.0 > seen.0 && now.1 > seen.1 {
            *seen = now;
            self.whole.send_modify(|rounds| *rounds += 1);
        }
    }

    /// Those who follow the whole rounds.
    pub(super) fn follow(&self) -> WholeRounds {
        WholeRounds(self.whole.subscribe())
    }
}

/// The rounds in which every part of a worker did what was due.
#[derive(Debug)]
pub struct WholeRounds(watch::Receiver<u64>);

impl WholeRounds {
    /// Waits until there was another one since this was asked last. It never returns while a part of the worker hangs, or
    /// once the worker has ended.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_round_is_whole_only_when_every_part_went_round() {
        let (rounds, mut seen) = (Rounds::default(), (0, 0));
        let count = |rounds: &Rounds| *rounds.whole.borrow();
        rounds.kept_up(&mut seen);
        rounds.alarms_looked_at();
        rounds.kept_up(&mut seen);
        assert_eq!(count(&rounds), 0, "no delivery was looked at");
        rounds.deliveries_looked_at();
        rounds.kept_up(&mut seen);
        assert_eq!(count(&rounds), 1);
        rounds.deliveries_looked_at();
        rounds.kept_up(&mut seen);
        assert_eq!(count(&rounds), 1, "the alarms hang");
        let mut followed = rounds.follow();
        rounds.alarms_looked_at();
        rounds.kept_up(&mut seen);
        followed.next().await;
        drop(rounds);
        tokio::select! {
            biased;
            () = followed.next() => panic!("a worker that has ended works"),
            () = std::future::ready(()) => {}
        }
    }
}
