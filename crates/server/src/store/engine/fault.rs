//! What a store says when it cannot do its part, and the one way to say it for good.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::store::packed::Unreadable;

/// Our disk or our bug: shown to nobody outside, written in full to the log.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{sentence}")]
pub struct Fault {
    sentence: String,
    kind: FaultKind,
}

/// What a fault means to whoever called: commands end with a status of its own for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// A bug, or a trouble without a kind of its own.
    Internal,
    /// What was named is not there.
    NotFound,
    /// It is against a rule, such as a restore under a running server; nothing was changed.
    Refused,
    /// The database cannot be reached, read or written at present.
    Unreachable,
    /// The database or a copy of it is damaged.
    Damaged,
}

impl Fault {
    /// A bug, or a trouble without a kind of its own.
    pub fn new(sentence: impl Into<String>) -> Self {
        Fault::of(FaultKind::Internal, sentence)
    }

    /// A fault of that kind.
    pub fn of(kind: FaultKind, sentence: impl Into<String>) -> Self {
        Fault { sentence: sentence.into(), kind }
    }

    /// What it means.
    pub fn kind(&self) -> FaultKind {
        self.kind
    }
}

impl From<Unreadable> for Fault {
    fn from(unreadable: Unreadable) -> Self {
        Fault::new(unreadable.to_string())
    }
}

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
        fault.unwrap_or_else(|| Fault::new("the database failed".to_owned()))
    }
}
