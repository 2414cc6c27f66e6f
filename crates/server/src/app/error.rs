//! Why nothing was changed: the domain says no, somebody was faster, or the store is in trouble.

use guichet_core::Refusal;

use crate::registry::Quiet;
use crate::store::{CommitError, Fault, FaultKind, Guard};
use crate::vault::Locked;

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
    /// This server opens nothing.
    #[error("nothing is opened here: {0}")]
    Quiet(Quiet),
    /// It needs a secret, and the vault is closed.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// Another node holds the lease under which this was done.
    #[error("another node works this order now")]
    LeaseLost,
    /// Too much is going on.
    #[error("too much is waiting to be written")]
    Overloaded,
    /// Nothing can be written at present.
    #[error("nothing can be written: {0}")]
    Unwritable(Fault),
    /// Our bug, or a store that cannot be read.
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault.kind() {
            // A database that is away comes back; whoever asks again later is answered.
            FaultKind::Unreachable => Error::Unwritable(fault),
            FaultKind::Internal | FaultKind::NotFound | FaultKind::Refused | FaultKind::Damaged => {
                Error::Fault(fault)
            }
        }
    }
}

impl Error {
    /// What it means to whoever called.
    pub fn kind(&self) -> FaultKind {
        match self {
            Error::NoSuchOrder => FaultKind::NotFound,
            Error::Refused(_)
            | Error::ReferenceTaken
            | Error::KeyTaken
            | Error::GatewayReferenceTaken
            | Error::Quiet(_)
            | Error::Locked(_) => FaultKind::Refused,
            Error::LeaseLost | Error::Overloaded | Error::Unwritable(_) => FaultKind::Unreachable,
            Error::Fault(fault) => fault.kind(),
        }
    }
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
            | CommitError::Undecided(_)
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
            CommitError::Conflict(Guard::Lease) => Error::LeaseLost,
            CommitError::Conflict(Guard::Version | Guard::Row | Guard::None) | CommitError::Overloaded => {
                Error::Overloaded
            }
            CommitError::Unwritable(fault) | CommitError::Unknown(fault) | CommitError::Undecided(fault) => {
                Error::Unwritable(fault)
            }
            CommitError::Fault(fault) => fault.into(),
        }
    }
}
