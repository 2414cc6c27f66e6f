//! Writes that say what they expect, and why a transaction of them did not happen.

use super::fault::{Fault, FaultKind};
use super::value::Values;

/// What a write that touches no row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing: it may touch any number of rows.
    None,
    /// Someone else changed the order since it was read.
    Version,
    /// The shop's reference is taken.
    Reference,
    /// The idempotency key is taken.
    IdempotencyKey,
    /// The gateway's reference belongs to another payment.
    GatewayReference,
    /// Someone else changed or took the row meanwhile: read again.
    Row,
    /// Another node holds the shard's lease now.
    Lease,
}

/// One statement of a transaction.
#[derive(Debug, Clone)]
pub struct Write {
    pub(crate) sql: &'static str,
    pub(crate) params: Values,
    pub(super) guard: Guard,
    pub(super) kind: Kind,
    /// The shard of the rows that it touches; `None` for rows that have none.
    pub(super) shard: Option<i64>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It inserts, updates or deletes.
    Change,
    /// It only looks for a row, which stays as it is until the transaction ends.
    Look,
}

impl Write {
    /// A statement whose parameters `$1`, `$2`… first appear in that order.
    pub fn new(sql: &'static str, params: Values) -> Self {
        debug_assert!(appear_in_order(sql), "parameters out of order in: {sql}");
        Write { sql, params, guard: Guard::None, kind: Kind::Change, shard: None }
    }

    /// A query for a row that must be there and stays as it is until the transaction ends; without it the whole
    /// transaction is undone.
    pub fn only_if(sql: &'static str, params: Values, guard: Guard) -> Self {
        Write { kind: Kind::Look, ..Write::guarded(sql, params, guard) }
    }

    /// The same, of rows of that shard: engines that write side by side write those of one shard one after the other.
    pub fn in_shard(self, shard: i64) -> Self {
        Write { shard: Some(shard), ..self }
    }

    /// Whether it did what it was meant to, having touched so many rows.
    pub(super) fn holds(&self, touched: usize) -> bool {
        touched > 0 || self.guard == Guard::None
    }

    /// The same, but the whole transaction is undone when no row is touched.
    pub fn guarded(sql: &'static str, params: Values, guard: Guard) -> Self {
        Write { guard, ..Write::new(sql, params) }
    }
}

/// SQLite numbers `$n` by first appearance, PostgreSQL by the number: both agree only in order.
pub(super) fn appear_in_order(sql: &str) -> bool {
    let numbers = sql.split('$').skip(1).filter_map(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse::<usize>().ok()
    });
    let mut highest = 0;
    for number in numbers {
        if number > highest + 1 {
            return false;
        }
        highest = highest.max(number);
    }
    true
}

/// Why a transaction did not happen. Nothing of it is stored, unless that is unknown.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommitError {
    /// A guarded write touched no row.
    #[error("a guarded write found its row changed or taken: {0:?}")]
    Conflict(Guard),
    /// The store is in trouble.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Nothing can be written at present: the disk is full, or another process holds the database.
    #[error("nothing can be written: {0}")]
    Unwritable(Fault),
    /// The disk failed while it was written, or the answer was lost: it may or may not be there.
    #[error("it is not known whether this was written: {0}")]
    Unknown(Fault),
    /// The same, and it may still come to be there later.
    #[error("it is not known whether this was written, or still will be: {0}")]
    Undecided(Fault),
    /// So much is waiting to be written that this was not taken in.
    #[error("too much is waiting to be written")]
    Overloaded,
}

impl CommitError {
    /// What it is to whoever reads no more of it than that nothing was stored.
    pub fn into_fault(self) -> Fault {
        match self {
            CommitError::Fault(fault)
            | CommitError::Unwritable(fault)
            | CommitError::Unknown(fault)
            | CommitError::Undecided(fault) => fault,
            other @ (CommitError::Conflict(_) | CommitError::Overloaded) => {
                Fault::of(FaultKind::Unreachable, other.to_string())
            }
        }
    }
}
