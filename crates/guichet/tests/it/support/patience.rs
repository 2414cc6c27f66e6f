//! The one place where a test waits: for a condition, looked at a bounded number of times.

use std::time::Duration;

/// How long between two looks.
const BETWEEN: Duration = Duration::from_millis(20);

/// The most looks: a minute of them.
const LOOKS: usize = 3_000;

/// Looks again and again for something that must come true.
pub(crate) struct Patience {
    what: &'static str,
    looks: usize,
    most: usize,
    interval: tokio::time::Interval,
}

impl Patience {
    /// With what is waited for, as a sentence.
    pub(crate) fn that(what: &'static str) -> Patience {
        Patience { what, looks: 0, most: LOOKS, interval: tokio::time::interval(BETWEEN) }
    }

    /// The same for what has to wait while something else is broken and mended many times.
    pub(crate) fn through_many_breaks(what: &'static str) -> Patience {
        Patience { most: 10 * LOOKS, ..Patience::that(what) }
    }

    /// Returns when it is time for another look; fails the test when it never came true.
    pub(crate) async fn again(&mut self) {
        self.looks += 1;
        assert!(self.looks < self.most, "it never came true that {}", self.what);
        self.interval.tick().await;
    }
}

/// Lets a machine's moment pass, to strike at a moment that nobody chose.
pub(crate) async fn moment(ms: u64) {
    let mut one = tokio::time::interval(Duration::from_millis(ms.max(1)));
    one.tick().await;
    one.tick().await;
}
