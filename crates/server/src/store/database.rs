//! The database of one server: how it is opened, read, written and closed.

use std::path::PathBuf;

#[cfg(test)]
use super::engine::NextAnswer;
use super::engine::value::Values;
use super::engine::{CommitError, Committer, DiskUse, Engine, Examined, Failure, Fault, FaultKind, Write};
use super::migrations;

/// The database of one server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    engine: Engine,
    committer: Committer,
    failure: Failure,
}

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Made when it is not there; migrations are applied.
    MakeOrMigrate,
    /// The same, for one that is being filled from another one; for anybody else that is half a database.
    ToBeFilled,
    /// It must be there, with the schema of this program: a command changes no schema under a running server.
    AsItIs,
}

/// Whether there is a database under that URL already.
///
/// # Errors
/// No engine knows the URL, or its server cannot be asked.
pub async fn is_there(url: &str) -> Result<bool, Fault> {
    Engine::of(url)?.exists().await
}

impl Store {
    /// Opens `sqlite:PATH` (or a plain path) or `postgres://…`.
    ///
    /// # Errors
    /// There is no such database, it cannot be opened, or its schema is not one that this program knows.
    pub async fn open(url: &str, opening: Opening) -> Result<Self, Fault> {
        let engine = Engine::of(url)?;
        if opening == Opening::AsItIs && !engine.exists().await? {
            return Err(Fault::of(
                FaultKind::Unreachable,
                format!(
                    "there is no database yet: {}; start `guichet serve` once, or name it with --database",
                    engine.shown()
                ),
            ));
        }
        let mut schema = engine.schema().await?;
        match opening {
            Opening::MakeOrMigrate | Opening::ToBeFilled => {
                migrations::apply(&mut schema, engine.now_ms().await?).await?;
            }
            Opening::AsItIs => migrations::verify(&mut schema).await?,
        }
        let failure = Failure::none();
        let committer = schema.commit_from_now_on(failure.clone())?;
        let store = Store { engine, committer, failure };
        if opening != Opening::ToBeFilled && store.is_half_moved().await? {
            store.close().await?;
            return Err(Fault::of(
                FaultKind::Refused,
                "this database is being filled from another one and is not whole yet; run `guichet migrate --from … --to …` \
                 again, which goes on where it stopped",
            ));
        }
        Ok(store)
    }

    /// A new database that loses the answers to its COMMITs when it is told to.
    #[cfg(test)]
    pub(crate) async fn that_loses_answers(path: &str, next: NextAnswer) -> Result<Self, Fault> {
        let engine = Engine::of(path)?;
        let mut schema = engine.schema().await?;
        migrations::apply(&mut schema, engine.now_ms().await?).await?;
        let failure = Failure::none();
        let committer = schema.commit_and_lose_answers(failure.clone(), next)?;
        Ok(Store { engine, committer, failure })
    }

    /// Commits all of these or none; returns once they are on disk.
    ///
    /// # Errors
    /// Nothing of it is stored, unless that is unknown.
    pub async fn commit(&self, writes: Vec<Write>) -> Result<(), CommitError> {
        self.committer.commit(writes).await
    }

    /// Whether the last transaction could be written.
    pub fn is_writing(&self) -> bool {
        self.committer.is_writing()
    }

    /// Waits until the database has failed for good. Whoever serves must end then.
    pub async fn failed(&self) -> Fault {
        self.failure.happened().await
    }

    /// Writes what is under way and closes the database, so that on SQLite the file stands alone. Nothing can be written
    /// afterwards.
    ///
    /// # Errors
    /// The file could not be written or flushed; the log is kept, and the next start recovers from it.
    pub async fn close(&self) -> Result<(), Fault> {
        let closed = self.committer.close().await;
        self.engine.close();
        closed
    }

    /// Runs a bounded query by key.
    pub(super) async fn find(&self, sql: &'static str, params: Values) -> Result<Vec<Values>, Fault> {
        self.engine.find(sql, params).await
    }

    /// Runs a query that may read many rows, away from the threads that serve requests.
    pub(super) async fn scan(&self, sql: &'static str, params: Values) -> Result<Vec<Values>, Fault> {
        self.engine.scan(sql, params).await
    }

    /// The time by which leases are held (unix ms).
    pub(super) async fn now_ms(&self) -> Result<i64, Fault> {
        self.engine.now_ms().await
    }

    /// Which database this is, in words that a restored dump of it would not have; `None` where its copies are files.
    pub(super) async fn identity(&self) -> Result<Option<String>, Fault> {
        self.engine.identity().await
    }

    /// Copies the database, as of one moment, to a file that has no name yet that counts.
    pub(super) async fn copy_to(&self, unfinished: PathBuf) -> Result<(), Fault> {
        self.engine.backup(unfinished).await
    }

    /// Looks for damage: reads the whole of a file, or asks a server what it has found.
    ///
    /// # Errors
    /// It cannot be read at all.
    pub async fn examined(&self) -> Result<Examined, Fault> {
        self.engine.examined().await
    }

    /// How much room the database takes and has, where it is on a disk of this machine.
    ///
    /// # Errors
    /// The disk does not say.
    pub async fn disk_use(&self) -> Result<Option<DiskUse>, Fault> {
        self.engine.disk_use().await
    }
}
