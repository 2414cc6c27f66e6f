//! Moving a whole database to another one, whichever engines the two are on: table by table and page by page, in bounded
//! memory, noted in the target with the rows themselves, and compared at the end.

mod comparing;
mod note;
mod tables;

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use self::comparing::compare;
use self::note::{Note, forget, forget_identity};
use self::tables::{PAGE, TABLES, Table};
use super::engine::value::{Values, params};
use super::engine::{CommitError, Fault, FaultKind, Write};
use super::tables::{CopyMark, mark_as_copy};
use super::{Opening, Store};
use crate::random;

/// How far a move has come, for whoever shows it beside.
#[derive(Debug, Default)]
pub struct Rows {
    done: AtomicU64,
    total: AtomicU64,
}

impl Rows {
    /// How many rows are done, and of how many.
    pub fn read(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    fn begin(&self, done: i64, total: i64) {
        self.done.store(done.unsigned_abs(), Ordering::Relaxed);
        self.total.store(total.unsigned_abs(), Ordering::Relaxed);
    }

    fn add(&self, rows: usize) {
        self.done.fetch_add(rows as u64, Ordering::Relaxed);
    }
}

/// What is to be moved.
#[derive(Debug)]
pub struct Move<'a> {
    /// The URL of the source.
    pub from: &'a str,
    /// The URL of the target.
    pub to: &'a str,
    /// Whether a target that a move was begun to is emptied first.
    pub begin_anew: bool,
    /// Now (unix ms).
    pub now_ms: i64,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// How many tables.
    pub tables: usize,
    /// How many rows.
    pub rows: i64,
    /// How many of them were there already, from a command that was killed.
    pub resumed_at: i64,
    /// A hash over all tables, the same on both sides.
    pub sha256: String,
    /// The fingerprint of the vault key that its secrets open with; none where nothing is sealed.
    pub key: Option<String>,
}

/// Moves a database, or goes on with the move that a killed command left, and marks the source as a copy once all of it was
/// compared.
///
/// # Errors
/// A server works one of the two, the target is in use or half filled from elsewhere, one of them fails, or in the end the
/// two differ. The source is as it was then.
pub async fn move_database(asked: &Move<'_>, rows: &Rows) -> Result<Moved, Fault> {
    let source = Store::open(asked.from, Opening::AsItIs).await?;
    let moved = async {
        let target = Store::open(asked.to, Opening::ToBeFilled).await?;
        let moved = fill(asked, &source, &target, rows).await;
        let closed = target.close().await;
        moved.and_then(|moved| closed.map(|()| moved))
    };
    let moved = moved.await;
    let closed = source.close().await;
    moved.and_then(|moved| closed.map(|()| moved))
}

async fn fill(asked: &Move<'_>, source: &Store, target: &Store, rows: &Rows) -> Result<Moved, Fault> {
    let total = count(source).await?;
    let (note, resumed_at) = prepare(asked, source, target).await?;
    rows.begin(note.rows, total);
    let mut note = note;
    let from = TABLES.iter().position(|table| table.name == note.table).unwrap_or(0);
    for table in &TABLES[from..] {
        move_table(table, source, target, &mut note, rows).await?;
    }
    rows.begin(0, total);
    let sha256 = compare(source, target, rows).await?;
    is_at_rest(source, "the source").await?;
    let done = Note { is_done: true, ..note.clone() };
    commit(target, vec![done.advance(&note), forget_identity()]).await?;
    mark_as_left(asked, source).await?;
    let key = target.vault_root().await?.map(|root| root.fingerprint);
    Ok(Moved { tables: TABLES.len(), rows: done.rows, resumed_at, sha256, key })
}

/// The note in the target, and how many rows were there already: of a move that goes on, or of one that is begun.
async fn prepare(asked: &Move<'_>, source: &Store, target: &Store) -> Result<(Note, i64), Fault> {
    is_at_rest(source, "the source").await?;
    is_at_rest(target, "the target").await?;
    let first = TABLES.first().map_or(String::new(), |table| table.name.clone());
    let begun = Note {
        source: fingerprint(source).await?,
        table: first,
        behind: String::new(),
        rows: 0,
        is_done: false,
    };
    match target.move_note().await? {
        Some(note) if !note.is_done && asked.begin_anew => {
            empty(target).await?;
            commit(target, vec![forget()]).await?;
        }
        Some(note) if note.is_done => {
            // The command may have been killed between its last two steps.
            if note.source == begun.source && source.copy_mark().await?.is_none() {
                mark_as_left(asked, source).await?;
            }
            return Err(refused(
                "the target was filled by a move that is done; there is nothing more to move",
            ));
        }
        Some(note) if note.source == begun.source => return Ok((note.clone(), note.rows)),
        Some(_) => {
            return Err(refused(
                "the target is half filled from another database; use another target, or begin it anew with --begin-anew",
            ));
        }
        None => {}
    }
    is_unused(target).await?;
    // A new database has a few rows of its own, which the source has too.
    let mut writes: Vec<Write> = seeded().map(|table| Write::new(&table.empty, params![])).collect();
    writes.push(begun.begin());
    commit(target, writes).await?;
    Ok((begun, 0))
}

/// Marks the source as a copy: a server that is started on it by mistake sends nothing and opens nothing.
async fn mark_as_left(asked: &Move<'_>, source: &Store) -> Result<(), Fault> {
    let made_from = "this database, which was moved to another one".to_owned();
    commit(source, vec![mark_as_copy(&CopyMark { made_at_ms: asked.now_ms, made_from })]).await
}

/// Moves a table from where the note stands, page by page; while one is written, the next is read.
async fn move_table(
    table: &'static Table,
    source: &Store,
    target: &Store,
    note: &mut Note,
    rows: &Rows,
) -> Result<(), Fault> {
    let behind = if note.table == table.name { note.behind.clone() } else { String::new() };
    let mut page = read(table, source, &behind).await?;
    while let Some(last) = page.last() {
        let behind = last.pick(&table.key).to_json();
        let moved = i64::try_from(page.len()).unwrap_or(0);
        let next = Note {
            table: table.name.clone(),
            behind: behind.clone(),
            rows: note.rows + moved,
            ..note.clone()
        };
        let count = page.len();
        let mut writes = inserts(table, page);
        writes.push(next.advance(note));
        let (written, following) = tokio::join!(commit(target, writes), read(table, source, &behind));
        written?;
        page = following?;
        *note = next;
        rows.add(count);
    }
    Ok(())
}

async fn read(table: &'static Table, store: &Store, behind: &str) -> Result<Vec<Values>, Fault> {
    if behind.is_empty() {
        return store.scan(&table.first, params![PAGE]).await;
    }
    let mut key = Values::from_json(behind)?;
    key.add(PAGE);
    store.scan(&table.next, key).await
}

/// The statements that write these rows: as many rows in each as it takes, and the rest one by one.
fn inserts(table: &'static Table, page: Vec<Values>) -> Vec<Write> {
    let mut writes = Vec::with_capacity(page.len() / table.many + table.many);
    let mut chunks = page.chunks_exact(table.many);
    for chunk in &mut chunks {
        writes.push(Write::new(&table.insert_many, Values::joined(chunk)));
    }
    writes.extend(chunks.remainder().iter().map(|row| Write::new(&table.insert, row.clone())));
    writes
}

/// How many rows there are, in tables that have the columns that are moved and no others.
async fn count(store: &Store) -> Result<i64, Fault> {
    let mut total = 0;
    for table in TABLES.iter() {
        let row = store.scan(&table.whole, params![]).await?;
        if row.first().is_some_and(|row| row.len() != table.names.len()) {
            return Err(Fault::new(format!("the table {} has columns that nobody knows", table.name)));
        }
        total += rows_of(table, store).await?;
    }
    Ok(total)
}

async fn rows_of(table: &'static Table, store: &Store) -> Result<i64, Fault> {
    store.scan(&table.count, params![]).await?.first().map_or(Ok(0), |row| row.int(0))
}

/// The tables in which a new database has rows.
fn seeded() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(|table| matches!(&*table.name, "revisions" | "shard_leases"))
}

/// Refuses a target that somebody has used.
async fn is_unused(target: &Store) -> Result<(), Fault> {
    for table in TABLES.iter() {
        let seeded = seeded().any(|seeded| seeded.name == table.name);
        if !seeded && rows_of(table, target).await? > 0 {
            let why =
                format!("the target is in use: its table {} has rows; name an empty database", table.name);
            return Err(refused(&why));
        }
    }
    Ok(())
}

/// Removes what a move that was begun has brought, each table before those that its rows refer to.
async fn empty(target: &Store) -> Result<(), Fault> {
    for table in TABLES.iter().rev() {
        commit(target, vec![Write::new(&table.empty, params![])]).await?;
    }
    Ok(())
}

/// Refuses a database that a server works.
async fn is_at_rest(store: &Store, which: &str) -> Result<(), Fault> {
    match store.worked_until().await? {
        None => Ok(()),
        Some(_) => Err(refused(&format!(
            "a server works {which}; end it, and every other node of it, and try again when its leases have lapsed, a few \
             seconds later"
        ))),
    }
}

/// What a database is known by: its first merchants and how its numbers and its vault stand. A move that goes on must
/// come from the same.
async fn fingerprint(source: &Store) -> Result<String, Fault> {
    const SQL: &str = "SELECT id, created_at_ms FROM merchants ORDER BY id LIMIT 100";
    let root = source.vault_root().await?;
    let mut known = root.map(|root| root.sealed.into_bytes()).unwrap_or_default();
    for row in source.scan(SQL, params![]).await? {
        row.canonical(&mut known);
    }
    Ok(random::fingerprint(&known))
}

async fn commit(store: &Store, writes: Vec<Write>) -> Result<(), Fault> {
    match store.commit(writes).await {
        Err(CommitError::Conflict(_)) => Err(refused("another command fills this target")),
        other => other.map_err(CommitError::into_fault),
    }
}

fn refused(why: &str) -> Fault {
    Fault::of(FaultKind::Refused, why)
}
