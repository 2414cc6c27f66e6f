//! How often units are begun: as fast as the connections can, or evenly spaced. A unit that had to
//! wait for its turn has not begun, so its turn costs its latency nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::stopwatch::Stopwatch;

const NANOS: u64 = 1_000_000_000;

/// The turns of one drive, for all its connections. Turns that nobody was free to take are lost:
/// units are never begun closer together than the rate says, so there is no burst after a stall.
#[derive(Debug)]
pub(crate) struct Pace {
    /// The least time between two beginnings, in ns; 0 without a rate.
    step_ns: u64,
    /// When the next unit may be begun, in ns since the drive began.
    next_ns: AtomicU64,
}

impl Pace {
    /// So many units a second at the most; 0 is as fast as possible.
    pub(crate) fn new(rate: u64) -> Self {
        // Rounded up, so that the rate is never exceeded.
        let step_ns = if rate == 0 { 0 } else { NANOS.div_ceil(rate) };
        Pace { step_ns, next_ns: AtomicU64::new(0) }
    }

    /// Waits for the next free turn, counted from `started`; false when it would come after `most`.
    ///
    /// The runtime's timer is as coarse as a millisecond: above 1,000 units a second those of one
    /// millisecond are begun together.
    pub(crate) async fn turn(&self, started: Stopwatch, most: Duration) -> bool {
        if self.step_ns == 0 {
            return started.elapsed() < most;
        }
        let now_ns = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let turn = Duration::from_nanos(self.take(now_ns));
        if turn >= most {
            return false;
        }
        started.reach(turn).await;
        true
    }

    /// Takes the next turn for one who is free at `now_ns`; when it is, in ns since the beginning.
    fn take(&self, now_ns: u64) -> u64 {
        let after = |next_ns: u64| next_ns.max(now_ns).saturating_add(self.step_ns);
        let next_ns =
            self.next_ns.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| Some(after(next)));
        let (Ok(next_ns) | Err(next_ns)) = next_ns;
        next_ns.max(now_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn turns_are_evenly_spaced_and_none_is_made_up_for() {
        let check = |rate: u64, free_at_ns: &[u64], expected_ns: &[u64]| {
            let pace = Pace::new(rate);
            let turns: Vec<u64> = free_at_ns.iter().map(|now| pace.take(*now)).collect();
            assert_eq!(turns, expected_ns, "{rate}");
        };
        // All connections are free from the beginning, or one frees itself between two turns.
        check(100, &[0, 0, 0, 0], &[0, 10 * MS, 20 * MS, 30 * MS]);
        check(100, &[0, 0, 7 * MS, 11 * MS], &[0, 10 * MS, 20 * MS, 30 * MS]);
        // All were busy until 25 ms, then all are free at once.
        check(100, &[0, 25 * MS, 25 * MS, 25 * MS], &[0, 25 * MS, 35 * MS, 45 * MS]);
        // Never faster than asked for, where the step is no whole number of ns.
        check(3, &[0, 0, 0], &[0, 333_333_334, 666_666_668]);
        check(1_000_000, &[0, 0, 0], &[0, 1000, 2000]);
        check(1, &[u64::MAX, 0], &[u64::MAX, u64::MAX]);
    }
}
