//! Answers that tell nothing by their time. What is done for somebody who is registered and for
//! somebody who is not is made alike, but a row that is found is read, and one that is not is not; so
//! such an answer comes no sooner than it would in either case.

use tokio::task::JoinHandle;

use crate::clock::Clock;

/// The least time that such an answer takes, in ms: more than the work for it on a machine that is not
/// overloaded, and less than people notice.
const AT_LEAST_MS: i64 = 100;

/// An answer under way. Its time runs from the beginning beside the work, so that how long the work
/// took is not in it.
pub(crate) struct EvenTime(JoinHandle<()>);

impl EvenTime {
    /// The time runs from now on.
    pub(crate) fn begin(clock: &Clock) -> Self {
        let clock = clock.clone();
        EvenTime(tokio::spawn(async move { clock.sleep(AT_LEAST_MS).await }))
    }

    /// Returns when the answer may go.
    pub(crate) async fn end(self) {
        // It ends early when the server stops, and then time tells nothing either.
        let _ = self.0.await;
    }
}
