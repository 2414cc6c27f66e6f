//! Targets that have ended while deliveries waited for them: an endpoint that left its shop file or was deleted, a merchant
//! that says nothing to customers any more. The deliveries are worked once more, so that each ends with the reason in its
//! log and is not sent years later to somebody else.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use guichet_core::SHARDS;

use crate::app::App;
use crate::store::{Fault, Target};

/// How often they are looked for while the configuration stays as it is, in ms: a commit that was under way when
/// something ended may have left a delivery behind.
const LOOK_MS: i64 = 60_000;

/// What was looked at last.
#[derive(Default)]
struct Look {
    revision: i64,
    at_ms: i64,
    found_some: bool,
}

/// The targets that have ended and still have deliveries.
#[derive(Default)]
pub(super) struct EndedTargets {
    last: Mutex<Look>,
}

impl EndedTargets {
    fn last(&self) -> MutexGuard<'_, Look> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that there are now, if it is time to look.
    pub(super) async fn found(&self, app: &App) -> Result<Vec<Target>, Fault> {
        let now_ms = app.clock().elapsed_ms();
        let revision = app.registry().snapshot().revision();
        {
            let last = self.last();
            if revision == last.revision && !last.found_some && now_ms - last.at_ms < LOOK_MS {
                return Ok(Vec::new());
            }
        }
        let mut waiting = HashSet::new();
        for shard in 0..SHARDS {
            waiting.extend(app.store().waiting_targets(shard).await?);
        }
        // Read after them: a target that is not known to it has ended, and was not made just now.
        app.registry().refresh().await.map_err(|error| Fault::new(format!("{error:#}")))?;
        let snapshot = app.registry().snapshot();
        let ended: Vec<Target> = waiting.into_iter().filter(|target| snapshot.has_ended(*target)).collect();
        *self.last() = Look { revision: snapshot.revision(), at_ms: now_ms, found_some: !ended.is_empty() };
        Ok(ended)
    }
}
