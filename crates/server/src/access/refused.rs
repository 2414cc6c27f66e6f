//! Why somebody is not let in, apart from being wrong.

use crate::limiter::TooMany;
use crate::registry::Quiet;
use crate::store::{CommitError, Fault};

/// Why somebody is not let in, apart from being wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotLetIn {
    /// Too often.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Nobody can be written to.
    #[error("{0}")]
    Quiet(Quiet),
    /// The store is in trouble, or changed meanwhile.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl From<Fault> for NotLetIn {
    fn from(fault: Fault) -> Self {
        NotLetIn::Commit(fault.into())
    }
}
