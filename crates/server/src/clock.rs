//! The one clock. It tells two times: the time of day, which says what is due, and the time that has passed, by which
//! everything waits and which never goes back. The machine's time of day may be set forward or back, by a person or a time
//! server, rightly or wrongly: a step is believed when it has stood for a while, so that one that is taken back expires
//! nothing. The demo and the tests let time pass at once, and set the time of day; whoever waits wakes then.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};

use serde::{Serialize, Serializer};
use tokio::sync::watch;

/// A change of the machine's time of day beyond this is a step; what is less is followed at once, in ms.
const STEP_MS: i64 = 10_000;

/// How much two readings of the machine's clocks differ by themselves, in ms.
const JITTER_MS: i64 = 100;

/// How long a step must have stood to be believed, in ms.
const DOUBTED_MS: i64 = 15 * 60_000;

/// A clock that many tasks share.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began_ms: i64,
    /// The time that was let pass at once.
    passed_ms: AtomicI64,
    /// How far the machine's time of day was set.
    set_by_ms: AtomicI64,
    /// The time of day that is believed, less the time that has passed.
    believed_ms: AtomicI64,
    /// Whether there is a doubt, for those who only read.
    is_doubtful: AtomicBool,
    doubt: Mutex<Option<Doubt>>,
    moved: watch::Sender<()>,
}

/// A step of the machine's time of day that is not believed yet.
#[derive(Debug, Clone, Copy)]
struct Doubt {
    /// What would be believed, less the time that has passed.
    offset_ms: i64,
    /// The time that had passed when it was first seen.
    since_ms: i64,
}

impl Default for Clock {
    fn default() -> Self {
        let began_ms = uptime_ms();
        Clock(Arc::new(Inner {
            began_ms,
            passed_ms: AtomicI64::new(0),
            set_by_ms: AtomicI64::new(0),
            believed_ms: AtomicI64::new(machine_ms()),
            is_doubtful: AtomicBool::new(false),
            doubt: Mutex::default(),
            moved: watch::Sender::new(()),
        }))
    }
}

impl Clock {
    /// The time of day, in unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        let elapsed_ms = self.elapsed_ms();
        let offset_ms = self.machine_offset_ms(elapsed_ms);
        let believed_ms = self.0.believed_ms.load(Ordering::Relaxed);
        let is_usual =
            (offset_ms - believed_ms).abs() <= JITTER_MS && !self.0.is_doubtful.load(Ordering::Relaxed);
        if is_usual {
            return elapsed_ms + offset_ms;
        }
        elapsed_ms + self.believe(believed_ms, offset_ms, elapsed_ms)
    }

    /// The machine's time of day, less the time that has passed.
    fn machine_offset_ms(&self, elapsed_ms: i64) -> i64 {
        machine_ms() + self.0.set_by_ms.load(Ordering::Relaxed) + self.passed_ms() - elapsed_ms
    }

    /// What is believed from now on, where the machine says something else than what was believed until now.
    fn believe(&self, believed_ms: i64, offset_ms: i64, elapsed_ms: i64) -> i64 {
        let is_step = |from_ms: i64| (offset_ms - from_ms).abs() > STEP_MS;
        let mut doubt = self.0.doubt.lock().unwrap_or_else(PoisonError::into_inner);
        if is_step(believed_ms) {
            let doubted = doubt.filter(|doubt| !is_step(doubt.offset_ms));
            let since_ms = doubted.map_or(elapsed_ms, |doubt| doubt.since_ms);
            if elapsed_ms - since_ms < DOUBTED_MS {
                if doubted.is_none() {
                    let by_s = (offset_ms - believed_ms) / 1000;
                    tracing::warn!(
                        by_s,
                        "the machine's time of day was set; it is believed once it has stood"
                    );
                }
                *doubt = Some(Doubt { offset_ms, since_ms });
                self.0.is_doubtful.store(true, Ordering::Relaxed);
                return believed_ms;
            }
        }
        *doubt = None;
        self.0.is_doubtful.store(false, Ordering::Relaxed);
        self.0.believed_ms.store(offset_ms, Ordering::Relaxed);
        offset_ms
    }

    /// The time that has passed since the clock was made, in milliseconds. It never goes back.
    pub fn elapsed_ms(&self) -> i64 {
        (uptime_ms() - self.0.began_ms).saturating_add(self.passed_ms())
    }

    fn passed_ms(&self) -> i64 {
        self.0.passed_ms.load(Ordering::Relaxed)
    }

    /// Lets so much time pass at once; a negative time counts as none.
    pub fn advance(&self, by_ms: i64) {
        self.0.passed_ms.fetch_add(by_ms.max(0), Ordering::Relaxed);
        self.0.moved.send_replace(());
    }

    /// Sets the machine's time of day forward or back, as a time server does, without any time passing.
    pub fn set_by(&self, by_ms: i64) {
        self.0.set_by_ms.fetch_add(by_ms, Ordering::Relaxed);
        self.0.moved.send_replace(());
    }

    /// Believes what the machine says, as a clock does that is made anew: for tests of a server that was off meanwhile.
    pub fn believe_machine(&self) {
        let offset_ms = self.machine_offset_ms(self.elapsed_ms());
        *self.0.doubt.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.0.is_doubtful.store(false, Ordering::Relaxed);
        self.0.believed_ms.store(offset_ms, Ordering::Relaxed);
    }

    /// Waits until so much time has passed, however the time of day is set meanwhile.
    #[expect(clippy::disallowed_methods, reason = "the clock's own waiting")]
    pub async fn sleep(&self, wait_ms: i64) {
        let until_ms = self.elapsed_ms().saturating_add(wait_ms);
        let mut moved = self.0.moved.subscribe();
        loop {
            let left_ms = until_ms.saturating_sub(self.elapsed_ms());
            let Some(left) = u64::try_from(left_ms).ok().filter(|ms| *ms > 0) else { return };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left)) => {}
                _ = moved.changed() => {}
            }
        }
    }
}

/// The time since the machine was started, in ms. Being asleep counts, so that a machine that wakes has passed the time.
pub(crate) fn uptime_ms() -> i64 {
    #[cfg(target_os = "linux")]
    let clock = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    let clock = ClockId::Monotonic;
    let time = clock_gettime(clock);
    time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}

/// The time of the machine's own clock (unix ms), which nobody here moves: for what several processes agree on.
#[expect(clippy::disallowed_methods, reason = "this is the clock that everything else asks")]
pub(crate) fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A moment in unix milliseconds, shown to people and in the API as RFC 3339 in UTC with milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Moment(pub i64);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_) => write!(f, "{} ms after 1970", self.0),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A moment as text.
pub fn rfc3339(at_ms: i64) -> String {
    Moment(at_ms).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    #[tokio::test]
    async fn waiting_goes_by_the_time_that_has_passed() {
        for set_by_ms in [-24 * HOUR_MS, -HOUR_MS, HOUR_MS, 24 * HOUR_MS] {
            let clock = Clock::default();
            let waiting = tokio::spawn({
                let clock = clock.clone();
                async move { clock.sleep(2 * HOUR_MS).await }
            });
            tokio::task::yield_now().await;
            clock.set_by(set_by_ms);
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            assert!(!waiting.is_finished(), "{set_by_ms}: no time has passed");
            clock.advance(2 * HOUR_MS);
            waiting.await.expect("it woke");
        }
    }

    /// How far the time of day is from what it was, less what was let pass.
    fn stepped_by(clock: &Clock, before_ms: i64, passed_ms: i64) -> i64 {
        let by_ms = clock.now_ms() - before_ms - passed_ms;
        // The test itself takes a moment.
        (by_ms + 5_000).div_euclid(10_000) * 10_000
    }

    #[test]
    fn a_step_is_believed_when_it_has_stood() {
        for set_by_ms in [-24 * HOUR_MS, -HOUR_MS, -120_000, 120_000, HOUR_MS, 24 * HOUR_MS] {
            let clock = Clock::default();
            let before_ms = clock.now_ms();
            clock.set_by(set_by_ms);
            assert_eq!(stepped_by(&clock, before_ms, 0), 0, "{set_by_ms}");
            clock.advance(DOUBTED_MS - 60_000);
            assert_eq!(stepped_by(&clock, before_ms, DOUBTED_MS - 60_000), 0, "{set_by_ms}");
            clock.advance(60_000);
            assert_eq!(stepped_by(&clock, before_ms, DOUBTED_MS), set_by_ms, "{set_by_ms}");
        }
    }

    #[test]
    fn a_step_that_is_taken_back_was_never_there() {
        let clock = Clock::default();
        let before_ms = clock.now_ms();
        for set_by_ms in [24 * HOUR_MS, -HOUR_MS] {
            clock.set_by(set_by_ms);
            assert_eq!(stepped_by(&clock, before_ms, 0), 0);
            clock.set_by(-set_by_ms);
            assert_eq!(stepped_by(&clock, before_ms, 0), 0);
        }
        clock.advance(DOUBTED_MS);
        assert_eq!(stepped_by(&clock, before_ms, DOUBTED_MS), 0);
        // Another step begins to be doubted anew.
        clock.set_by(HOUR_MS);
        assert_eq!(stepped_by(&clock, before_ms, DOUBTED_MS), 0);
    }

    #[test]
    fn a_time_that_drifts_is_followed_at_once() {
        let clock = Clock::default();
        let before_ms = clock.now_ms();
        for _ in 0..20 {
            clock.set_by(STEP_MS / 2);
            clock.now_ms();
        }
        assert_eq!(stepped_by(&clock, before_ms, 0), 10 * STEP_MS);
    }

    #[test]
    fn passed_time_never_goes_back() {
        let clock = Clock::default();
        let first = clock.elapsed_ms();
        clock.set_by(-24 * HOUR_MS);
        clock.advance(-HOUR_MS);
        assert!(clock.elapsed_ms() >= first);
        clock.advance(HOUR_MS);
        assert!(clock.elapsed_ms() >= first + HOUR_MS);
    }
}
