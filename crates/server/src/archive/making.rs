//! Making an archive, step by step, so that it can be killed behind each: claimed, written, read back, on record, named,
//! taken out of the tables, done.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Counter;
use super::choosing::{Choice, Left};
use super::line::{FORMAT, Header};
use super::reading::{Reading, Whole};
use super::taking::{Outcome, take_all};
use super::writing::{Writing, not_written, unfinished};
use crate::clock::rfc3339;
use crate::private_file;
use crate::random;
use crate::store::{
    ArchiveRow, ArchiveState, CommitError, Fault, FaultKind, Store, Write, begin_archive, change_archive,
    forget_archive,
};
use guichet_core::{OrderId, SHARDS};

/// How many orders are read at once.
const PAGE: i64 = 200;

/// How many orders of a file are read between two signs of life.
const READ_AT_ONCE: i64 = 5_000;

/// What is to be archived.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The folder that the file is put into.
    pub folder: PathBuf,
    /// Nothing has happened to the orders from then on (unix ms).
    pub before_ms: i64,
    /// Now (unix ms).
    pub now_ms: i64,
}

/// What an archive has come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Its file; none where nothing was to be archived.
    pub file: Option<PathBuf>,
    /// How many orders were taken out.
    pub orders: i64,
    /// How many events stand in the file.
    pub events: i64,
    /// The file's length in bytes.
    pub bytes: u64,
    /// How many orders of the file stay in the tables too, because something happened to them meanwhile.
    pub kept: i64,
    /// Whether it had been begun by a command that was killed.
    pub resumed: bool,
    /// The orders that were left where they are.
    pub left: Left,
}

/// How many orders and events would be archived, and how many left where they are.
///
/// # Errors
/// The database cannot be read.
pub async fn would_take(store: &Store, before_ms: i64, counter: &Counter) -> Result<(i64, i64, Left), Fault> {
    let mut choice = Choice::of(store, before_ms);
    let (mut orders, mut events) = (0, 0);
    counter.begin(0);
    for shard in 0..SHARDS {
        let mut pages = Pages::of(shard, before_ms);
        while let Some(page) = pages.next(&mut choice, counter).await? {
            orders += i64::try_from(page.len()).unwrap_or(0);
            events += page.iter().map(|order| order.entries - order.after).sum::<i64>();
        }
    }
    Ok((orders, events, choice.left))
}

/// Makes an archive, or finishes the one that a killed command left.
///
/// # Errors
/// Another command is at it, a file cannot be written, the database cannot be, or the file that was left is not there any
/// more. Nothing is lost then: what is not in a whole file is in the tables.
pub async fn make(store: &Store, wanted: &Wanted, counter: &Counter) -> Result<Made, Fault> {
    let mut making = Making::claim(store, wanted).await?;
    if making.row.state == ArchiveState::Writing {
        let left = making.write(wanted, counter).await?;
        if making.row.orders == 0 {
            making.commit(vec![forget_archive(&making.row)]).await?;
            return Ok(Made { left, ..making.made(None, 0, Outcome::default()) });
        }
        return making.take_out(left, counter).await;
    }
    making.take_out(Left::default(), counter).await
}

/// An archive that this command works at.
struct Making<'a> {
    store: &'a Store,
    row: ArchiveRow,
    resumed: bool,
}

impl<'a> Making<'a> {
    /// The one that was left unfinished, or a new one.
    async fn claim(store: &'a Store, wanted: &Wanted) -> Result<Self, Fault> {
        let known = store.archives().await?;
        let (now_ms, claimed_until_ms) = store.claim_until().await?;
        let owner = random::token();
        let left_behind = known.iter().find(|row| row.state != ArchiveState::Done);
        let Some(old) = left_behind else {
            let number = known.last().map_or(0, |row| row.number) + 1;
            let row = ArchiveRow {
                number,
                name: new_name(&known, wanted),
                folder: shown(&wanted.folder),
                state: ArchiveState::Writing,
                sha256: String::new(),
                orders: 0,
                events: 0,
                made_at_ms: wanted.now_ms,
                owner,
                claimed_until_ms,
            };
            let making = Making { store, row, resumed: false };
            making.commit(vec![begin_archive(&making.row)]).await?;
            return Ok(making);
        };
        // A claim that ends later than one could that begins now was made before the clock was set back.
        if (now_ms..=claimed_until_ms).contains(&old.claimed_until_ms) {
            return Err(busy());
        }
        let mut row = ArchiveRow { owner, claimed_until_ms, ..old.clone() };
        if !is_in(&old.folder, &old.name) {
            row.folder = shown(&wanted.folder);
            let is_lost = !is_in(&row.folder, &row.name) && !store.is_taken_from(old.number).await?;
            // Nothing counts on the file yet, so that it is written anew.
            if is_lost {
                row.state = ArchiveState::Writing;
            }
        }
        if row.state == ArchiveState::Writing {
            let _ = std::fs::remove_file(unfinished(&Path::new(&old.folder).join(&old.name)));
            (row.folder, row.name) = (shown(&wanted.folder), new_name(&known, wanted));
            (row.orders, row.events, row.sha256) = (0, 0, String::new());
        }
        let making = Making { store, row, resumed: true };
        making.commit(vec![change_archive(&making.row, &old.owner, old.claimed_until_ms)]).await?;
        Ok(making)
    }

    fn file(&self) -> PathBuf {
        Path::new(&self.row.folder).join(&self.row.name)
    }

    /// Writes the file, reads it back, and puts on record that it is whole.
    async fn write(&mut self, wanted: &Wanted, counter: &Counter) -> Result<Left, Fault> {
        let file = self.file();
        let written = self.fill(&file, wanted, counter).await;
        if !matches!(&written, Ok((orders, _)) if *orders > 0) {
            let _ = std::fs::remove_file(unfinished(&file));
        }
        let (orders, left) = written?;
        if orders == 0 {
            return Ok(left);
        }
        let whole = self.examine(&unfinished(&file)).await?;
        self.row.orders = whole.end.orders;
        self.row.events = whole.end.events;
        self.row.sha256 = whole.sha256;
        self.row.state = ArchiveState::Written;
        self.renew().await?;
        Ok(left)
    }

    async fn fill(&mut self, file: &Path, wanted: &Wanted, counter: &Counter) -> Result<(i64, Left), Fault> {
        let header = Header {
            format: FORMAT,
            number: self.row.number,
            made_at: rfc3339(wanted.now_ms),
            older_than: rfc3339(wanted.before_ms),
        };
        let mut writing = Writing::begin(file, &header)?;
        let mut choice = Choice::of(self.store, wanted.before_ms);
        counter.begin(0);
        for shard in 0..SHARDS {
            let mut pages = Pages::of(shard, wanted.before_ms);
            while let Some(page) = pages.next(&mut choice, counter).await? {
                for order in page {
                    writing.order(order)?;
                }
                self.renew().await?;
            }
        }
        let orders = writing.orders();
        writing.finish()?;
        Ok((orders, choice.left))
    }

    /// Gives the file its name, takes what is in it out of the tables, and is done.
    async fn take_out(mut self, left: Left, counter: &Counter) -> Result<Made, Fault> {
        let file = self.publish().await?;
        let bytes = std::fs::metadata(&file).map_err(|error| not_written(&file, &error))?.len();
        counter.begin(self.row.orders);
        let (store, number) = (self.store, self.row.number);
        let outcome = take_all(store, &file, number, counter, async || self.renew().await).await?;
        self.row.state = ArchiveState::Done;
        self.renew().await?;
        Ok(Made { left, ..self.made(Some(file), bytes, outcome) })
    }

    /// The file under its name: it may have it already, or lie there under the name that does not count.
    async fn publish(&mut self) -> Result<PathBuf, Fault> {
        let (file, part) = (self.file(), unfinished(&self.file()));
        if !file.exists() && part.exists() {
            private_file::publish(&part, &file).map_err(|error| not_written(&file, &error))?;
        }
        if !file.exists() {
            return Err(Fault::of(
                FaultKind::Refused,
                format!(
                    "the archive {} was written and not wholly taken out of the database, and it is not in {}; name the \
                     folder that it is in",
                    self.row.name, self.row.folder
                ),
            ));
        }
        let _ = std::fs::remove_file(&part);
        let whole = self.examine(&file).await?;
        if whole.sha256 != self.row.sha256 {
            return Err(Fault::of(
                FaultKind::Damaged,
                format!(
                    "{} is not the file that was written: its SHA-256 is {}, and that one's was {}",
                    file.display(),
                    whole.sha256,
                    self.row.sha256
                ),
            ));
        }
        Ok(file)
    }

    /// Reads the file whole, while the claim is kept.
    async fn examine(&mut self, file: &Path) -> Result<Whole, Fault> {
        let (mut reading, mut read) = (Reading::open(file)?, 0);
        while reading.next_order()?.is_some() {
            read += 1;
            if read % READ_AT_ONCE == 0 {
                self.renew().await?;
            }
        }
        reading.finish()
    }

    /// Says that this command is alive, and puts on record how far it is.
    async fn renew(&mut self) -> Result<(), Fault> {
        let (_, until_ms) = self.store.claim_until().await?;
        let before_ms = std::mem::replace(&mut self.row.claimed_until_ms, until_ms);
        let write = change_archive(&self.row, &self.row.owner, before_ms);
        self.commit(vec![write]).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<(), Fault> {
        match self.store.commit(writes).await {
            Err(CommitError::Conflict(_)) => Err(busy()),
            other => other.map_err(CommitError::into_fault),
        }
    }

    fn made(&self, file: Option<PathBuf>, bytes: u64, outcome: Outcome) -> Made {
        Made {
            file,
            orders: outcome.taken,
            events: self.row.events,
            bytes,
            kept: outcome.kept,
            resumed: self.resumed,
            left: Left::default(),
        }
    }
}

fn busy() -> Fault {
    Fault::of(
        FaultKind::Unreachable,
        "another command is archiving, or was killed a moment ago; try again when it is done, or in half a minute",
    )
}

/// Whether the file is in that folder, under its name or the one that does not count yet.
fn is_in(folder: &str, name: &str) -> bool {
    let file = Path::new(folder).join(name);
    file.exists() || unfinished(&file).exists()
}

fn shown(folder: &Path) -> String {
    folder.display().to_string()
}

/// A name that no archive has: of the month, and from the second of a month on with its number.
fn new_name(known: &[ArchiveRow], wanted: &Wanted) -> String {
    let month = rfc3339(wanted.now_ms)[..7].to_owned();
    let names = std::iter::once(format!("guichet-archive-{month}.jsonl.gz"))
        .chain((2..).map(|count| format!("guichet-archive-{month}-{count}.jsonl.gz")));
    let is_free = |name: &String| {
        !known.iter().any(|row| row.state != ArchiveState::Writing && row.name == *name)
            && !wanted.folder.join(name).exists()
    };
    names.into_iter().find(is_free).unwrap_or_default()
}

/// The pages of a shard.
struct Pages {
    shard: i64,
    after: String,
    before: OrderId,
}

impl Pages {
    /// Of the orders that were made before that moment (unix ms).
    fn of(shard: i64, before_ms: i64) -> Self {
        Pages { shard, after: String::new(), before: OrderId::new(before_ms, [0; 10]) }
    }

    /// What is moved of the next page's orders; none behind the last page.
    async fn next(
        &mut self,
        choice: &mut Choice<'_>,
        counter: &Counter,
    ) -> Result<Option<Vec<super::OldOrder>>, Fault> {
        let orders = choice.store().with_journals(self.shard, &self.after, self.before, PAGE).await?;
        let (Some(first), Some(last)) = (orders.first(), orders.last()) else { return Ok(None) };
        self.after = last.to_string();
        let mut belongings = choice.store().belongings(*first, *last).await?;
        let mut moved = Vec::new();
        for order in &orders {
            let theirs = belongings.remove(order).unwrap_or_default();
            moved.extend(choice.take(*order, theirs).await?);
            counter.add();
        }
        Ok(Some(moved))
    }
}
