//! The schema, step by step: numbered SQL, embedded, with a checksum so that a step that was
//! applied is never edited afterwards.

use super::engine::value::{Values, params};
use super::engine::{Fault, FaultKind, Schema};
use crate::random;

pub(super) struct Migration {
    number: i64,
    name: &'static str,
    sql: &'static str,
    /// Whether programs that do not know it can go on beside it: it only adds what they need not write.
    additive: bool,
}

const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "first",
    sql: include_str!("migrations/0001_first.sql"),
    additive: false,
}];

const LEDGER: &str =
    "CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL,
    checksum TEXT NOT NULL, additive BIGINT NOT NULL CHECK (additive IN (0, 1)))";

/// The texts of all steps, in their order.
pub(super) fn texts() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|migration| migration.sql)
}

/// Applies what is missing at that time of the database's clock (unix ms); refuses a database that a newer or an altered
/// program has written, and a step that nodes at work cannot live with.
pub(super) async fn apply(schema: &mut Schema, now_ms: i64) -> Result<(), Fault> {
    apply_of(MIGRATIONS, schema, now_ms).await
}

async fn apply_of(known: &'static [Migration], schema: &mut Schema, now_ms: i64) -> Result<(), Fault> {
    schema.begin().await?;
    let outcome = apply_missing(known, schema, now_ms).await;
    schema.run(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    outcome
}

async fn apply_missing(known: &'static [Migration], schema: &mut Schema, now_ms: i64) -> Result<(), Fault> {
    schema.run(LEDGER).await?;
    let applied = schema.select(APPLIED, params![]).await?;
    for migration in missing_in(known, &applied)? {
        if !migration.additive && !applied.is_empty() {
            no_older_node_lives(schema, migration, now_ms).await?;
        }
        schema.run(&schema.dialect(migration.sql)).await?;
        let checksum = random::fingerprint(migration.sql.as_bytes());
        let row = params![migration.number, migration.name, checksum, i64::from(migration.additive)];
        let insert = "INSERT INTO migrations (number, name, checksum, additive) VALUES ($1, $2, $3, $4) RETURNING number";
        schema.select(insert, row).await?;
        tracing::info!(number = migration.number, name = migration.name, "migration applied");
    }
    Ok(())
}

/// Refuses a step under nodes at work that cannot live with it.
async fn no_older_node_lives(schema: &mut Schema, migration: &Migration, now_ms: i64) -> Result<(), Fault> {
    let sql = "SELECT name, version FROM nodes WHERE knows_schema < $1 AND expires_at_ms > $2 ORDER BY name";
    let older = schema.select(sql, params![migration.number, now_ms]).await?;
    let Some(node) = older.first() else { return Ok(()) };
    let (number, name, version) = (migration.number, node.text(0)?, node.text(1)?);
    Err(Fault::of(
        FaultKind::Refused,
        format!(
            "{} of an older version run on this database, such as {name} of version {version}, and they cannot go on after \
             migration {number}: stop them first, then start this one again",
            older.len()
        ),
    ))
}

/// The steps that the database still needs.
async fn missing(schema: &mut Schema) -> Result<&'static [Migration], Fault> {
    missing_of(&schema.select(APPLIED, params![]).await?)
}

/// Asks which steps were applied.
pub(super) const APPLIED: &str = "SELECT number, checksum, additive FROM migrations ORDER BY number";

/// The steps that a database still needs to which these were applied.
pub(super) fn missing_of(applied: &[Values]) -> Result<&'static [Migration], Fault> {
    missing_in(MIGRATIONS, applied)
}

fn missing_in(known: &'static [Migration], applied: &[Values]) -> Result<&'static [Migration], Fault> {
    let mut steps = 0;
    for row in applied {
        let number = row.int(0)?;
        let step = known.iter().find(|migration| migration.number == number);
        // A newer program runs on it too, and has added what this one need not know.
        if step.is_none() && row.int(2)? == 1 {
            continue;
        }
        steps += 1;
        let step = step.ok_or_else(|| {
            Fault::of(
                FaultKind::Refused,
                format!(
                    "the database has migration {number}, which this version does not know: use the newer program, or \
                     restore the backup that was made before the upgrade"
                ),
            )
        })?;
        if random::fingerprint(step.sql.as_bytes()) != row.text(1)? {
            return Err(Fault::new(format!(
                "migration {number} was applied in another wording; the program and the database do not fit"
            )));
        }
    }
    Ok(&known[steps..])
}

/// The newest step that this program knows.
pub fn knows_schema() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

/// Refuses a database whose schema is not that of this program.
pub(super) async fn verify(schema: &mut Schema) -> Result<(), Fault> {
    match missing(schema).await?.first() {
        None => Ok(()),
        Some(migration) => Err(Fault::new(format!(
            "the database lacks migration {} ({}); make a backup, then bring it up to date with `guichet migrate`",
            migration.number, migration.name
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine::Engine;
    use super::*;

    const ONE: Migration = Migration {
        number: 1,
        name: "one",
        sql: "CREATE TABLE nodes (name TEXT, version TEXT, knows_schema BIGINT, expires_at_ms BIGINT);",
        additive: false,
    };
    const ADDS: Migration =
        Migration { number: 2, name: "adds", sql: "CREATE TABLE two (id TEXT);", additive: true };
    const CHANGES: Migration =
        Migration { number: 3, name: "changes", sql: "DROP TABLE two;", additive: false };

    const OLD: &[Migration] = &[ONE];
    const NEW: &[Migration] = &[ONE, ADDS];
    const NEWER: &[Migration] = &[ONE, ADDS, CHANGES];

    #[tokio::test]
    async fn a_step_that_older_nodes_cannot_live_with_waits_for_their_end() {
        let path = std::env::temp_dir().join(format!("guichet-steps-{}.db", std::process::id()));
        let engine = Engine::of(path.to_str().expect("UTF-8")).expect("an engine");
        let schema = &mut engine.schema().await.expect("opened");
        apply_of(OLD, schema, 1_000).await.expect("made");
        schema.run("INSERT INTO nodes VALUES ('till:8080', '0.9.0', 1, 5000)").await.expect("a node");
        apply_of(NEW, schema, 1_000).await.expect("the older one can live with that");
        apply_of(OLD, schema, 1_000).await.expect("and be started again");
        let refused = apply_of(NEWER, schema, 4_999).await.expect_err("the older one lives").to_string();
        assert!(
            refused.contains("such as till:8080 of version 0.9.0") && refused.contains("migration 3"),
            "{refused}"
        );
        apply_of(NEW, schema, 4_999).await.expect("nothing of it was done");
        apply_of(NEWER, schema, 5_000).await.expect("the older one is gone");
        let refused = apply_of(NEW, schema, 5_000).await.expect_err("too new").to_string();
        assert!(
            refused.contains("the database has migration 3, which this version does not know"),
            "{refused}"
        );
        apply_of(NEWER, schema, 5_000).await.expect("nothing is missing");
        std::fs::remove_file(path).expect("removed");
    }
}
