//! The floor on SQLite: a loop that writes so many units in a transaction, one flush for each, and the next.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::{Recorded, Writes};
use crate::figures::Figures;
use crate::stopwatch::Stopwatch;

/// How the server opens its file to write.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF; \
    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;";

/// The first number; from here on all of them have ten digits.
const FIRST: i64 = 1_000_000_000;

/// How many units are made to be settled.
const TO_SETTLE: i64 = 100_000;

/// More than can be done in any time that is asked for.
const MOST: i64 = 1_000_000_000;

/// How often the writes are done in a second, so many of them in one transaction, for that long at the most.
pub(crate) fn figures(
    recorded: &Recorded,
    unit: &str,
    file: &Path,
    batch: i64,
    seconds: u64,
) -> anyhow::Result<Figures> {
    let connection = Connection::open(file)?;
    connection.execute_batch(SETTINGS)?;
    let most = Duration::from_secs(seconds);
    let (before, writes) = recorded.of(unit);
    let made = match before {
        None => MOST,
        Some(before) => run(&connection, before, batch, TO_SETTLE, most)?,
    };
    let started = Stopwatch::start();
    let done = u64::try_from(run(&connection, writes, batch, made, most)?)?;
    Ok(Figures { per_second: done * 1_000_000 / started.micros().max(1), ..Figures::default() })
}

/// How many units were done: `limit`, or fewer when time was up.
fn run(
    connection: &Connection,
    writes: &Writes,
    batch: i64,
    limit: i64,
    most: Duration,
) -> anyhow::Result<i64> {
    let started = Stopwatch::start();
    let mut done = 0;
    while done < limit && started.elapsed() < most {
        let numbers = FIRST + done..FIRST + limit.min(done + batch);
        for statements in &writes.0 {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for number in numbers.clone() {
                for statement in statements.iter().filter(|statement| !statement.starts_with("SELECT")) {
                    write(connection, statement, number)?;
                }
            }
            connection.execute_batch("COMMIT")?;
        }
        done = numbers.end - FIRST;
    }
    Ok(done)
}

fn write(connection: &Connection, statement: &str, number: i64) -> anyhow::Result<()> {
    let mut prepared = connection.prepare_cached(statement)?;
    for (name, value) in [(":id", number), (":shard", number % 64)] {
        if let Some(index) = prepared.parameter_index(name)? {
            prepared.raw_bind_parameter(index, value)?;
        }
    }
    let touched = prepared.raw_execute()?;
    anyhow::ensure!(touched == 1, "{touched} rows were touched instead of one by: {statement}");
    Ok(())
}
