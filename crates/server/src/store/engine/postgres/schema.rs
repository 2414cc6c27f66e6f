//! The schema on PostgreSQL: who changes it holds a lock on it.

use std::sync::Arc;

use super::super::batches::Batches;
use super::super::fault::Fault;
use super::super::value::Values;
use super::address::Address;
use super::connection::Connection;
use super::lane::PostgresWriter;
use super::shared::Shared;
use super::{trouble, wire};

/// The advisory lock of whoever changes the schema: “guichet” in ASCII.
const LOCK: &str = "BEGIN; SELECT pg_advisory_xact_lock(29126453671225716);";

/// A connection that reads the schema and brings it up to date.
pub(crate) struct PostgresSchema {
    shared: Arc<Shared>,
    connection: Connection,
}

impl std::fmt::Debug for PostgresSchema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresSchema").field("shared", &self.shared).finish_non_exhaustive()
    }
}

impl PostgresSchema {
    pub(super) async fn of(shared: Arc<Shared>) -> Result<Self, Fault> {
        let connection = shared.connect().await?;
        Ok(PostgresSchema { shared, connection })
    }

    /// Begins to change the schema, once nobody else does.
    pub(crate) async fn begin(&mut self) -> Result<(), Fault> {
        self.run(LOCK).await
    }

    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), Fault> {
        self.connection.client.batch_execute(sql).await.map_err(|error| trouble::fault(&error))
    }

    pub(crate) async fn select(&mut self, sql: &'static str, params: &Values) -> Result<Vec<Values>, Fault> {
        let rows = self.connection.query(sql, params).await.map_err(|error| trouble::fault(&error))?;
        rows.iter().map(wire::values).collect()
    }

    /// Those who write from now on, and what they may write in one transaction.
    pub(crate) fn writers(self) -> (Vec<PostgresWriter>, Batches) {
        let Address { lanes, batches, .. } = self.shared.address;
        ((0..lanes).map(|_| PostgresWriter(self.shared.clone())).collect(), batches)
    }
}

/// A migration in PostgreSQL's words. Texts are compared byte by byte, as everywhere else, whatever language the database
/// was made for.
pub(crate) fn dialect(sql: &str) -> String {
    sql.replace("/* narrow */", "").replace("TEXT", "TEXT COLLATE \"C\"")
}
