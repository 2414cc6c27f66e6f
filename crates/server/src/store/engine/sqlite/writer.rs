//! The connection that writes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, Params, PrepFlags, Statement, params_from_iter};

use super::super::fault::{Failure, Fault};
use super::super::lane::{Afterwards, Lane, NotCommitted, Stopped, Writer};
use super::super::value::Values;
use super::super::write::{Kind, Write};
use super::checkpoints::{self, Checkpoints};
use super::{Sqlite, select};

/// The writing connection before it writes for the group commit: alone, it brings the schema up to date.
#[derive(Debug)]
pub(crate) struct SqliteWriter {
    engine: Sqlite,
    connection: Connection,
}

impl SqliteWriter {
    pub(super) fn new(engine: Sqlite, connection: Connection) -> Self {
        SqliteWriter { engine, connection }
    }

    /// Runs statements that have no parameters.
    pub(crate) fn run(&mut self, sql: &str) -> Result<(), Fault> {
        Ok(self.connection.execute_batch(sql)?)
    }

    /// Runs one statement and reads its rows.
    pub(crate) fn select(&mut self, sql: &str, params: &Values) -> Result<Vec<Values>, Fault> {
        select(&self.connection, sql, params)
    }

    /// The same, ready for the group commit: its log is moved from now on, and trouble with that is a failure.
    pub(crate) fn with_checkpoints(mut self, failure: Failure) -> Result<CheckpointedWriter, Fault> {
        let checkpoints = Checkpoints::start(self.engine.path.clone(), &mut self.connection, failure)?;
        Ok(CheckpointedWriter { writer: self, checkpoints })
    }

    /// Moves the whole log into the file and closes. Where this was the last connection, the log is gone then, and the
    /// file stands alone.
    pub(crate) fn close(self) -> Result<(), Fault> {
        self.engine.close_readers();
        checkpoints::move_whole_log(&self.connection)?;
        // Nothing is left to be moved: closing only removes the empty log.
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        Ok(self.connection.close().map_err(|(_, error)| error)?)
    }
}

/// The writing connection and what moves its log.
#[derive(Debug)]
pub(crate) struct CheckpointedWriter {
    writer: SqliteWriter,
    checkpoints: Checkpoints,
}

impl Writer for CheckpointedWriter {
    fn lend(mut self, work: impl FnOnce(&mut dyn Lane) -> Afterwards) -> Result<(), Fault> {
        let afterwards = work(&mut SqliteLane {
            connection: &self.writer.connection,
            statements: HashMap::new(),
            checkpoints: &mut self.checkpoints,
        });
        self.checkpoints.stop();
        match afterwards {
            Afterwards::Close => self.writer.close(),
            Afterwards::Abandon => Ok(()),
        }
    }
}

/// That connection at work. It keeps every statement that it has ever run: there are only those that stand in this
/// program, and to look for one by its text costs a twentieth of what writing takes.
struct SqliteLane<'a> {
    connection: &'a Connection,
    /// By where their text is in the program.
    statements: HashMap<*const str, Statement<'a>>,
    checkpoints: &'a mut Checkpoints,
}

impl<'a> SqliteLane<'a> {
    fn run(&mut self, sql: &'static str, params: impl Params) -> rusqlite::Result<usize> {
        self.statement(sql)?.execute(params)
    }

    fn statement(&mut self, sql: &'static str) -> rusqlite::Result<&mut Statement<'a>> {
        Ok(match self.statements.entry(sql) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let flags = PrepFlags::SQLITE_PREPARE_PERSISTENT;
                unknown.insert(self.connection.prepare_with_flags(sql, flags)?)
            }
        })
    }
}

impl Lane for SqliteLane<'_> {
    fn begin(&mut self) -> Result<(), Fault> {
        Ok(self.run("BEGIN IMMEDIATE", []).map(drop)?)
    }

    fn execute(
        &mut self,
        writes: &mut dyn Iterator<Item = &Write>,
        touched: &mut Vec<usize>,
    ) -> Result<(), Stopped> {
        for write in writes {
            let params = params_from_iter(write.params.iter());
            let rows = match write.kind {
                Kind::Change => self.run(write.sql, params)?,
                // Nobody else writes until this transaction ends.
                Kind::Look => usize::from(self.statement(write.sql)?.exists(params)?),
            };
            touched.push(rows);
            if !write.holds(rows) {
                break;
            }
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), NotCommitted> {
        match self.run("COMMIT", []) {
            Ok(_) => Ok(()),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => {
                Err(NotCommitted::NoRoom(error.into()))
            }
            // A flush that failed may have kept some of what was written; a new start could find it in the log.
            Err(error) => Err(NotCommitted::Unknown(error.into())),
        }
    }

    fn rollback(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    fn tend(&mut self) -> Result<(), Fault> {
        self.checkpoints.tend(self.connection)
    }
}
