//! The schema, step by step: numbered SQL, embedded, with a checksum so that a step that was
//! applied is never edited afterwards.

use super::engine::value::params;
use super::engine::{Fault, Schema};
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
pub(super) async fn apply(schema: &mut Schema) -> Result<(), Fault> {
    schema.run(LEDGER).await?;
    schema.run("BEGIN IMMEDIATE").await?;
    let outcome = apply_missing(schema).await;
    schema.run(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    outcome
}

async fn apply_missing(schema: &mut Schema) -> Result<(), Fault> {
    for migration in missing(schema).await? {
        schema.run(&schema.dialect(migration.sql)).await?;
        let checksum = random::fingerprint(migration.sql.as_bytes());
        let row = params![migration.number, migration.name, checksum];
        let insert = "INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3) RETURNING number";
        schema.select(insert, row).await?;
        tracing::info!(number = migration.number, name = migration.name, "migration applied");
    }
    Ok(())
}

/// The steps that the database still needs.
async fn missing(schema: &mut Schema) -> Result<&'static [Migration], Fault> {
    let applied = "SELECT number, checksum FROM migrations ORDER BY number";
    let applied = schema.select(applied, params![]).await?;
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
    Ok(&MIGRATIONS[applied.len()..])
}

/// Refuses a database whose schema is not that of this program.
pub(super) async fn verify(schema: &mut Schema) -> Result<(), Fault> {
    match missing(schema).await?.first() {
        None => Ok(()),
        Some(migration) => Err(Fault(format!(
            "the database lacks migration {} ({}); make a backup, then bring it up to date with `guichet migrate`",
            migration.number, migration.name
        ))),
    }
}
