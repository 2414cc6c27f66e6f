//! The one clock. It can be moved forward (the demo and the tests do), and whoever waits on it
//! wakes when it is.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};
use tokio::sync::watch;

/// A clock that many tasks share.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ahead_ms: AtomicI64,
    moved: watch::Sender<()>,
}

impl Default for Clock {
    fn default() -> Self {
        Clock(Arc::new(Inner { ahead_ms: AtomicI64::new(0), moved: watch::Sender::new(()) }))
    }
}

impl Clock {
    /// Now, in unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        machine_ms().saturating_add(self.0.ahead_ms.load(Ordering::Relaxed))
    }

    /// Moves the clock forward (or, to play a faulty machine, back).
    pub fn advance(&self, by_ms: i64) {
        self.0.ahead_ms.fetch_add(by_ms, Ordering::Relaxed);
        self.0.moved.send_replace(());
    }

    /// Waits for `wait_ms` of this clock's time.
    #[expect(clippy::disallowed_methods, reason = "the clock's own waiting")]
    pub async fn sleep(&self, wait_ms: i64) {
        let until_ms = self.now_ms().saturating_add(wait_ms);
        let mut moved = self.0.moved.subscribe();
        loop {
            let left_ms = until_ms.saturating_sub(self.now_ms());
            let Some(left) = u64::try_from(left_ms).ok().filter(|ms| *ms > 0) else { return };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left)) => {}
                _ = moved.changed() => {}
            }
        }
    }
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
