//! What a disk may hold when the machine crashes: what was synced for certain, and of what was written since then
//! whatever it happened to write.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use super::trace::{Call, Record, Target, Trace};
use crate::support::dice::Dice;

/// The piece of a file that the system writes on its own: a page of its cache.
const CACHE_PAGE: u64 = 4096;

/// The database's file and its log, byte by byte.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) database: Vec<u8>,
    pub(crate) log: Vec<u8>,
}

/// The name of the database in a directory, and of its log.
pub(crate) const NAMES: [&str; 2] = ["guichet.db", "guichet.db-wal"];

impl Image {
    /// What is in a directory; a file that is not there is empty.
    pub(crate) fn read(directory: &Path) -> Image {
        let [database, log] = NAMES.map(|name| std::fs::read(directory.join(name)).unwrap_or_default());
        Image { database, log }
    }

    /// Puts it into a directory, in place of the database that is there. Its files are overwritten and not made
    /// anew, so that the system need not find memory for a thousand images.
    pub(crate) fn write(&self, directory: &Path) {
        let _ = std::fs::remove_file(directory.join("guichet.db-shm"));
        for (name, bytes) in NAMES.iter().zip([&self.database, &self.log]) {
            let open = File::options().write(true).create(true).truncate(false).open(directory.join(name));
            let mut file = open.expect("a file of the image");
            file.write_all(bytes).expect("the bytes of a file");
            file.set_len(bytes.len() as u64).expect("the length of a file");
        }
    }
}

/// What a crash does to what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Nothing is lost.
    Nothing,
    /// All of it is lost.
    Everything,
    /// Any piece may be kept, whatever becomes of those before it.
    Some,
    /// All is kept but for the last write, which ends where one of its sectors of that many bytes does.
    Torn(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Written,
    Synced,
    /// A sync of it failed. The system may have forgotten that it was ever to be written, so no later sync helps.
    Doubtful,
}

/// A change of a file that is not a part of its synced bytes yet.
#[derive(Debug)]
struct Change {
    /// The index of its record in the trace.
    index: usize,
    call: Call,
    state: State,
}

#[derive(Debug, Default)]
struct FileState {
    synced: Vec<u8>,
    since: VecDeque<Change>,
}

/// The disk at one moment of a trace.
#[derive(Debug)]
pub(crate) struct Disk<'a> {
    trace: &'a Trace,
    /// How many records it has seen.
    index: usize,
    database: FileState,
    log: FileState,
    /// Where syncs that have begun stand in the trace, by their number.
    begun: HashMap<u64, usize>,
    /// A file whose syncs do nothing though they report success.
    ignores_syncs_of: Option<Target>,
}

impl<'a> Disk<'a> {
    /// A disk that holds the image, before the first record.
    pub(crate) fn new(image: &Image, trace: &'a Trace) -> Disk<'a> {
        let file = |bytes: &Vec<u8>| FileState { synced: bytes.clone(), since: VecDeque::new() };
        let (database, log) = (file(&image.database), file(&image.log));
        Disk { trace, index: 0, database, log, begun: HashMap::new(), ignores_syncs_of: None }
    }

    /// The same disk, but that it reports syncs of that file as done and does nothing.
    pub(crate) fn ignoring_syncs_of(self, target: Target) -> Disk<'a> {
        Disk { ignores_syncs_of: Some(target), ..self }
    }

    /// Goes on until it has seen so many records.
    pub(crate) fn go_to(&mut self, index: usize) {
        let trace = self.trace;
        for record in &trace.records[self.index..index] {
            self.see(record);
            self.index += 1;
        }
    }

    /// Whether a crash could lose anything now.
    pub(crate) fn has_unsynced(&self) -> bool {
        let unsynced = |file: &FileState| file.since.iter().any(|change| change.state != State::Synced);
        unsynced(&self.database) || unsynced(&self.log)
    }

    fn see(&mut self, record: &Record) {
        let ignored = self.ignores_syncs_of == Some(record.target);
        let file = match record.target {
            Target::Database => &mut self.database,
            Target::Log => &mut self.log,
        };
        match &record.call {
            Call::SyncBegun { number } => {
                self.begun.insert(*number, self.index);
            }
            Call::SyncEnded { number } => {
                let begun = self.begun.remove(number).expect("a sync that had begun");
                if !ignored {
                    file.sync(begun, if record.failed { State::Doubtful } else { State::Synced });
                }
            }
            Call::Write { .. } | Call::Truncate { .. } | Call::Unlink if !record.failed => {
                let change = Change { index: self.index, call: record.call.clone(), state: State::Written };
                file.since.push_back(change);
            }
            Call::Write { .. } | Call::Truncate { .. } | Call::Unlink | Call::Open | Call::Close => {}
        }
        file.settle(&self.trace.bytes);
    }

    /// Makes the image into what the disk may hold after a crash at this moment. Its memory is used again.
    pub(crate) fn crash(&self, loss: Loss, dice: &mut Dice, image: &mut Image) {
        let last = |file: &FileState| {
            let lost = file.since.iter().filter(|change| change.state != State::Synced);
            lost.filter(|change| matches!(change.call, Call::Write { .. })).map(|change| change.index).max()
        };
        let torn = last(&self.database).max(last(&self.log));
        // From nearly all lost to nearly all kept.
        let kept_percent = 5 + dice.below(91);
        let mut survive = |state: &FileState, file: &mut Vec<u8>| {
            file.clone_from(&state.synced);
            for change in &state.since {
                let bytes = &self.trace.bytes;
                match loss {
                    Loss::Nothing => apply(file, &change.call, bytes),
                    _ if change.state == State::Synced => apply(file, &change.call, bytes),
                    Loss::Everything => {}
                    Loss::Some => apply_some(file, &change.call, bytes, kept_percent, dice),
                    Loss::Torn(sector) if Some(change.index) == torn => {
                        apply_torn(file, &change.call, bytes, sector, dice);
                    }
                    Loss::Torn(_) => apply(file, &change.call, bytes),
                }
            }
        };
        survive(&self.database, &mut image.database);
        survive(&self.log, &mut image.log);
    }
}

impl FileState {
    /// A sync that began at that record has come to its end.
    fn sync(&mut self, begun: usize, state: State) {
        let covered = self.since.iter_mut().take_while(|change| change.index < begun);
        covered.filter(|change| change.state == State::Written).for_each(|change| change.state = state);
    }

    /// What is synced, and follows nothing that is not, becomes a part of the synced bytes.
    fn settle(&mut self, bytes: &[u8]) {
        while self.since.front().is_some_and(|change| change.state == State::Synced) {
            let change = self.since.pop_front().expect("the front");
            apply(&mut self.synced, &change.call, bytes);
        }
    }
}

fn apply(file: &mut Vec<u8>, call: &Call, bytes: &[u8]) {
    match call {
        Call::Write { at, bytes: range } => put(file, *at, &bytes[range.clone()]),
        Call::Truncate { length } => file.resize(*length as usize, 0),
        // The same to SQLite as a log that is not there.
        Call::Unlink => file.clear(),
        Call::Open | Call::SyncBegun { .. } | Call::SyncEnded { .. } | Call::Close => {}
    }
}

fn apply_some(file: &mut Vec<u8>, call: &Call, bytes: &[u8], percent: u64, dice: &mut Dice) {
    let Call::Write { at, bytes: range } = call else {
        if dice.percent(percent) {
            apply(file, call, bytes);
        }
        return;
    };
    let (mut at, mut rest) = (*at, &bytes[range.clone()]);
    while !rest.is_empty() {
        let left = CACHE_PAGE - at % CACHE_PAGE;
        let (piece, after) = rest.split_at(rest.len().min(left as usize));
        if dice.percent(percent) {
            put(file, at, piece);
        }
        (at, rest) = (at + piece.len() as u64, after);
    }
}

fn apply_torn(file: &mut Vec<u8>, call: &Call, bytes: &[u8], sector: u64, dice: &mut Dice) {
    let Call::Write { at, bytes: range } = call else { return };
    let first = (at / sector + 1) * sector - at;
    let ends: Vec<u64> = (first..range.len() as u64).step_by(sector as usize).collect();
    let end = if ends.is_empty() { 0 } else { ends[dice.below(ends.len() as u64) as usize] };
    put(file, *at, &bytes[range.start..range.start + end as usize]);
}

fn put(file: &mut Vec<u8>, at: u64, bytes: &[u8]) {
    let (begin, end) = (at as usize, at as usize + bytes.len());
    if file.len() < end {
        file.resize(end, 0);
    }
    file[begin..end].copy_from_slice(bytes);
}
