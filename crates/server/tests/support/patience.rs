//! The one place where a test waits: for a condition, looked at a bounded number of times.

use std::time::Duration;

/// How long between two looks.
const BETWEEN: Duration = Duration::from_millis(20);

/// The most looks: a minute of them.
const LOOKS: usize = 3_000;

/// Looks until there is something; fails the test when there never is.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut again = tokio::time::interval(BETWEEN);
    for _ in 0..LOOKS {
        if let Some(found) = look().await {
            return found;
        }
        again.tick().await;
    }
    panic!("it never came true: {what}");
}

/// Lets a machine's moment pass, to strike at a moment that nobody chose.
pub(crate) async fn moment(ms: u64) {
    let mut one = tokio::time::interval(Duration::from_millis(ms.max(1)));
    one.tick().await;
    one.tick().await;
}
