//! Why nothing was changed: the domain says no, somebody was faster, or the store is in trouble.

use guichet_core::Refusal;

use crate::store::{CommitError, Fault, Guard};

/// Why nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// There is no such order.
    #[error("there is no such order")]
    NoSuchOrder,
    /// The domain says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The shop's reference is taken.
    #[error("this reference belongs to another order")]
    ReferenceTaken,
    /// The idempotency key is taken.
    #[error("this idempotency key is in use")]
    KeyTaken,
    /// A gateway gave a reference that belongs to another payment.
    #[error("the gateway's reference belongs to another payment")]
    GatewayReferenceTaken,
    /// Too much is going on.
    #[error("too much is waiting to be written")]
    Overloaded,
    /// Nothing can be written at present.
    #[error("nothing can be written: {0}")]
    Unwritable(Fault),
    /// Our bug, or a store that cannot be read.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why an attempt to commit came to nothing.
pub(super) enum CommitTrouble {
    ChangedMeanwhile,
    Other(Error),
}

impl From<Refusal> for CommitTrouble {
    fn from(refusal: Refusal) -> Self {
        CommitTrouble::Other(Error::Refused(refusal))
    }
}

impl From<CommitError> for CommitTrouble {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(Guard::Version) => CommitTrouble::ChangedMeanwhile,
            other @ (CommitError::Conflict(_)
            | CommitError::Fault(_)
            | CommitError::Unwritable(_)
            | CommitError::Unknown(_)
            | CommitError::Overloaded) => CommitTrouble::Other(Error::from(other)),
        }
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(Guard::Reference) => Error::ReferenceTaken,
            CommitError::Conflict(Guard::IdempotencyKey) => Error::KeyTaken,
            CommitError::Conflict(Guard::GatewayReference) => Error::GatewayReferenceTaken,
            CommitError::Conflict(Guard::Version | Guard::Row | Guard::None) | CommitError::Overloaded => {
                Error::Overloaded
            }
            CommitError::Unwritable(fault) | CommitError::Unknown(fault) => Error::Unwritable(fault),
            CommitError::Fault(fault) => Error::Fault(fault),
        }
    }
}
