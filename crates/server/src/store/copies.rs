//! What a database becomes when it is found out to be a copy. A file is marked when it is restored; a dump of PostgreSQL is
//! restored by its own means, so a server that starts on it finds out by itself: it is another database than it was at the last start.

use super::database::Store;
use super::engine::{CommitError, Fault, Write};
use super::tables::{CopyMark, keep_identity, lift_copy_mark, mark_as_copy, move_revision, skip_numbers};

/// How many numbers of each kind are passed over, because they may have been given since the copy was made: more than any
/// shop gives between two backups. A number that is given twice would be another order's, which may have been paid.
const NUMBERS_LOST: i64 = 100_000;

/// What makes a database a copy that gives no number that may have been given since.
pub(super) fn becoming_a_copy(mark: &CopyMark) -> Vec<Write> {
    vec![mark_as_copy(mark), skip_numbers(NUMBERS_LOST), move_revision()]
}

impl Store {
    /// Marks this database as a copy. A running server follows within a second.
    ///
    /// # Errors
    /// It is not marked, unless that is unknown.
    pub async fn become_copy(&self, mark: &CopyMark) -> Result<(), CommitError> {
        self.commit(becoming_a_copy(mark)).await
    }

    /// Takes the mark off, and keeps which database this is now, so that no start takes it for another one.
    ///
    /// # Errors
    /// It is marked still, unless that is unknown.
    pub async fn stop_being_copy(&self, version: &str, now_ms: i64) -> Result<(), CommitError> {
        let mut writes = vec![lift_copy_mark(), move_revision()];
        if let Some(Changed { now, before }) = self.changed_identity().await? {
            writes.push(keep_identity(&now, before.as_deref(), version, now_ms));
        }
        self.commit(writes).await
    }

    /// Marks this database as a copy if it is another one than when a server last started on it; whether it is. Kept is
    /// which it is now, so that a mark that was lifted stays so.
    ///
    /// # Errors
    /// It cannot be read, or what is to be written cannot be.
    pub async fn become_copy_if_restored(&self, version: &str, now_ms: i64) -> Result<bool, CommitError> {
        let Some(Changed { now, before }) = self.changed_identity().await? else { return Ok(false) };
        let mut writes = vec![keep_identity(&now, before.as_deref(), version, now_ms)];
        if let Some(before) = &before {
            let made_from = format!("what was {before} when a server last started on it");
            writes.extend(becoming_a_copy(&CopyMark { made_at_ms: now_ms, made_from }));
        }
        match self.commit(writes).await {
            // Another node that started at the same time has done it.
            Err(CommitError::Conflict(_)) => Ok(false),
            done => done.map(|()| before.is_some()),
        }
    }

    /// Which database this is, unless it is the one that it was.
    async fn changed_identity(&self) -> Result<Option<Changed>, Fault> {
        let Some(now) = self.identity().await? else { return Ok(None) };
        let before = self.kept_identity().await?;
        Ok((before.as_ref() != Some(&now)).then_some(Changed { now, before }))
    }
}

/// The identity of a database that is not what it was.
struct Changed {
    now: String,
    /// What it was when a server last started on it or its mark was lifted; none where neither was.
    before: Option<String>,
}
