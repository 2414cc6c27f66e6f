//! What is sealed with the vault key, and which key that is. The secret `root` is sealed from the first sealing on, so that
//! a wrong key is told before anything else is opened or sealed.

use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Guard, Write};

/// The key that everything is sealed with, and the sealed secret that keys for other purposes come from.
#[derive(Debug, Clone)]
pub struct RootRow {
    /// The fingerprint of the vault key.
    pub fingerprint: String,
    /// The secret, sealed.
    pub sealed: String,
}

/// A column with sealed texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedColumn {
    /// The secrets of merchants' messages.
    Messages,
    /// What gateway accounts are opened with.
    Account,
    /// What signs the notifications of vendors' clients.
    Signing,
    /// What signs webhooks: a list of sealed texts.
    Endpoint,
}

impl SealedColumn {
    /// All of them.
    pub const ALL: [SealedColumn; 4] =
        [SealedColumn::Messages, SealedColumn::Account, SealedColumn::Signing, SealedColumn::Endpoint];

    fn sql(self) -> (&'static str, &'static str) {
        match self {
            SealedColumn::Messages => (
                "SELECT id, sealed_message_secrets FROM merchants WHERE sealed_message_secrets <> '' ORDER BY id",
                "UPDATE merchants SET sealed_message_secrets = $1 WHERE id = $2 AND sealed_message_secrets = $3",
            ),
            SealedColumn::Account => (
                "SELECT id, sealed_secret FROM gateway_accounts ORDER BY id",
                "UPDATE gateway_accounts SET sealed_secret = $1 WHERE id = $2 AND sealed_secret = $3",
            ),
            SealedColumn::Signing => (
                "SELECT id, sealed_signing_secret FROM dialect_credentials ORDER BY id",
                "UPDATE dialect_credentials SET sealed_signing_secret = $1 WHERE id = $2 \
                 AND sealed_signing_secret = $3",
            ),
            SealedColumn::Endpoint => (
                "SELECT id, sealed_secrets FROM webhook_endpoints ORDER BY id",
                "UPDATE webhook_endpoints SET sealed_secrets = $1 WHERE id = $2 AND sealed_secrets = $3",
            ),
        }
    }
}

/// What a column holds in one row.
#[derive(Debug, Clone)]
pub struct SealedRow {
    /// The row's identifier.
    pub id: String,
    /// The sealed text, or the list of them as JSON.
    pub sealed: String,
}

impl Store {
    /// The key in use and what it sealed first; nothing while nothing is sealed.
    pub async fn vault_root(&self) -> Result<Option<RootRow>, Fault> {
        const SQL: &str = "SELECT key_fingerprint, sealed_root FROM vault WHERE name = 'root'";
        let rows = self.find(SQL, params![]).await?;
        let read = |row: &crate::store::engine::value::Values| {
            Ok(RootRow { fingerprint: row.text(0)?.to_owned(), sealed: row.text(1)?.to_owned() })
        };
        rows.first().map(read).transpose()
    }

    /// Everything in a column, also what is out of use.
    pub async fn sealed_in(&self, column: SealedColumn) -> Result<Vec<SealedRow>, Fault> {
        let rows = self.scan(column.sql().0, params![]).await?;
        let rows = rows.iter();
        rows.map(|row| Ok(SealedRow { id: row.text(0)?.to_owned(), sealed: row.text(1)?.to_owned() }))
            .collect()
    }
}

/// Seals the root for the first time; nothing of the transaction happens if somebody else did.
pub fn insert_root(root: &RootRow) -> Write {
    const SQL: &str = "INSERT INTO vault (name, key_fingerprint, sealed_root) VALUES ('root', $1, $2) \
        ON CONFLICT (name) DO NOTHING";
    Write::guarded(SQL, params![root.fingerprint.as_str(), root.sealed.as_str()], Guard::Row)
}

/// Seals the root with another key; nothing of the transaction happens if the key is not that one any more.
pub fn replace_root(old: &RootRow, new: &RootRow) -> Write {
    const SQL: &str = "UPDATE vault SET key_fingerprint = $1, sealed_root = $2 \
        WHERE name = 'root' AND key_fingerprint = $3 AND sealed_root = $4";
    let params =
        params![new.fingerprint.as_str(), new.sealed.as_str(), old.fingerprint.as_str(), old.sealed.as_str()];
    Write::guarded(SQL, params, Guard::Row)
}

/// Must be part of every transaction that stores something sealed: nothing of it happens if the key is not that one any
/// more.
pub fn sealed_with(fingerprint: &str) -> Write {
    const SQL: &str = "UPDATE vault SET key_fingerprint = $1 WHERE name = 'root' AND key_fingerprint = $1";
    Write::guarded(SQL, params![fingerprint], Guard::Row)
}

/// Puts a text that was sealed anew in the stead of another; nothing of the transaction happens if that is not there any
/// more.
pub fn seal_anew(column: SealedColumn, old: &SealedRow, sealed: &str) -> Write {
    Write::guarded(column.sql().1, params![sealed, old.id.as_str(), old.sealed.as_str()], Guard::Row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sealed_column_is_sealed_anew_when_the_key_changes() {
        let schema = include_str!("../migrations/0001_first.sql");
        let mut columns: Vec<&str> =
            schema.split_whitespace().filter(|word| word.starts_with("sealed_")).collect();
        columns.sort_unstable();
        // The root is replaced by itself.
        let mut known = vec!["sealed_root"];
        for column in SealedColumn::ALL {
            let (select, update) = column.sql();
            let name = select.split([' ', ',']).find(|word| word.starts_with("sealed_")).expect("a column");
            assert!(update.contains(&format!("SET {name} = $1")), "{update}");
            known.push(name);
        }
        known.sort_unstable();
        assert_eq!(columns, known, "a new sealed column needs an arm of SealedColumn");
    }
}
