//! The file of an archive while it is written: under a name that does not count yet, for its owner alone.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::UNFINISHED;
use super::line::{End, Header, Line, OldOrder};
use crate::private_file;
use crate::store::{Fault, FaultKind};

/// The name of an archive's file while it is written.
pub(super) fn unfinished(name: &Path) -> PathBuf {
    let mut unfinished = name.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    unfinished.into()
}

/// An archive that is being written.
pub(super) struct Writing {
    path: PathBuf,
    out: GzEncoder<BufWriter<File>>,
    digest: Sha256,
    orders: i64,
    events: i64,
    line: Vec<u8>,
}

impl Writing {
    /// A new file in the stead of whatever was left of an earlier try.
    pub(super) fn begin(name: &Path, header: &Header) -> Result<Self, Fault> {
        let path = unfinished(name);
        let file = private_file::replace(&path).map_err(|error| not_written(&path, &error))?;
        let out = GzEncoder::new(BufWriter::new(file), Compression::default());
        let mut writing =
            Writing { path, out, digest: Sha256::new(), orders: 0, events: 0, line: Vec::new() };
        writing.write(&Line::Archive(header.clone()))?;
        Ok(writing)
    }

    /// One more order.
    pub(super) fn order(&mut self, order: OldOrder) -> Result<(), Fault> {
        self.orders += 1;
        self.events += order.entries - order.after;
        self.write(&Line::Order(Box::new(order)))
    }

    /// How many orders there are.
    pub(super) fn orders(&self) -> i64 {
        self.orders
    }

    /// Ends the file, and has it on disk.
    pub(super) fn finish(mut self) -> Result<End, Fault> {
        let sha256 = data_encoding::HEXLOWER.encode(&self.digest.clone().finalize());
        let end = End { orders: self.orders, events: self.events, sha256 };
        self.write(&Line::End(end.clone()))?;
        let failed = |error: io::Error| not_written(&self.path, &error);
        let out = self.out.finish().map_err(failed)?;
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        Ok(end)
    }

    fn write(&mut self, line: &Line) -> Result<(), Fault> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, line)
            .map_err(|error| Fault::new(format!("a line of the archive: {error}")))?;
        self.line.push(b'\n');
        self.digest.update(&self.line);
        self.out.write_all(&self.line).map_err(|error| not_written(&self.path, &error))
    }
}

pub(super) fn not_written(path: &Path, error: &io::Error) -> Fault {
    Fault::of(FaultKind::Unreachable, format!("{} cannot be written: {error}", path.display()))
}
