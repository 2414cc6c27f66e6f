//! What PostgreSQL's troubles mean.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::{Severity, SqlState};

use super::super::fault::{Fault, FaultKind};

/// What a trouble means for the transaction that met it, before its COMMIT was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The statement is at fault: the same would fail again.
    Statement,
    /// The transaction was undone for the sake of others, or with its connection: the same may well succeed.
    Undone,
    /// Named statements do not live here: there is a pooler between.
    Pooled,
    /// Nothing can be written at present.
    Unwritable,
}

/// Sees what a trouble means.
pub(super) fn meaning(error: &Error) -> Meaning {
    let Some(state) = error.code() else { return Meaning::Undone };
    if [SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::DUPLICATE_PSTATEMENT].contains(state) {
        return Meaning::Pooled;
    }
    let undone = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ];
    match state.code().get(..2) {
        _ if undone.contains(state) => Meaning::Undone,
        // The connection, the server's shutdown.
        Some("08") => Meaning::Undone,
        Some("57") => Meaning::Undone,
        // No room, no memory, too many connections, a broken disk.
        Some("53" | "58") => Meaning::Unwritable,
        _ => Meaning::Statement,
    }
}

/// Whether the server itself says that a COMMIT was refused: it goes on with the connection, and nothing is there.
pub(super) fn is_refused(error: &Error) -> bool {
    let severity = error.as_db_error().and_then(tokio_postgres::error::DbError::parsed_severity);
    severity == Some(Severity::Error)
}

/// Whether the disk is full.
pub(super) fn is_full(error: &Error) -> bool {
    error.code() == Some(&SqlState::DISK_FULL)
}

/// A trouble as a fault.
pub(super) fn fault(error: &Error) -> Fault {
    let kind = match meaning(error) {
        Meaning::Statement => FaultKind::Internal,
        Meaning::Undone | Meaning::Pooled | Meaning::Unwritable => FaultKind::Unreachable,
    };
    Fault::of(kind, format!("PostgreSQL: {}", sentence(error)))
}

/// What it says, with its cause, in one line. Its detail stays out: that quotes rows.
fn sentence(error: &Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(told), _) => format!("{} [{}]", told.message(), told.code().code()),
        (None, Some(cause)) => format!("{error}: {cause}"),
        (None, None) => error.to_string(),
    }
}
