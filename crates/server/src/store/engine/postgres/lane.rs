//! A connection that writes. A batch is one transaction: its writes go out in one flight, their row counts are read at the
//! end, and COMMIT follows when all guards held. What only adds to rows that many transactions add to goes out right before
//! COMMIT, in the order of the rows: such a row is held for a moment, and no two transactions wait for each other in a circle.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use tokio_postgres::Error;

use super::super::fault::{Fault, FaultKind};
use super::super::lane::{Afterwards, Lane, NotCommitted, Stopped, Writer};
use super::super::write::Write;
use super::connection::{Connection, cell, set};
use super::flight::{Landed, NAMED, fly};
use super::merged::adds;
use super::shared::Shared;
use super::trouble::{self, Meaning};

/// How long a flight of writes may take.
const FLIGHT: Duration = Duration::from_secs(15);

/// How long a COMMIT may take: a strict one waits for another machine. After that it is unknown.
const COMMIT: Duration = Duration::from_secs(15);

/// How long it is tried to learn what became of a COMMIT whose answer was lost.
const SETTLING: Duration = Duration::from_secs(20);

/// The time between two looks at it.
const LOOK: Duration = Duration::from_millis(50);

/// The owner of a connection that writes, which is made when it is first needed.
#[derive(Debug)]
pub(crate) struct PostgresWriter(pub(super) Arc<Shared>);

impl Writer for PostgresWriter {
    fn lend(self, work: impl FnOnce(&mut dyn Lane) -> Afterwards) -> Result<(), Fault> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Fault::new(format!("no runtime for a lane: {error}")))?;
        let mut lane = PostgresLane {
            runtime,
            shared: self.0,
            connection: None,
            transaction: None,
            silence: None,
            spoilt: None,
            merges: true,
            additions: Vec::new(),
        };
        work(&mut lane);
        let PostgresLane { runtime, connection, .. } = lane;
        // The server is told that nobody is there any more, and undoes what was not committed.
        runtime.block_on(async {
            drop(connection);
            tokio::task::yield_now().await;
        });
        Ok(())
    }
}

/// That connection at work.
struct PostgresLane {
    runtime: Runtime,
    shared: Arc<Shared>,
    connection: Option<Connection>,
    /// The server's name for the open transaction; `None` while nothing was written in it.
    transaction: Option<String>,
    /// Why the open transaction can only be undone: one of its statements failed, and its COMMIT would be answered as if all
    /// were well.
    spoilt: Option<Fault>,
    /// Why the next transaction is not begun: this one's server did not answer, and whoever waits has waited long enough.
    silence: Option<Fault>,
    /// Whether equal statements of the next transaction go as one; not after that has hidden which of them failed.
    merges: bool,
    /// What the open transaction adds to rows that others add to as well.
    additions: Vec<Write>,
}

impl Lane for PostgresLane {
    fn begin(&mut self) -> Result<(), Fault> {
        self.transaction = None;
        self.spoilt = None;
        self.additions.clear();
        if let Some(silence) = self.silence.take() {
            return Err(silence);
        }
        if self.connection.as_ref().is_none_or(Connection::is_closed) {
            self.connection = None;
            self.connection = Some(self.runtime.block_on(self.shared.connect())?);
        }
        Ok(())
    }

    fn execute(
        &mut self,
        writes: &mut dyn Iterator<Item = &Write>,
        touched: &mut Vec<usize>,
    ) -> Result<(), Stopped> {
        let writes: Vec<&Write> = writes.collect();
        let (later, now): (Vec<&Write>, Vec<&Write>) = writes.iter().partition(|write| adds(write.sql));
        self.additions.extend(later.into_iter().cloned());
        let Some(connection) = &mut self.connection else { return Err(lost()) };
        if now.is_empty() {
            touched.extend(writes.iter().map(|_| 1));
            return Ok(());
        }
        let begins = self.transaction.is_none();
        let flown = within(&self.runtime, FLIGHT, fly(connection, &now, begins, self.merges));
        let error = match flown {
            Ok(Ok(Landed { transaction, touched: rows, is_unclear, error })) => {
                self.transaction = transaction.or(self.transaction.take());
                if is_unclear {
                    self.merges = false;
                    return Err(Stopped::Undone(Fault::new("equal statements did not go well as one")));
                }
                let mut rows = rows.into_iter();
                // An addition touches its row, when it is sent; behind a write that failed nothing is known.
                touched.extend(
                    writes.iter().map_while(|write| if adds(write.sql) { Some(1) } else { rows.next() }),
                );
                match error {
                    None => return Ok(()),
                    Some(error) => {
                        self.spoilt = Some(trouble::fault(&error));
                        error
                    }
                }
            }
            Ok(Err(error)) => error,
            Err(_) => {
                self.connection = None;
                self.silence = Some(silent());
                return Err(Stopped::Undone(silent()));
            }
        };
        match trouble::meaning(&error) {
            Meaning::Statement => return Err(Stopped::By(trouble::fault(&error))),
            Meaning::Unwritable => {}
            // A server that has become a follower is left for its successor, too.
            Meaning::Undone if is_conflict(&error) => {}
            Meaning::Undone => self.connection = None,
            Meaning::Pooled => {
                self.shared.note_pooler();
                self.connection = None;
            }
        }
        Err(Stopped::Undone(trouble::fault(&error)))
    }

    fn commit(&mut self) -> Result<(), NotCommitted> {
        if let Some(fault) = self.spoilt.take() {
            return Err(NotCommitted::Undone(fault));
        }
        self.add().map_err(NotCommitted::Undone)?;
        // Without a write there is no transaction.
        let (Some(connection), Some(transaction)) = (&self.connection, self.transaction.take()) else {
            return Ok(());
        };
        let _ = connection.was_warned();
        let answer = within(&self.runtime, COMMIT, connection.client.batch_execute("COMMIT"));
        let fault = match answer {
            Ok(Ok(())) if !connection.was_warned() => {
                self.merges = true;
                return Ok(());
            }
            // It is on this server's disk, and its standby may not have it.
            Ok(Ok(())) => {
                Fault::of(FaultKind::Unreachable, "PostgreSQL did not wait for its standby at a COMMIT")
            }
            Ok(Err(error)) if trouble::is_refused(&error) => {
                let fault = trouble::fault(&error);
                let full = trouble::is_full(&error);
                return Err(if full { NotCommitted::NoRoom(fault) } else { NotCommitted::Undone(fault) });
            }
            Ok(Err(error)) => trouble::fault(&error),
            Err(_) => Fault::of(FaultKind::Unreachable, "PostgreSQL did not answer a COMMIT in time"),
        };
        // No cancel is sent: it would end a wait for the standby as if that had been a success.
        self.connection = None;
        match self.settle(&transaction) {
            Ok(()) => Err(NotCommitted::Unknown(fault)),
            Err(why) => {
                tracing::error!(%fault, %why, "nobody can tell yet whether a transaction was committed");
                Err(NotCommitted::Undecided(fault))
            }
        }
    }

    fn rollback(&mut self) {
        self.transaction = None;
        self.spoilt = None;
        self.additions.clear();
        let Some(connection) = &self.connection else { return };
        let undone = within(&self.runtime, FLIGHT, connection.client.batch_execute("ROLLBACK"));
        if !matches!(undone, Ok(Ok(()))) {
            // The server undoes it when it notices that nobody is there any more.
            self.connection = None;
        }
    }

    fn tend(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

impl PostgresLane {
    /// Sends what the transaction adds, in the order of the rows that it adds to.
    fn add(&mut self) -> Result<(), Fault> {
        let mut additions = std::mem::take(&mut self.additions);
        let Some(connection) = self.connection.as_mut().filter(|_| !additions.is_empty()) else {
            return Ok(());
        };
        additions.sort_by(|one, other| {
            one.sql.cmp(other.sql).then_with(|| one.params.iter().cmp(other.params.iter()))
        });
        let writes: Vec<&Write> = additions.iter().collect();
        let begins = self.transaction.is_none();
        let error = match within(&self.runtime, FLIGHT, fly(connection, &writes, begins, true)) {
            Ok(Ok(Landed { transaction, is_unclear, error, .. })) => {
                self.transaction = transaction.or(self.transaction.take());
                match error {
                    None if !is_unclear => return Ok(()),
                    None => return Err(Fault::new("what was to be added touched no row")),
                    Some(error) => error,
                }
            }
            Ok(Err(error)) => error,
            Err(_) => {
                self.connection = None;
                self.silence = Some(silent());
                return Err(silent());
            }
        };
        if !is_conflict(&error) {
            self.connection = None;
        }
        Err(trouble::fault(&error))
    }

    /// Waits until a transaction whose COMMIT was not answered has come to an end, and what the server has written by then
    /// is where it promises it to be.
    fn settle(&mut self, transaction: &str) -> Result<(), Fault> {
        let shared = &self.shared;
        let mut last = Fault::of(FaultKind::Unreachable, "PostgreSQL has not ended the transaction yet");
        let settled = within(&self.runtime, SETTLING, async {
            let mut looks = tokio::time::interval(LOOK);
            loop {
                looks.tick().await;
                match settled(shared, transaction).await {
                    Ok(Some(connection)) => return connection,
                    Ok(None) => {}
                    Err(fault) => last = fault,
                }
            }
        });
        self.connection = settled.ok();
        if self.connection.is_some() { Ok(()) } else { Err(last) }
    }
}

/// A new connection, once a transaction has ended and what was written by then is where it is promised to be.
async fn settled(shared: &Shared, transaction: &str) -> Result<Option<Connection>, Fault> {
    let connection = shared.connect().await?;
    let settled = match is_over(&connection, transaction).await {
        Ok(true) => is_replicated(&connection).await,
        other => other,
    };
    settled.map(|settled| settled.then_some(connection)).map_err(|error| trouble::fault(&error))
}

/// Runs something for so long at the most.
fn within<T>(runtime: &Runtime, limit: Duration, work: impl Future<Output = T>) -> Result<T, Elapsed> {
    runtime.block_on(async { timeout(limit, work).await })
}

/// Whether a transaction has ended, in whichever way. A server that has never heard of it is another one's successor.
async fn is_over(connection: &Connection, transaction: &str) -> Result<bool, Error> {
    let asked = format!("SELECT pg_xact_status('{transaction}')");
    match connection.client.simple_query(&asked).await {
        Ok(told) => Ok(cell(&told, 0) != Some("in progress")),
        Err(error) if trouble::meaning(&error) == Meaning::Statement => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether a COMMIT of now is where the server promises it to be; what came before it is there too, then.
async fn is_replicated(connection: &Connection) -> Result<bool, Error> {
    let _ = connection.was_warned();
    let limits = set("SET LOCAL", connection.is_lax);
    connection.client.batch_execute(&format!("BEGIN; {limits} {NAMED}; COMMIT")).await?;
    Ok(!connection.was_warned())
}

/// Whether the connection goes on after a trouble by which a transaction was undone.
fn is_conflict(error: &Error) -> bool {
    error.code().is_some_and(|code| code.code().starts_with("40") || code.code() == "55P03")
}

fn silent() -> Fault {
    Fault::of(FaultKind::Unreachable, "PostgreSQL did not answer a transaction in time")
}

fn lost() -> Stopped {
    Stopped::Undone(Fault::of(FaultKind::Unreachable, "the connection to PostgreSQL was lost"))
}
