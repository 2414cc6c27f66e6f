//! What a store says when it cannot do its part, and the one way to say it for good.

use std::sync::Arc;

use tokio::sync::watch;

/// Our disk or our bug: shown to nobody outside, written in full to the log.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

/// Whether the store has failed for good. From then on nothing is written, and the process has to end: only a new start
/// brings the database back to what its log says.
#[derive(Debug, Clone)]
pub(crate) struct Failure(Arc<watch::Sender<Option<Fault>>>);

impl Failure {
    /// No failure yet.
    pub(crate) fn none() -> Self {
        Failure(Arc::new(watch::Sender::new(None)))
    }

    /// Declares the store failed. The first fault stays.
    pub(super) fn set(&self, fault: Fault) {
        self.0.send_if_modified(|present| {
            let first = present.is_none();
            if first {
                tracing::error!(%fault, "the database failed; this process must end");
                *present = Some(fault);
            }
            first
        });
    }

    /// The fault, if there was one.
    pub(crate) fn get(&self) -> Option<Fault> {
        self.0.borrow().clone()
    }

    /// Waits for a failure.
    pub(crate) async fn happened(&self) -> Fault {
        let mut seen = self.0.subscribe();
        let fault = seen.wait_for(Option::is_some).await.ok().and_then(|fault| fault.clone());
        fault.unwrap_or_else(|| Fault("the database failed".to_owned()))
    }
}
