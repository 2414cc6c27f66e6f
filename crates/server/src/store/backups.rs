//! Backups, and putting one in the stead of a database. A backup is read whole before it has its name; what is restored is
//! marked as a copy before it has its own, so that no server ever acts on it unasked.

use std::path::{Path, PathBuf};

use super::copies::becoming_a_copy;
use super::database::{Opening, Store};
use super::engine::{CommitError, Fault, FaultKind, Staged, publish};
use super::tables::{Contents, CopyMark, examine, free_leases};

/// What ends the name of a backup that is being written.
pub const UNFINISHED: &str = ".part";

impl Store {
    /// Copies the database, as of one moment, to a new file while the server runs on. The copy is verified before it has its
    /// name; what it holds.
    ///
    /// # Errors
    /// The file exists already or cannot be written, or the copy is damaged. Nothing is left of it then.
    pub async fn backup(&self, to: &Path) -> Result<Contents, Fault> {
        if to.exists() {
            let why = format!("{} exists already; a backup is made to a new file", to.display());
            return Err(Fault::of(FaultKind::Refused, why));
        }
        let unfinished = unfinished(to);
        self.copy_to(unfinished.clone()).await?;
        let contents = examine(&unfinished).await;
        match contents.and_then(|contents| publish(&unfinished, to).map(|()| contents)) {
            Ok(contents) => Ok(contents),
            Err(fault) => {
                let _ = std::fs::remove_file(&unfinished);
                Err(fault)
            }
        }
    }
}

/// The name of a backup while it is being written.
fn unfinished(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(UNFINISHED);
    name.into()
}

/// Puts a backup in the stead of the database that a URL names, brought up to date and marked as a copy, whose shards nobody
/// works, and which gives no number that may have been given since. What was there is kept beside it under its name and the
/// label; under which name, if there was anything.
///
/// # Errors
/// Somebody has the database open, the backup is damaged, no database or one of a newer program, or a file cannot be
/// written. Then everything is as it was.
pub async fn restore(url: &str, from: &Path, label: &str, mark: &CopyMark) -> Result<Option<PathBuf>, Fault> {
    let staged = Staged::of(url, from)?;
    let copy = Store::open(&staged.url(), Opening::MakeOrMigrate).await?;
    let mut writes = becoming_a_copy(mark);
    writes.extend(free_leases());
    let marked = copy.commit(writes).await.map_err(CommitError::into_fault);
    let closed = copy.close().await;
    marked.and(closed)?;
    staged.exchange(label)
}
