//! The engines: what runs the SQL, behind one seam. All that differs between one database and another stands here.

mod batches;
mod committer;
mod examined;
mod fault;
mod lane;
#[cfg(test)]
mod lost_answers;
mod postgres;
mod sqlite;
pub(crate) mod value;
mod write;

use std::path::{Path, PathBuf};

use crate::clock;

pub(crate) use batches::Batches;
pub(crate) use committer::Committer;
pub use examined::Examined;
pub(crate) use fault::Failure;
pub use fault::{Fault, FaultKind};
#[cfg(test)]
pub(crate) use lost_answers::{LostAnswer, NextAnswer};
pub use postgres::over_many_rows;
pub use sqlite::DiskUse;
pub use write::{CommitError, Guard, Write};

use postgres::{Address, Postgres, PostgresSchema, is_postgres};
use sqlite::{Sqlite, SqliteWriter};
use value::Values;

/// A database and what runs on it.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    /// A file.
    Sqlite(Sqlite),
    /// A database of a server.
    Postgres(Postgres),
}

impl Engine {
    /// The database that a URL names: `sqlite:PATH`, a plain path, or `postgres://…`.
    ///
    /// # Errors
    /// No engine knows it.
    pub(super) fn of(url: &str) -> Result<Self, Fault> {
        if is_postgres(url) {
            return Postgres::new(Address::parse(url)?).map(Engine::Postgres);
        }
        let path = sqlite_path(url);
        if path.contains("://") || path.is_empty() {
            return Err(Fault::new(format!(
                "“{url}” is not a database that this version opens: write sqlite:PATH or postgres://USER@HOST/DATABASE"
            )));
        }
        Sqlite::new(path).map(Engine::Sqlite)
    }

    /// Whether there is a database already.
    ///
    /// # Errors
    /// Its server cannot be asked.
    pub(super) async fn exists(&self) -> Result<bool, Fault> {
        match self {
            Engine::Sqlite(engine) => Ok(engine.exists()),
            Engine::Postgres(engine) => engine.exists().await,
        }
    }

    /// The database as it may be shown: without its password.
    pub(super) fn shown(&self) -> String {
        match self {
            Engine::Sqlite(engine) => format!("the file {}", engine.path().display()),
            Engine::Postgres(engine) => engine.shown(),
        }
    }

    /// The connection that writes, for the schema.
    pub(super) async fn schema(&self) -> Result<Schema, Fault> {
        match self {
            Engine::Sqlite(engine) => engine.writer().map(Schema::Sqlite),
            Engine::Postgres(engine) => engine.schema().await.map(Schema::Postgres),
        }
    }

    /// Reads nothing from now on. A file's readers were closed with its writer.
    pub(super) fn close(&self) {
        match self {
            Engine::Sqlite(_) => (),
            Engine::Postgres(engine) => engine.close(),
        }
    }

    /// Runs a bounded query by key. On SQLite it takes microseconds, so it runs where it is called and does not suspend.
    pub(super) async fn find(&self, sql: &'static str, params: Values) -> Result<Vec<Values>, Fault> {
        match self {
            Engine::Sqlite(engine) => engine.query(sql, &params),
            Engine::Postgres(engine) => engine.find(sql, &params).await,
        }
    }

    /// Runs a query that may read many rows, away from the threads that serve requests.
    pub(super) async fn scan(&self, sql: &'static str, params: Values) -> Result<Vec<Values>, Fault> {
        match self {
            Engine::Sqlite(engine) => {
                let engine = engine.clone();
                aside("a query", move || engine.query(sql, &params)).await
            }
            Engine::Postgres(engine) => engine.scan(sql, &params).await,
        }
    }

    /// The time by which leases are held (unix ms): the database's own, so that all nodes have the same.
    pub(super) async fn now_ms(&self) -> Result<i64, Fault> {
        match self {
            // Every node of a file is on one machine.
            Engine::Sqlite(_) => Ok(clock::machine_ms()),
            Engine::Postgres(engine) => engine.now_ms().await,
        }
    }

    /// Which database this is, in words that a restored dump of it would not have; `None` where its copies are files, which
    /// are marked when they are restored.
    pub(super) async fn identity(&self) -> Result<Option<String>, Fault> {
        match self {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(engine) => engine.identity().await,
        }
    }

    /// The database in a file that nobody writes, such as a backup.
    pub(super) fn at_rest(path: &Path) -> Result<Self, Fault> {
        let name = path.to_str();
        let name =
            name.ok_or_else(|| Fault::new(format!("{} has a name that is no text", path.display())))?;
        Sqlite::at_rest(name).map(Engine::Sqlite)
    }

    /// Copies the database, as of one moment, to a new file while others read and write.
    pub(super) async fn backup(&self, unfinished: PathBuf) -> Result<(), Fault> {
        match self {
            Engine::Sqlite(engine) => {
                let engine = engine.clone();
                aside("the backup", move || engine.backup(&unfinished)).await
            }
            Engine::Postgres(engine) => Err(not_a_file(
                engine,
                "is backed up by PostgreSQL's own means, such as pg_dump or pgBackRest",
            )),
        }
    }

    /// Looks for damage: reads the whole of a file, or asks a server what it has found.
    pub(super) async fn examined(&self) -> Result<Examined, Fault> {
        match self {
            Engine::Sqlite(engine) => {
                let engine = engine.clone();
                aside("the examination", move || engine.examined()).await
            }
            Engine::Postgres(engine) => engine.examined().await,
        }
    }

    /// How much room the database takes and has, where it is on a disk of this machine.
    pub(super) async fn disk_use(&self) -> Result<Option<DiskUse>, Fault> {
        match self {
            Engine::Sqlite(engine) => {
                let engine = engine.clone();
                aside("the examination", move || engine.disk_use()).await.map(Some)
            }
            Engine::Postgres(_) => Ok(None),
        }
    }
}

fn not_a_file(engine: &Postgres, instead: &str) -> Fault {
    Fault::of(FaultKind::Refused, format!("{} is no file: it {instead}", engine.shown()))
}

/// Runs what takes long on a thread that serves no requests.
async fn aside<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let broken_off = |error| Fault::new(format!("{what} was broken off: {error}"));
    tokio::task::spawn_blocking(work).await.map_err(broken_off)?
}

/// The path behind `sqlite:PATH`, `sqlite://PATH` or a plain path.
fn sqlite_path(url: &str) -> &str {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    path.strip_prefix("//").unwrap_or(path)
}

/// The file that a URL names, where it names one.
pub fn file_of(url: &str) -> Option<&Path> {
    (!is_postgres(url)).then(|| Path::new(sqlite_path(url)))
}

/// Whether a text is a database's URL with a password in it.
pub fn has_password(text: &str) -> bool {
    is_postgres(text) && postgres::has_password(text)
}

/// A database's URL as it may be shown: without a password.
pub fn shown(url: &str) -> String {
    if is_postgres(url) { postgres::without_password(url) } else { url.to_owned() }
}

/// How much room the database that a URL names takes and has, where it is on a disk of this machine. It is not opened.
///
/// # Errors
/// There is none, or the disk does not say.
pub async fn disk_use(url: &str) -> Result<Option<DiskUse>, Fault> {
    Engine::of(url)?.disk_use().await
}

/// A copy of a backup that lies ready to be put in the stead of a database.
#[derive(Debug)]
pub(super) enum Staged {
    /// Two files: the database's name, and the copy.
    Sqlite(PathBuf, PathBuf),
}

impl Staged {
    /// A copy beside the database that a URL names.
    ///
    /// # Errors
    /// The backup is damaged, no database or one in use, or it cannot be copied. Nothing is left then.
    pub(super) fn of(url: &str, from: &Path) -> Result<Self, Fault> {
        match Engine::of(url)? {
            Engine::Sqlite(engine) => {
                let copy = sqlite::stage(engine.path(), from)?;
                Ok(Staged::Sqlite(engine.path().to_owned(), copy))
            }
            Engine::Postgres(engine) => {
                Err(not_a_file(&engine, "is restored by PostgreSQL's own means, such as pg_restore"))
            }
        }
    }

    /// The copy's own URL.
    pub(super) fn url(&self) -> String {
        let Staged::Sqlite(_, copy) = self;
        format!("sqlite:{}", copy.display())
    }

    /// Puts it in the stead of the database; under which name what was there is kept, if there was anything.
    ///
    /// # Errors
    /// Somebody has the database open, or a file cannot be written. Then everything is as it was.
    pub(super) fn exchange(self, label: &str) -> Result<Option<PathBuf>, Fault> {
        let Staged::Sqlite(path, copy) = &self;
        sqlite::exchange(path, copy, label)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let Staged::Sqlite(_, copy) = self;
        sqlite::discard(copy);
    }
}

/// Gives a finished backup its name, if nothing has that name.
///
/// # Errors
/// Something has, or it cannot be given.
pub(super) fn publish(unfinished: &Path, name: &Path) -> Result<(), Fault> {
    sqlite::publish(unfinished, name)
}

/// A writing connection before anybody else writes: it reads the schema and brings it up to date.
#[derive(Debug)]
pub(super) enum Schema {
    /// Of a file.
    Sqlite(SqliteWriter),
    /// Of a server's database.
    Postgres(PostgresSchema),
}

impl Schema {
    /// Begins to change the schema; nobody else does meanwhile.
    pub(super) async fn begin(&mut self) -> Result<(), Fault> {
        match self {
            Schema::Sqlite(writer) => writer.run("BEGIN IMMEDIATE"),
            Schema::Postgres(schema) => schema.begin().await,
        }
    }

    /// Runs statements that have no parameters.
    pub(super) async fn run(&mut self, sql: &str) -> Result<(), Fault> {
        match self {
            Schema::Sqlite(writer) => writer.run(sql),
            Schema::Postgres(schema) => schema.run(sql).await,
        }
    }

    /// Runs one statement and reads its rows.
    pub(super) async fn select(&mut self, sql: &'static str, params: Values) -> Result<Vec<Values>, Fault> {
        match self {
            Schema::Sqlite(writer) => writer.select(sql, &params),
            Schema::Postgres(schema) => schema.select(sql, &params).await,
        }
    }

    /// The statements of a migration in this engine's words: a table marked narrow has short rows, which an engine may
    /// keep inside the key's tree.
    pub(super) fn dialect(&self, sql: &str) -> String {
        match self {
            Schema::Sqlite(_) => sql.replace("/* narrow */", "WITHOUT ROWID"),
            Schema::Postgres(_) => postgres::dialect(sql),
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
                let writer = lost_answers::LosesAnswers { writer, next };
                Committer::start(vec![writer], Batches::Mixed, failure)
            }
            Schema::Postgres(_) => Err(Fault::new("only a file's lane loses answers when it is told to")),
        }
    }

    /// Goes on as the connections of the group commit.
    pub(super) fn commit_from_now_on(self, failure: Failure) -> Result<Committer, Fault> {
        match self {
            Schema::Sqlite(writer) => {
                let writer = writer.with_checkpoints(failure.clone())?;
                Committer::start(vec![writer], Batches::Mixed, failure)
            }
            Schema::Postgres(schema) => {
                let (writers, batches) = schema.writers();
                Committer::start(writers, batches, failure)
            }
        }
    }
}
