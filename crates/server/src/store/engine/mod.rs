//! The engines: what runs the SQL, behind one seam. All that differs between one database and another stands here.

mod committer;
mod fault;
mod lane;
#[cfg(test)]
mod lost_answers;
mod sqlite;
pub(crate) mod value;
mod write;

use std::path::{Path, PathBuf};

use crate::clock;

pub(crate) use committer::Committer;
pub(crate) use fault::Failure;
pub use fault::Fault;
#[cfg(test)]
pub(crate) use lost_answers::{LostAnswer, NextAnswer};
pub use sqlite::DiskUse;
pub use write::{CommitError, Guard, Write};

use sqlite::{Sqlite, SqliteWriter};
use value::Values;

/// A database and what runs on it.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    /// A file.
    Sqlite(Sqlite),
}

impl Engine {
    /// The database that a URL names: `sqlite:PATH` or a plain path.
    ///
    /// # Errors
    /// No engine knows it.
    pub(super) fn of(url: &str) -> Result<Self, Fault> {
        let path = sqlite_path(url);
        if path.contains("://") || path.is_empty() {
            return Err(Fault(format!("“{url}” is not a database this version opens: write sqlite:PATH")));
        }
        Sqlite::new(path).map(Engine::Sqlite)
    }

    /// Whether there is a database already.
    pub(super) fn exists(&self) -> bool {
        match self {
            Engine::Sqlite(engine) => engine.exists(),
        }
    }

    /// The connection that writes, for the schema.
    pub(super) async fn schema(&self) -> Result<Schema, Fault> {
        match self {
            Engine::Sqlite(engine) => engine.writer().map(Schema::Sqlite),
        }
    }

    /// Runs a bounded query by key. On SQLite it takes microseconds, so it runs where it is called and does not suspend.
    pub(super) async fn find(&self, sql: &'static str, params: Values) -> Result<Vec<Values>, Fault> {
        match self {
            Engine::Sqlite(engine) => engine.query(sql, &params),
        }
    }

    /// Runs a query that may read many rows, away from the threads that serve requests.
    pub(super) async fn scan(&self, sql: &'static str, params: Values) -> Result<Vec<Values>, Fault> {
        match self {
            Engine::Sqlite(engine) => {
                let engine = engine.clone();
                aside("a query", move || engine.query(sql, &params)).await
            }
        }
    }

    /// The time by which leases are held (unix ms): the database's own, so that all nodes have the same.
    pub(super) async fn now_ms(&self) -> Result<i64, Fault> {
        match self {
            // Every node of a file is on one machine.
            Engine::Sqlite(_) => Ok(clock::machine_ms()),
        }
    }

    /// Copies the database, as of one moment, to a new file while others read and write.
    pub(super) async fn backup(&self, to: String) -> Result<(), Fault> {
        match self {
            Engine::Sqlite(engine) => {
                let engine = engine.clone();
                aside("the backup", move || engine.backup(&to)).await
            }
        }
    }

    /// Reads the whole database for damage; an empty list is health.
    pub(super) async fn integrity(&self) -> Result<Vec<String>, Fault> {
        match self {
            Engine::Sqlite(engine) => {
                let engine = engine.clone();
                aside("the examination", move || engine.integrity()).await
            }
        }
    }

    /// How much room the database takes and has, where it is on a disk of this machine.
    pub(super) async fn disk_use(&self) -> Result<Option<DiskUse>, Fault> {
        match self {
            Engine::Sqlite(engine) => {
                let engine = engine.clone();
                aside("the examination", move || engine.disk_use()).await.map(Some)
            }
        }
    }
}

/// Runs what takes long on a thread that serves no requests.
async fn aside<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let broken_off = |error| Fault(format!("{what} was broken off: {error}"));
    tokio::task::spawn_blocking(work).await.map_err(broken_off)?
}

/// The file that `sqlite:PATH`, `sqlite://PATH` or a plain path names.
pub fn sqlite_path(url: &str) -> &str {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    path.strip_prefix("//").unwrap_or(path)
}

/// How much room the database that a URL names takes and has, where it is on a disk of this machine. It is not opened.
///
/// # Errors
/// There is none, or the disk does not say.
pub async fn disk_use(url: &str) -> Result<Option<DiskUse>, Fault> {
    Engine::of(url)?.disk_use().await
}

/// Puts a copy of a database in the stead of the one that a URL names. What was there is kept beside it under its name
/// and the label; under which name, if there was anything.
///
/// # Errors
/// Somebody has the database open, the copy is damaged or no database, or a file cannot be written. Then everything is
/// as it was.
pub fn restore(url: &str, from: &Path, label: &str) -> Result<Option<PathBuf>, Fault> {
    match Engine::of(url)? {
        Engine::Sqlite(engine) => sqlite::restore(engine.path(), from, label),
    }
}

/// A writing connection before anybody else writes: it reads the schema and brings it up to date.
#[derive(Debug)]
pub(super) enum Schema {
    /// Of a file.
    Sqlite(SqliteWriter),
}

impl Schema {
    /// Runs statements that have no parameters.
    pub(super) async fn run(&mut self, sql: &str) -> Result<(), Fault> {
        match self {
            Schema::Sqlite(writer) => writer.run(sql),
        }
    }

    /// Runs one statement and reads its rows.
    pub(super) async fn select(&mut self, sql: &str, params: Values) -> Result<Vec<Values>, Fault> {
        match self {
            Schema::Sqlite(writer) => writer.select(sql, &params),
        }
    }

    /// The statements of a migration in this engine's words: a table marked narrow has short rows, which an engine may
    /// keep inside the key's tree.
    pub(super) fn dialect(&self, sql: &str) -> String {
        match self {
            Schema::Sqlite(_) => sql.replace("/* narrow */", "WITHOUT ROWID"),
        }
    }

    /// The same, with a lane that loses answers when it is told to.
    #[cfg(test)]
    pub(super) fn commit_and_lose_answers(
        self,
        failure: Failure,
        next: NextAnswer,
    ) -> Result<Committer, Fault> {
        match self {
            Schema::Sqlite(writer) => {
                let writer = writer.with_checkpoints(failure.clone())?;
                Committer::start(lost_answers::LosesAnswers { writer, next }, failure)
            }
        }
    }

    /// Goes on as the connection of the group commit.
    pub(super) fn commit_from_now_on(self, failure: Failure) -> Result<Committer, Fault> {
        match self {
            Schema::Sqlite(writer) => Committer::start(writer.with_checkpoints(failure.clone())?, failure),
        }
    }
}
