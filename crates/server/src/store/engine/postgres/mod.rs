//! The PostgreSQL engine: several connections that write, each a lane of its own, and a pool of those that read. What is
//! right does not rest on the isolation level (READ COMMITTED): unique keys and version guards carry it.

mod address;
mod connection;
mod flight;
mod lane;
mod merged;
mod schema;
mod shared;
mod tls;
mod trouble;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::examined::Examined;
use super::fault::{Fault, FaultKind};
use super::value::Values;

pub(super) use address::{Address, has_password, is_postgres, without_password};
pub use merged::over_many_rows;
pub(super) use schema::{PostgresSchema, dialect};

use connection::Connection;
use shared::Shared;
use trouble::Meaning;

/// How long a query by key may take.
const FIND: Duration = Duration::from_secs(10);

/// How long a query that reads many rows may take.
const SCAN: Duration = Duration::from_secs(60);

/// How long a reader waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often a query is asked again whose connection turned out to be lost: each that was kept may be.
const ATTEMPTS: usize = 4;

/// A PostgreSQL database.
#[derive(Debug, Clone)]
pub(crate) struct Postgres {
    shared: Arc<Shared>,
    readers: Pool<Readers>,
    /// Who reads many rows leaves half of the connections to the others.
    scans: Arc<Semaphore>,
}

/// Makes connections that read.
#[derive(Debug)]
struct Readers(Arc<Shared>);

impl Manager for Readers {
    type Type = Connection;
    type Error = Fault;

    async fn create(&self) -> Result<Connection, Fault> {
        self.0.connect().await
    }

    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<Fault> {
        if connection.is_closed() { Err(RecycleError::message("it was closed")) } else { Ok(()) }
    }
}

impl Postgres {
    pub(super) fn new(address: Address) -> Result<Self, Fault> {
        let count = address.readers;
        let shared = Arc::new(Shared::of(address));
        let pool = Pool::builder(Readers(shared.clone()))
            .max_size(count)
            .wait_timeout(Some(PATIENCE))
            .runtime(deadpool::Runtime::Tokio1)
            .build();
        let readers = pool.map_err(|error| Fault::new(format!("no pool of connections: {error}")))?;
        Ok(Postgres { shared, readers, scans: Arc::new(Semaphore::new((count / 2).max(1))) })
    }

    /// A connection for the schema.
    pub(super) async fn schema(&self) -> Result<PostgresSchema, Fault> {
        PostgresSchema::of(self.shared.clone()).await
    }

    /// The database as it may be shown.
    pub(super) fn shown(&self) -> String {
        self.shared.address.shown()
    }

    /// Runs a query by key.
    pub(super) async fn find(&self, sql: &'static str, params: &Values) -> Result<Vec<Values>, Fault> {
        self.query(sql, params, FIND).await
    }

    /// Runs a query that may read many rows.
    pub(super) async fn scan(&self, sql: &'static str, params: &Values) -> Result<Vec<Values>, Fault> {
        let _one_of_few = self.scans.acquire().await;
        self.query(sql, params, SCAN).await
    }

    async fn query(&self, sql: &'static str, params: &Values, limit: Duration) -> Result<Vec<Values>, Fault> {
        let mut last = None;
        for _ in 0..ATTEMPTS {
            let mut connection = self.readers.get().await.map_err(|error| self.no_connection(error))?;
            let error = match timeout(limit, connection.query(sql, params)).await {
                Ok(Ok(rows)) => return rows.iter().map(wire::values).collect(),
                Ok(Err(error)) => error,
                Err(_) => {
                    drop(Object::take(connection));
                    let why = "PostgreSQL did not answer a query in time";
                    return Err(Fault::of(FaultKind::Unreachable, why));
                }
            };
            match trouble::meaning(&error) {
                Meaning::Undone => {}
                Meaning::Pooled => self.shared.note_pooler(),
                Meaning::Statement | Meaning::Unwritable => return Err(trouble::fault(&error)),
            }
            drop(Object::take(connection));
            last = Some(trouble::fault(&error));
        }
        Err(last.unwrap_or_else(|| Fault::new("a query was never asked")))
    }

    fn no_connection(&self, error: PoolError<Fault>) -> Fault {
        match error {
            PoolError::Backend(fault) => fault,
            other @ (PoolError::Timeout(_)
            | PoolError::Closed
            | PoolError::NoRuntimeSpecified
            | PoolError::PostCreateHook(_)) => Fault::of(
                FaultKind::Unreachable,
                format!("no connection to {} is free: {other}", self.shown()),
            ),
        }
    }

    /// The server's time (unix ms).
    pub(super) async fn now_ms(&self) -> Result<i64, Fault> {
        const SQL: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        let rows = self.find(SQL, &Values::default()).await?;
        rows.first().ok_or_else(|| Fault::new("the server does not tell the time"))?.int(0)
    }

    /// Which database of which server this is. A standby that was promoted has the same numbers, and a dump that was
    /// restored has others; `None` where the server tells nobody.
    pub(super) async fn identity(&self) -> Result<Option<String>, Fault> {
        const SQL: &str = "SELECT CAST(oid AS TEXT), CAST(system_identifier AS TEXT) FROM pg_database, pg_control_system() \
             WHERE datname = current_database()";
        match self.find(SQL, &Values::default()).await {
            Ok(rows) => {
                let told =
                    rows.first().ok_or_else(|| Fault::new("the server does not know this database"))?;
                Ok(Some(format!("database {} of PostgreSQL {}", told.text(0)?, told.text(1)?)))
            }
            Err(fault) if fault.kind() == FaultKind::Unreachable => Err(fault),
            Err(fault) => {
                tracing::warn!(%fault, "a restored dump would not be known from what it was made of");
                Ok(None)
            }
        }
    }

    /// Whether the database can be reached and has a schema of ours.
    pub(super) async fn exists(&self) -> Result<bool, Fault> {
        const SQL: &str = "SELECT CAST(to_regclass('migrations') IS NOT NULL AS INT)";
        let rows = self.find(SQL, &Values::default()).await?;
        Ok(rows.first().is_some_and(|row| row.maybe_int(0) == Some(1)))
    }

    /// What the server has found of damaged pages: it counts those whose checksum was wrong when they were read.
    pub(super) async fn examined(&self) -> Result<Examined, Fault> {
        const SQL: &str = "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()";
        let rows = self.find(SQL, &Values::default()).await?;
        let (damage, looked_at) = match rows.first().and_then(|row| row.maybe_int(0)) {
            Some(0) => (Vec::new(), "PostgreSQL has met no page whose checksum is wrong"),
            Some(failures) => (
                vec![format!("PostgreSQL has met {failures} pages whose checksum is wrong; see its log")],
                "PostgreSQL counts pages whose checksum is wrong",
            ),
            None => (
                Vec::new(),
                "PostgreSQL keeps no checksums here, so a damaged page would not be noticed (pg_checksums --enable)",
            ),
        };
        Ok(Examined { damage, looked_at })
    }

    /// Keeps no connection from now on.
    pub(super) fn close(&self) {
        self.readers.close();
    }
}
