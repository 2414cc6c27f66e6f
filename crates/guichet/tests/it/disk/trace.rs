//! What the server did to its files, call by call, as the shim recorded it.

use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

/// A record without its bytes: `struct record` of the shim.
const HEAD_BYTES: usize = 24;

/// One of the two files that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Database,
    /// The write-ahead log.
    Log,
}

/// What a call did to a file, or tried to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    Open,
    /// At that offset; the bytes are that part of the trace.
    Write {
        at: u64,
        bytes: Range<usize>,
    },
    Truncate {
        length: u64,
    },
    /// A sync has begun: it covers what was written before. Its number comes again with its end.
    SyncBegun {
        number: u64,
    },
    SyncEnded {
        number: u64,
    },
    Unlink,
    Close,
}

/// The kinds of calls that can fail, as the shim counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    WriteDatabase,
    WriteLog,
    SyncDatabase,
    SyncLog,
    Truncate,
    Open,
}

impl Kind {
    pub(crate) const ALL: [Kind; 6] =
        [Kind::WriteDatabase, Kind::WriteLog, Kind::SyncDatabase, Kind::SyncLog, Kind::Truncate, Kind::Open];
}

/// As the shim names it.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::WriteDatabase => "write-db",
            Kind::WriteLog => "write-wal",
            Kind::SyncDatabase => "sync-db",
            Kind::SyncLog => "sync-wal",
            Kind::Truncate => "truncate",
            Kind::Open => "open",
        })
    }
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) target: Target,
    pub(crate) call: Call,
    /// Whether the system, or the shim in its stead, answered with an error.
    pub(crate) failed: bool,
    /// Whether the shim made it fail or stop half-way.
    pub(crate) injected: bool,
    /// Where it ends in the trace.
    pub(crate) end: u64,
}

impl Record {
    /// As which kind the shim counted it, if as any.
    pub(crate) fn kind(&self) -> Option<Kind> {
        let of = |database, log| match self.target {
            Target::Database => Some(database),
            Target::Log => Some(log),
        };
        match self.call {
            Call::Open => Some(Kind::Open),
            Call::Write { .. } => of(Kind::WriteDatabase, Kind::WriteLog),
            Call::SyncEnded { .. } => of(Kind::SyncDatabase, Kind::SyncLog),
            Call::Truncate { .. } => Some(Kind::Truncate),
            Call::SyncBegun { .. } | Call::Unlink | Call::Close => None,
        }
    }

    /// Whether it is a call of that kind that went well.
    pub(crate) fn did(&self, kind: Kind) -> bool {
        !self.failed && self.kind() == Some(kind)
    }

    /// `length` is that of the bytes, which begin at `bytes_at` of the trace.
    fn read(head: [u8; HEAD_BYTES], bytes_at: u64) -> (Record, u64) {
        let number = |at: usize| u64::from_ne_bytes(head[at..at + 8].try_into().expect("eight bytes"));
        let (at, length) = (number(8), number(16));
        let end = bytes_at + length;
        let bytes = bytes_at as usize..end as usize;
        let call = match head[0] {
            1 => Call::Open,
            2 => Call::Write { at, bytes },
            3 => Call::Truncate { length: at },
            4 => Call::SyncBegun { number: at },
            5 => Call::SyncEnded { number: at },
            6 => Call::Unlink,
            8 => Call::Close,
            other => panic!("a call that the images do not know, {other}: a renamed file?"),
        };
        let target = if head[1] == 1 { Target::Database } else { Target::Log };
        (Record { target, call, failed: head[2] != 0, injected: head[3] != 0, end }, length)
    }
}

/// A trace that may still grow, read record by record without the bytes.
pub(crate) struct Tail {
    file: File,
    read: u64,
}

impl Tail {
    pub(crate) fn of(trace: &Path) -> Tail {
        Tail { file: File::open(trace).expect("a trace"), read: 0 }
    }

    /// The records that were added since the last call.
    pub(crate) fn more(&mut self) -> Vec<Record> {
        let length = self.file.metadata().expect("a length").len();
        let mut records = Vec::new();
        while self.read + HEAD_BYTES as u64 <= length {
            let mut head = [0; HEAD_BYTES];
            self.file.seek(SeekFrom::Start(self.read)).expect("a position in the trace");
            self.file.read_exact(&mut head).expect("a record");
            let (record, _) = Record::read(head, self.read + HEAD_BYTES as u64);
            // It is being written.
            if record.end > length {
                break;
            }
            self.read = record.end;
            records.push(record);
        }
        records
    }
}

/// A whole trace: its records, and the bytes that they point into.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) records: Vec<Record>,
    pub(crate) bytes: Vec<u8>,
}

impl Trace {
    pub(crate) fn read(path: &Path) -> Trace {
        Trace { records: Tail::of(path).more(), bytes: std::fs::read(path).expect("a trace") }
    }
}
