//! The note in a database that is being filled from another one: from which, and how far it has come. It is written with
//! the rows that it speaks of, so that a move that was killed goes on behind the last of them.

use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// How far a move has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    /// Which database it comes from, as a fingerprint.
    pub(super) source: String,
    /// The table that is being filled; those before it are.
    pub(super) table: String,
    /// The key of the last row in it, as JSON; empty before the first.
    pub(super) behind: String,
    /// How many rows were moved so far, of all tables.
    pub(super) rows: i64,
    /// Whether everything is there and was compared.
    pub(super) is_done: bool,
}

const READ: &str = "SELECT source, table_name, behind, moved, done FROM moves WHERE name = 'from'";

fn note(row: &Values) -> Result<Note, Fault> {
    Ok(Note {
        source: row.text(0)?.to_owned(),
        table: row.text(1)?.to_owned(),
        behind: row.text(2)?.to_owned(),
        rows: row.int(3)?,
        is_done: row.int(4)? == 1,
    })
}

impl Store {
    /// The note, if this database is or was filled from another one.
    pub(super) async fn move_note(&self) -> Result<Option<Note>, Fault> {
        self.find(READ, params![]).await?.first().map(note).transpose()
    }

    /// Whether this database is being filled from another one, and is not whole yet.
    pub(in crate::store) async fn is_half_moved(&self) -> Result<bool, Fault> {
        Ok(self.move_note().await?.is_some_and(|note| !note.is_done))
    }
}

impl Note {
    /// Begins a move. Fails when one was begun.
    pub(super) fn begin(&self) -> Write {
        const SQL: &str = "INSERT INTO moves (name, source, table_name, behind, moved, done) \
            VALUES ('from', $1, $2, $3, $4, 0) ON CONFLICT DO NOTHING";
        let row = params![self.source.as_str(), self.table.as_str(), self.behind.as_str(), self.rows];
        Write::guarded(SQL, row, Guard::Row)
    }

    /// Notes that it has come here, from where it was `before`. Fails when another command has moved it on.
    pub(super) fn advance(&self, before: &Note) -> Write {
        const SQL: &str = "UPDATE moves SET table_name = $1, behind = $2, moved = $3, done = $4 \
            WHERE name = 'from' AND source = $5 AND table_name = $6 AND behind = $7";
        let row = params![
            self.table.as_str(),
            self.behind.as_str(),
            self.rows,
            self.is_done,
            before.source.as_str(),
            before.table.as_str(),
            before.behind.as_str(),
        ];
        Write::guarded(SQL, row, Guard::Row)
    }
}

/// Forgets which database the source was, so that the target does not take itself for a copy that was made of it.
pub(super) fn forget_identity() -> Write {
    Write::new("DELETE FROM kept_settings WHERE of = 'identity'", params![])
}

/// Forgets that a move was begun.
pub(super) fn forget() -> Write {
    Write::new("DELETE FROM moves WHERE name = 'from'", params![])
}
