//! Notes: what the shop's people write on an order for each other. Customers and webhooks never see them.

use guichet_core::OrderId;

use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Write};

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    /// When it was written (unix ms).
    pub at_ms: i64,
    /// Who wrote it.
    pub login: String,
    /// What it says.
    pub text: String,
}

impl Store {
    /// The notes on an order, oldest first.
    pub async fn notes_of(&self, order: OrderId) -> Result<Vec<NoteRow>, Fault> {
        const SQL: &str =
            "SELECT at_ms, login, text FROM order_notes WHERE shard = $1 AND order_id = $2 ORDER BY at_ms";
        let note = |row: &Values| {
            Ok(NoteRow { at_ms: row.int(0)?, login: row.text(1)?.to_owned(), text: row.text(2)?.to_owned() })
        };
        self.find(SQL, params![order.shard(), order]).await?.iter().map(note).collect()
    }
}

/// Writes a note on an order.
pub fn put(order: OrderId, note: &NoteRow) -> Write {
    const SQL: &str = "INSERT INTO order_notes (shard, order_id, at_ms, login, text) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (shard, order_id, at_ms, login) DO UPDATE SET text = order_notes.text || ' ' || excluded.text";
    let row = params![order.shard(), order, note.at_ms, note.login.as_str(), note.text.as_str()];
    Write::new(SQL, row).in_shard(order.shard())
}
