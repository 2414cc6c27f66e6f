//! The one clock. It tells two times: the time of day, which says what is due and which a person or a time server may
//! set forward or back, and the time that has passed, by which everything waits and which never goes back. The demo and
//! the tests let time pass at once, and set the time of day; whoever waits wakes then.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};
use tokio::sync::watch;

/// A clock that many tasks share.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    began: Instant,
    /// The time that was let pass at once.
    passed_ms: AtomicI64,
    /// How far the time of day was set.
    set_by_ms: AtomicI64,
    moved: watch::Sender<()>,
}

impl Default for Clock {
    fn default() -> Self {
        Clock(Arc::new(Inner {
            began: instant(),
            passed_ms: AtomicI64::new(0),
            set_by_ms: AtomicI64::new(0),
            moved: watch::Sender::new(()),
        }))
    }
}

impl Clock {
    /// The time of day, in unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        machine_ms().saturating_add(self.passed_ms()).saturating_add(self.0.set_by_ms.load(Ordering::Relaxed))
    }

    /// The time that has passed since the clock was made, in milliseconds. It never goes back.
    pub fn elapsed_ms(&self) -> i64 {
        let real = instant().saturating_duration_since(self.0.began).as_millis();
        i64::try_from(real).unwrap_or(i64::MAX).saturating_add(self.passed_ms())
    }

    fn passed_ms(&self) -> i64 {
        self.0.passed_ms.load(Ordering::Relaxed)
    }

    /// Lets so much time pass at once; a negative time counts as none.
    pub fn advance(&self, by_ms: i64) {
        self.0.passed_ms.fetch_add(by_ms.max(0), Ordering::Relaxed);
        self.0.moved.send_replace(());
    }

    /// Sets the time of day forward or back, as a time server does, without any time passing.
    pub fn set_by(&self, by_ms: i64) {
        self.0.set_by_ms.fetch_add(by_ms, Ordering::Relaxed);
        self.0.moved.send_replace(());
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

#[expect(clippy::disallowed_methods, reason = "this is the clock that everything else asks")]
fn instant() -> Instant {
    Instant::now()
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
            let (before_ms, waiting) = (
                clock.now_ms(),
                tokio::spawn({
                    let clock = clock.clone();
                    async move { clock.sleep(2 * HOUR_MS).await }
                }),
            );
            tokio::task::yield_now().await;
            clock.set_by(set_by_ms);
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            assert!(!waiting.is_finished(), "{set_by_ms}: no time has passed");
            assert!((clock.now_ms() - before_ms - set_by_ms).abs() < HOUR_MS / 2, "{set_by_ms}");
            clock.advance(2 * HOUR_MS);
            waiting.await.expect("it woke");
        }
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
