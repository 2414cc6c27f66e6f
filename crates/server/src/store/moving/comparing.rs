//! Two databases compared, table by table: how many rows, and one hash over all of them in the order of their keys, made on
//! each side of what that side has stored.

use sha2::{Digest as _, Sha256};

use super::tables::{TABLES, Table};
use super::{Rows, read};
use crate::store::Store;
use crate::store::engine::{Fault, FaultKind};

/// What a table holds.
#[derive(Debug, PartialEq, Eq)]
struct Sum {
    rows: usize,
    sha256: String,
}

/// Compares all tables; a hash over their hashes.
///
/// # Errors
/// One cannot be read, or the two differ.
pub(super) async fn compare(source: &Store, target: &Store, rows: &Rows) -> Result<String, Fault> {
    let mut all = Sha256::new();
    for table in TABLES.iter() {
        let (ours, theirs) = tokio::join!(sum(table, source, Some(rows)), sum(table, target, None));
        let (ours, theirs) = (ours?, theirs?);
        if ours != theirs {
            return Err(Fault::of(
                FaultKind::Damaged,
                format!(
                    "the table {} differs: the source has {} rows with the hash {}, the target {} with {}; was the source \
                     written to meanwhile? Keep it at rest, and run the same command with --begin-anew",
                    table.name, ours.rows, ours.sha256, theirs.rows, theirs.sha256
                ),
            ));
        }
        all.update(table.name.as_bytes());
        all.update(ours.sha256.as_bytes());
    }
    Ok(data_encoding::HEXLOWER.encode(&all.finalize()))
}

async fn sum(table: &'static Table, store: &Store, shown: Option<&Rows>) -> Result<Sum, Fault> {
    let (mut digest, mut rows, mut behind) = (Sha256::new(), 0, String::new());
    let mut text = Vec::new();
    loop {
        let page = read(table, store, &behind).await?;
        let Some(last) = page.last() else { break };
        behind = last.pick(&table.key).to_json();
        for row in &page {
            text.clear();
            row.canonical(&mut text);
            digest.update(&text);
        }
        rows += page.len();
        if let Some(shown) = shown {
            shown.add(page.len());
        }
    }
    Ok(Sum { rows, sha256: data_encoding::HEXLOWER.encode(&digest.finalize()) })
}
