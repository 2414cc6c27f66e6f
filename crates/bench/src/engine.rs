//! The databases that a server is measured on: a file of SQLite's, or one of a PostgreSQL that is started for it or
//! named on the command line.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context;
use clap::ValueEnum;
use guichet_testing::postgres::{Cluster, Durability, program_path};

use crate::proc::Process;

/// What PostgreSQL is given beside its defaults and full durability: memory, and so much log that no checkpoint begins in the
/// middle of a measurement.
const SETTINGS: &str =
    "shared_buffers = 512MB\nmax_wal_size = 4GB\ncheckpoint_timeout = 30min\nautovacuum = on\n";

/// A database engine.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A new file in the run's own directory.
    Sqlite,
    /// A new database of a PostgreSQL.
    Postgres,
}

impl Engine {
    /// Its name in the figures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }
}

/// Where databases are made.
#[derive(Debug)]
pub(crate) struct Engines {
    postgres: Option<Postgres>,
}

/// A PostgreSQL server.
#[derive(Debug)]
pub(crate) enum Postgres {
    /// Started for this, and gone with it.
    Started(Cluster),
    /// One that runs already, by the URL of a database whose role may make others.
    Given(url::Url),
}

/// A database of a run. One of PostgreSQL's is removed when it is dropped; a file goes with the run's directory.
#[derive(Debug)]
pub(crate) struct Database<'a> {
    /// What `guichet --database` is given.
    pub(crate) url: String,
    on: Option<OnPostgres<'a>>,
}

/// A database of a PostgreSQL server.
#[derive(Debug)]
struct OnPostgres<'a> {
    server: &'a Postgres,
    name: String,
}

impl Engines {
    /// With a PostgreSQL, if one is wanted: that of the URL, or one that is started now.
    pub(crate) fn new(with_postgres: bool, url: Option<&url::Url>) -> Self {
        let postgres = match url {
            Some(url) => Some(Postgres::Given(url.clone())),
            None if with_postgres => Some(Postgres::Started(Cluster::start(Durability::Flushed, SETTINGS))),
            None => None,
        };
        Engines { postgres }
    }

    /// The PostgreSQL.
    pub(crate) fn postgres(&self) -> anyhow::Result<&Postgres> {
        self.postgres.as_ref().context("no PostgreSQL was started")
    }

    /// A new, empty database. Everything that was written before is on disk then, so that nobody pays for another.
    pub(crate) fn database(&self, engine: Engine, name: &str) -> anyhow::Result<Database<'_>> {
        match engine {
            Engine::Sqlite => Ok(Database { url: "sqlite:bench.db".to_owned(), on: None }),
            Engine::Postgres => self.postgres()?.database(name),
        }
    }
}

impl Postgres {
    fn database(&self, name: &str) -> anyhow::Result<Database<'_>> {
        let name = format!("guichet_bench_{}_{name}", std::process::id());
        let made = format!("CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C.UTF-8'");
        match self {
            Postgres::Started(cluster) => cluster.connect("postgres").run(&format!("{made} OWNER guichet")),
            Postgres::Given(url) => psql(url.as_str(), &made).map(drop)?,
        }
        let on = OnPostgres { server: self, name };
        let database = Database { url: self.url(&on.name)?, on: Some(on) };
        // Whoever may not ask for one has it made by time and size.
        let _done = psql(&self.administrative()?, "CHECKPOINT");
        Ok(database)
    }

    fn url(&self, database: &str) -> anyhow::Result<String> {
        match self {
            Postgres::Started(cluster) => Ok(cluster.url(database)),
            Postgres::Given(url) => {
                let mut url = url.clone();
                url.set_path(database);
                Ok(url.into())
            }
        }
    }

    /// Where its own affairs are asked about.
    fn administrative(&self) -> anyhow::Result<String> {
        match self {
            Postgres::Started(cluster) => {
                Ok(format!("postgres://postgres@127.0.0.1:{}/postgres", cluster.port()))
            }
            Postgres::Given(url) => Ok(url.to_string()),
        }
    }

    /// Processor time of all its processes so far, in µs; 0 where it was not started here.
    pub(crate) fn cpu_us(&self) -> anyhow::Result<u64> {
        match self {
            Postgres::Started(cluster) => Process(cluster.process()).family_cpu_us(),
            Postgres::Given(_) => Ok(0),
        }
    }

    /// How far its log has got, in bytes.
    pub(crate) fn log_bytes(&self) -> anyhow::Result<u64> {
        let sql = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')";
        psql(&self.administrative()?, sql)?.parse().context("PostgreSQL does not say how far its log is")
    }
}

impl Database<'_> {
    /// One that is there and stays.
    pub(crate) fn at(url: String) -> Self {
        Database { url, on: None }
    }

    /// The PostgreSQL that has it, if one has.
    pub(crate) fn server(&self) -> Option<&Postgres> {
        self.on.as_ref().map(|on| on.server)
    }
}

impl Drop for OnPostgres<'_> {
    fn drop(&mut self) {
        let removed = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let outcome = self.server.administrative().and_then(|url| psql(&url, &removed));
        if let Err(error) = outcome {
            eprintln!("bench: the database {} stays behind: {error:#}", self.name);
        }
    }
}

/// A program of PostgreSQL's, which is given a database.
pub(crate) fn program(name: &str) -> PathBuf {
    program_path(name)
}

/// Runs SQL; what it answers.
pub(crate) fn psql(url: &str, sql: &str) -> anyhow::Result<String> {
    let mut psql = Command::new(program("psql"));
    psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
    let output = psql.args(["--command", sql, "--dbname", url]).stdin(Stdio::null()).output();
    let output = output.context("psql cannot be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "psql: {}", said.trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
