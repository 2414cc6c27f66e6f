//! The one place where real time is read and waited for: durations are what this program is about.

use std::time::{Duration, Instant};

/// A moment that durations are counted from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "real durations are what is measured here")]
    pub(crate) fn start() -> Self {
        Stopwatch(Instant::now())
    }

    /// How long it has been running.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// The same in whole microseconds.
    pub(crate) fn micros(self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// How long `earlier` had been running when this one was started, in whole microseconds.
    pub(crate) fn micros_after(self, earlier: Stopwatch) -> u64 {
        u64::try_from(self.0.saturating_duration_since(earlier.0).as_micros()).unwrap_or(u64::MAX)
    }

    /// Returns once it has been running for that long.
    pub(crate) async fn reach(self, duration: Duration) {
        // No moment that the clock can name is later than the end of a drive.
        if let Some(at) = self.0.checked_add(duration) {
            tokio::time::sleep_until(at.into()).await;
        }
    }
}
