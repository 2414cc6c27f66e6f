//! What a database file that nobody writes holds: a backup is read whole before it is believed.

use std::path::Path;

use crate::store::engine::value::{Values, params};
use crate::store::engine::{Engine, Fault, FaultKind};
use crate::store::migrations;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Contents {
    /// How many merchants.
    pub merchants: i64,
    /// How many orders.
    pub orders: i64,
    /// How many decisions stand in the journal.
    pub decisions: i64,
    /// When the newest of them was made (unix ms).
    pub newest_at_ms: Option<i64>,
    /// How many events are in archives instead.
    pub archived_events: i64,
    /// The fingerprint of the vault key that its secrets are sealed with; none where nothing is sealed.
    pub key: Option<String>,
    /// The file's length in bytes.
    pub bytes: u64,
}

/// Reads a database file that nobody writes: every page and index of it, whether this program knows its schema, and how much
/// it holds. Nothing is written, not even beside it.
///
/// # Errors
/// It is damaged, is no database of this program, or belongs to a newer one.
pub async fn examine(path: &Path) -> Result<Contents, Fault> {
    let name = path.display();
    let wrong =
        |kind, why: &dyn std::fmt::Display| Fault::of(kind, format!("{name} is no good backup: {why}"));
    let bytes = std::fs::metadata(path).map_err(|error| wrong(FaultKind::Unreachable, &error))?.len();
    let log = path.with_file_name(format!("{}-wal", path.file_name().unwrap_or_default().to_string_lossy()));
    if log.exists() {
        let why = "a log lies beside it, so it is a database in use; make a copy with `guichet backup`";
        return Err(wrong(FaultKind::Refused, &why));
    }
    let engine = Engine::at_rest(path)?;
    let damaged = |fault: Fault| wrong(FaultKind::Damaged, &fault);
    let damage = engine.examined().await.map_err(damaged)?.damage;
    if !damage.is_empty() {
        return Err(wrong(FaultKind::Damaged, &damage.join("; ")));
    }
    let rows = async |sql| engine.scan(sql, params![]).await.map_err(damaged);
    migrations::missing_of(&rows(migrations::APPLIED).await?)?;
    let first = async |sql: &'static str| Ok::<_, Fault>(rows(sql).await?.into_iter().next());
    let count = async |sql| first(sql).await?.map_or(Ok(0), |row: Values| row.int(0));
    Ok(Contents {
        merchants: count("SELECT COUNT(*) FROM merchants").await?,
        orders: count("SELECT COUNT(*) FROM orders").await?,
        decisions: count("SELECT COUNT(*) FROM journal").await?,
        newest_at_ms: first("SELECT MAX(at_ms) FROM journal").await?.and_then(|row| row.maybe_int(0)),
        archived_events: count("SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) FROM archived_events")
            .await?,
        key: first("SELECT key_fingerprint FROM vault")
            .await?
            .and_then(|row| row.maybe_text(0).map(str::to_owned)),
        bytes,
    })
}
