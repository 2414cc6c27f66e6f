//! The database of one server: how it is opened, read, written and closed.

#[cfg(test)]
use super::engine::NextAnswer;
use super::engine::value::Values;
use super::engine::{CommitError, Committer, DiskUse, Engine, Failure, Fault, Write};
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
    /// It must be there, with the schema of this program: a command changes no schema under a running server.
    AsItIs,
}

impl Store {
    /// Opens `sqlite:PATH` (or a plain path).
    ///
    /// # Errors
    /// There is no such database, it cannot be opened, or its schema is not one that this program knows.
    pub async fn open(url: &str, opening: Opening) -> Result<Self, Fault> {
        let engine = Engine::of(url)?;
        if opening == Opening::AsItIs && !engine.exists() {
            let path = super::sqlite_path(url);
            return Err(Fault(format!(
                "there is no database file {path}; start `guichet serve` once, or name it with --database"
            )));
        }
        let mut schema = engine.schema().await?;
        match opening {
            Opening::MakeOrMigrate => migrations::apply(&mut schema).await?,
            Opening::AsItIs => migrations::verify(&mut schema).await?,
        }
        let failure = Failure::none();
        let committer = schema.commit_from_now_on(failure.clone())?;
        Ok(Store { engine, committer, failure })
    }

    /// A new database that loses the answers to its COMMITs when it is told to.
    #[cfg(test)]
    pub(crate) async fn that_loses_answers(path: &str, next: NextAnswer) -> Result<Self, Fault> {
        let engine = Engine::of(path)?;
        let mut schema = engine.schema().await?;
        migrations::apply(&mut schema).await?;
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
        self.committer.close().await
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

    /// Copies the database, as of one moment, to a new file while the server runs on.
    ///
    /// # Errors
    /// The file exists already or cannot be written.
    pub async fn backup(&self, to: String) -> Result<(), Fault> {
        self.engine.backup(to).await
    }

    /// Reads the whole database for damage; an empty list is health.
    ///
    /// # Errors
    /// It cannot be read at all.
    pub async fn integrity(&self) -> Result<Vec<String>, Fault> {
        self.engine.integrity().await
    }

    /// How much room the database takes and has, where it is on a disk of this machine.
    ///
    /// # Errors
    /// The disk does not say.
    pub async fn disk_use(&self) -> Result<Option<DiskUse>, Fault> {
        self.engine.disk_use().await
    }
}
