//! The one clock. It can be moved forward (the demo and the tests do), and whoever waits on it
//! wakes when it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else asks")]
    pub fn now_ms(&self) -> i64 {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        i64::try_from(real).unwrap_or(i64::MAX).saturating_add(self.0.ahead_ms.load(Ordering::Relaxed))
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

/// A moment as RFC 3339 in UTC with milliseconds, for people and for the API.
pub(crate) fn rfc3339(at_ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(at_ms) {
        Ok(moment) => format!("{moment:.3}"),
        Err(_) => format!("{at_ms} ms after 1970"),
    }
}
