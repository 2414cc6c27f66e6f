//! What all connections to a database have in common.

use std::sync::atomic::{AtomicBool, Ordering};

use super::super::fault::Fault;
use super::address::{Address, Statements};
use super::connection::Connection;

/// What all connections to a database have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) address: Address,
    /// Whether a pooler was met.
    pooled: AtomicBool,
}

impl Shared {
    pub(super) fn of(address: Address) -> Self {
        Shared { address, pooled: AtomicBool::new(false) }
    }

    /// How statements are sent, as far as that is known.
    fn statements(&self) -> Option<Statements> {
        if self.pooled.load(Ordering::Relaxed) { Some(Statements::Unnamed) } else { self.address.statements }
    }

    /// Notes that named statements do not live here.
    pub(super) fn note_pooler(&self) {
        if !self.pooled.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "there is a pooler of transactions before the database; say statements=unnamed in its URL"
            );
        }
    }

    /// A new connection.
    ///
    /// # Errors
    /// None of the hosts takes one.
    pub(super) async fn connect(&self) -> Result<Connection, Fault> {
        Connection::open(&self.address, self.statements()).await
    }
}
