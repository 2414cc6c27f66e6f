//! The connections that write, as every engine offers them to the group commit.

use super::fault::Fault;
use super::write::Write;

/// The owner of a writing connection, on its way to the thread that writes.
pub(crate) trait Writer: Send + 'static {
    /// Lends its lane out for as long as the work takes, then closes the connection properly if the work asks for
    /// that, and abandons it otherwise.
    ///
    /// # Errors
    /// The connection could not be closed as it should.
    fn lend(self, work: impl FnOnce(&mut dyn Lane) -> Afterwards) -> Result<(), Fault>;
}

/// What becomes of a writing connection when nobody writes any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Afterwards {
    /// It is closed, and everything is where it belongs.
    Close,
    /// It is left as it is: the store failed, and the next start recovers.
    Abandon,
}

/// One connection that can write.
pub(crate) trait Lane {
    /// Begins a transaction.
    ///
    /// # Errors
    /// It is locked by another process, for instance, or the server is away.
    fn begin(&mut self) -> Result<(), Fault>;

    /// Runs writes in their order and adds to `touched` how many rows each of them touched. An engine that sends
    /// them one by one stops behind a guarded write that touched none; one that sends them in one flight runs all.
    ///
    /// # Errors
    /// The write behind those in `touched` failed, or the whole transaction did.
    fn execute(
        &mut self,
        writes: &mut dyn Iterator<Item = &Write>,
        touched: &mut Vec<usize>,
    ) -> Result<(), Stopped>;

    /// Commits the transaction.
    ///
    /// # Errors
    /// It is not committed, or nobody knows whether it is.
    fn commit(&mut self) -> Result<(), NotCommitted>;

    /// Undoes the transaction, if one is open.
    fn rollback(&mut self);

    /// Does what the engine has to do between two transactions.
    ///
    /// # Errors
    /// The store failed for good.
    fn tend(&mut self) -> Result<(), Fault>;
}

/// Why not all writes of a transaction were run.
#[derive(Debug, Clone)]
pub(crate) enum Stopped {
    /// By the write behind those that were run.
    By(Fault),
    /// By none of them: the connection was lost, or the engine sacrificed this transaction to another one. Nothing of it
    /// is there, and the same may well succeed.
    Undone(Fault),
}

impl<E: Into<Fault>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Stopped::By(error.into())
    }
}

/// Why a COMMIT did not succeed.
#[derive(Debug, Clone)]
pub(crate) enum NotCommitted {
    /// There was no room for all of it, and nothing was written. A smaller one may still fit.
    NoRoom(Fault),
    /// The engine sacrificed it to another one. Nothing of it is there, and the same may well succeed.
    Undone(Fault),
    /// The disk failed while it was written, or the answer was lost: it may or may not be there.
    Unknown(Fault),
    /// The same, and it may still come to be there later.
    Undecided(Fault),
}
