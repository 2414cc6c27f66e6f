//! What the server runs with and where its database was, as its last start kept it: a row each, written whole.

use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Guard, Write};

/// What a start of the server kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// The settings, as JSON.
    pub document: String,
    /// The version of the program.
    pub version: String,
    /// When it was kept (unix ms).
    pub kept_at_ms: i64,
}

impl Store {
    /// What the last start of a server kept; `None` where none ever ran on this database.
    pub async fn kept_settings(&self) -> Result<Option<KeptRow>, Fault> {
        const SQL: &str = "SELECT document, version, kept_at_ms FROM kept_settings WHERE of = 'server'";
        let rows = self.find(SQL, params![]).await?;
        let row = rows.first().map(|row| {
            Ok(KeptRow {
                document: row.text(0)?.to_owned(),
                version: row.text(1)?.to_owned(),
                kept_at_ms: row.int(2)?,
            })
        });
        row.transpose()
    }

    /// Which database this was when a server last started on it.
    pub async fn kept_identity(&self) -> Result<Option<String>, Fault> {
        const SQL: &str = "SELECT document FROM kept_settings WHERE of = 'identity'";
        let rows = self.find(SQL, params![]).await?;
        rows.first().map(|row| Ok(row.text(0)?.to_owned())).transpose()
    }
}

/// Keeps which database this is, in the stead of `before`; guarded by [`Guard::Row`], in case another node was faster.
pub fn keep_identity(identity: &str, before: Option<&str>, version: &str, now_ms: i64) -> Write {
    const FIRST: &str = "INSERT INTO kept_settings (of, document, version, kept_at_ms) VALUES ('identity', $1, $2, $3) \
        ON CONFLICT DO NOTHING";
    const FURTHER: &str = "UPDATE kept_settings SET document = $1, version = $2, kept_at_ms = $3 \
        WHERE of = 'identity' AND document = $4";
    match before {
        None => Write::guarded(FIRST, params![identity, version, now_ms], Guard::Row),
        Some(before) => Write::guarded(FURTHER, params![identity, version, now_ms, before], Guard::Row),
    }
}

/// Keeps them in the stead of what was kept before.
pub fn keep_settings(row: &KeptRow) -> Write {
    const SQL: &str = "INSERT INTO kept_settings (of, document, version, kept_at_ms) VALUES ('server', $1, $2, $3) \
        ON CONFLICT (of) DO UPDATE SET document = excluded.document, version = excluded.version, \
        kept_at_ms = excluded.kept_at_ms";
    Write::new(SQL, params![row.document.as_str(), row.version.as_str(), row.kept_at_ms])
}
