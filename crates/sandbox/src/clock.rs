//! The sandbox's time: a source of real time and an offset that only grows, so that twenty minutes
//! pass in a moment when a script asks for it. A task that waits for a time wakes when the clock is
//! moved past it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use tokio::sync::watch;

use crate::refusal::Refusal;

/// The furthest that one call may move the clock, in seconds: 366 days.
pub const MAX_ADVANCE_S: u64 = 31_622_400;

/// The furthest that all calls together may move it, in ms: a hundred such years.
const MAX_OFFSET_MS: i64 = 100 * MAX_ADVANCE_S as i64 * 1000;

/// The longest wait on an independent clock, in ms: an hour, after which the time is read again.
const LONGEST_WAIT_MS: i64 = 3_600_000;

/// The longest wait on a clock that follows another, in ms. Such a clock may jump without notice, so the time is
/// read this often while something is due.
const LONGEST_BLIND_WAIT_MS: i64 = 1000;

/// A clock that can be moved forward; a clone shows and moves the same time.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> i64 + Send + Sync>,
    offset_ms: Arc<AtomicI64>,
    longest_wait_ms: i64,
    wakeups: watch::Sender<()>,
}

impl Clock {
    /// The machine's time plus what it was advanced by.
    pub fn real() -> Clock {
        Clock { longest_wait_ms: LONGEST_WAIT_MS, ..Clock::following(machine_ms) }
    }

    /// Another clock's time (unix ms) plus what this one was advanced by, so that the sandbox can
    /// live in the time of the server it is tested with. When that clock jumps, say so with
    /// [`Clock::wake`]; whoever waits here finds out by itself within a second otherwise.
    pub fn following(source: impl Fn() -> i64 + Send + Sync + 'static) -> Clock {
        Clock {
            source: Arc::new(source),
            offset_ms: Arc::new(AtomicI64::new(0)),
            longest_wait_ms: LONGEST_BLIND_WAIT_MS,
            wakeups: watch::Sender::new(()),
        }
    }

    /// A clock that stands at `at_ms` (unix ms) and moves only when it is advanced.
    pub fn frozen(at_ms: i64) -> Clock {
        Clock { longest_wait_ms: LONGEST_WAIT_MS, ..Clock::following(move || at_ms) }
    }

    /// Now, in unix ms.
    pub fn now_ms(&self) -> i64 {
        (self.source)().saturating_add(self.offset_ms())
    }

    /// The time by which it was advanced, in ms.
    pub fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::SeqCst)
    }

    /// Moves it forward and returns the new time in unix ms.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] beyond [`MAX_ADVANCE_S`] seconds at once, or a hundred years in all.
    pub fn advance(&self, seconds: u64) -> Result<i64, Refusal> {
        if seconds > MAX_ADVANCE_S {
            let message = format!("The clock moves by at most {MAX_ADVANCE_S} seconds (366 days) at once.");
            return Err(Refusal::invalid("seconds", message));
        }
        let step_ms = seconds as i64 * 1000;
        self.offset_ms
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |offset_ms| {
                Some(offset_ms + step_ms).filter(|moved_ms| *moved_ms <= MAX_OFFSET_MS)
            })
            .map_err(|_| Refusal::invalid("seconds", "The clock is a hundred years ahead; reset it."))?;
        self.wake();
        Ok(self.now_ms())
    }

    /// Wakes everything that waits on this clock, because the clock that it follows has jumped.
    pub fn wake(&self) {
        self.wakeups.send_replace(());
    }

    /// A receiver that changes whenever the clock is moved or somebody calls [`Clock::wake`].
    pub(crate) fn wakeups(&self) -> watch::Receiver<()> {
        self.wakeups.subscribe()
    }

    /// Waits until `due_ms` (unix ms, this clock's time) or until the clock jumps; it may return
    /// earlier, so the caller looks at the clock again.
    #[expect(clippy::disallowed_methods, reason = "the clock's own waiting")]
    pub(crate) async fn wait(&self, due_ms: Option<i64>, wakeups: &mut watch::Receiver<()>) {
        let Some(due_ms) = due_ms else {
            // It cannot be closed while this clock is there.
            let _ = wakeups.changed().await;
            return;
        };
        let left_ms = due_ms.saturating_sub(self.now_ms()).clamp(0, self.longest_wait_ms);
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(left_ms.unsigned_abs())) => {}
            _ = wakeups.changed() => {}
        }
    }

    /// Back to the source's time.
    pub(crate) fn rewind(&self) {
        self.offset_ms.store(0, Ordering::SeqCst);
        self.wake();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the only function of the sandbox that reads the machine's time"
)]
fn machine_ms() -> i64 {
    let since_epoch = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

/// A time of `at_ms` (unix ms) as RFC 3339 in UTC.
pub(crate) fn timestamp(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::MAX).to_string()
}

/// The same for people: `14:05:09 UTC`.
pub(crate) fn time_of_day(at_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::MAX);
    at.strftime("%H:%M:%S UTC").to_string()
}

/// The same, with the day when that is not today's: `2025-01-16 14:05:09 UTC`.
pub(crate) fn moment(at_ms: i64, now_ms: i64) -> String {
    const DAY_MS: i64 = 86_400_000;
    if at_ms.div_euclid(DAY_MS) == now_ms.div_euclid(DAY_MS) {
        return time_of_day(at_ms);
    }
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::MAX);
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// So many seconds for people: `1 d 2 h 3 min 4 s`, without the parts that are nothing.
pub(crate) fn span(seconds: i64) -> String {
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    parts.map(|(number, unit)| format!("{number} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_forward_by_seconds_and_clones_move_with_it() {
        let clock = Clock::frozen(1_000);
        let other = clock.clone();
        assert_eq!(clock.advance(1200), Ok(1_201_000));
        assert_eq!(other.now_ms(), 1_201_000);
    }

    #[test]
    fn it_refuses_to_go_too_far_and_stays_where_it_was() {
        let clock = Clock::frozen(0);
        assert!(clock.advance(MAX_ADVANCE_S + 1).is_err());
        assert_eq!(clock.now_ms(), 0);
        for _ in 0..100 {
            assert!(clock.advance(MAX_ADVANCE_S).is_ok());
        }
        assert!(clock.advance(1).is_err());
    }

    #[tokio::test]
    async fn whoever_waits_wakes_when_it_is_moved() {
        let clock = Clock::frozen(0);
        let mut wakeups = clock.wakeups();
        for due_ms in [Some(60_000), None] {
            let waiting = clock.wait(due_ms, &mut wakeups);
            let moving = async { clock.clone().advance(60).map(|_| ()) };
            let ((), moved) = tokio::join!(waiting, moving);
            assert_eq!(moved, Ok(()));
        }
        clock.wait(Some(120_000), &mut wakeups).await;
    }

    #[test]
    fn a_moment_of_another_day_says_which() {
        assert_eq!(moment(3_600_000, 86_399_999), "01:00:00 UTC");
        assert_eq!(moment(90_000_000, 86_399_999), "1970-01-02 01:00:00 UTC");
    }

    #[test]
    fn the_machines_time_flows_after_2020() {
        assert!(Clock::real().now_ms() > 1_577_836_800_000);
    }

    #[test]
    fn spans_read_well() {
        for (seconds, expected) in [(0, ""), (60, "1 min"), (90_061, "1 d 1 h 1 min 1 s"), (7_200, "2 h")] {
            assert_eq!(span(seconds), expected);
        }
    }
}
