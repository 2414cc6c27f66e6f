//! The schema, step by step: numbered SQL, embedded, with a checksum so that a step that was
//! applied is never edited afterwards.

use super::sqlite::SqliteWriter;
use super::value::{Fault, params};
use crate::random;

struct Migration {
    number: i64,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] =
    &[Migration { number: 1, name: "first", sql: include_str!("migrations/0001_first.sql") }];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migrations (
    number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";

/// Applies what is missing; refuses a database that a newer or an altered program has written.
pub(super) fn apply(writer: &mut SqliteWriter) -> Result<(), Fault> {
    writer.batch(LEDGER)?;
    writer.batch("BEGIN IMMEDIATE")?;
    let outcome = apply_missing(writer);
    writer.batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    outcome
}

fn apply_missing(writer: &mut SqliteWriter) -> Result<(), Fault> {
    let applied = writer.select("SELECT number, checksum FROM migrations ORDER BY number", &params![])?;
    for row in &applied {
        let number = row.int(0)?;
        let known = MIGRATIONS.iter().find(|migration| migration.number == number).ok_or_else(|| {
            Fault(format!(
                "the database has migration {number}, which this version does not know: use the newer program"
            ))
        })?;
        if random::fingerprint(known.sql.as_bytes()) != row.text(1)? {
            return Err(Fault(format!(
                "migration {number} was applied in another wording; the program and the database do not fit"
            )));
        }
    }
    for migration in &MIGRATIONS[applied.len()..] {
        writer.batch(&migration.sql.replace("/* narrow */", "WITHOUT ROWID"))?;
        let checksum = random::fingerprint(migration.sql.as_bytes());
        writer.select(
            "INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3) RETURNING number",
            &params![migration.number, migration.name, checksum],
        )?;
        tracing::info!(number = migration.number, name = migration.name, "migration applied");
    }
    Ok(())
}
