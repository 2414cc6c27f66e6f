//! Secrets that may be closed: a command that only looks at a database works without the key, and whatever needs a
//! secret then says why there is none.

use std::sync::Arc;

/// The reason why secrets are closed: sentences for the operator, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Locked(Arc<str>);

impl Locked {
    /// Closed for that reason.
    pub fn because(why: impl Into<String>) -> Self {
        Locked(why.into().into())
    }
}

/// An opened secret, or the reason why it is closed.
pub type Secret<T> = Result<T, Locked>;

/// The secret within, or why it is closed.
///
/// # Errors
/// It is closed.
pub(crate) fn opened<T>(secret: &Secret<T>) -> Secret<&T> {
    secret.as_ref().map_err(Locked::clone)
}
