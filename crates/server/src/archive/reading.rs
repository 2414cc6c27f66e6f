//! An archive read back, one order after the other: its compression, its lines, its end and every order's chain are held
//! against each other on the way.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use guichet_core::OrderId;
use sha2::{Digest as _, Sha256};

use super::line::{End, FORMAT, Header, Line, OldOrder};
use crate::store::{Fault, FaultKind, Store};

/// The longest line that is read, in bytes: no order's is nearly as long.
const LONGEST_LINE: u64 = 64 << 20;

/// A file that is read, hashed on the way.
struct Hashed {
    file: File,
    digest: Sha256,
    bytes: u64,
}

impl std::io::Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(into)?;
        self.digest.update(&into[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// An archive that is being read.
pub struct Reading {
    path: PathBuf,
    lines: BufReader<GzDecoder<BufReader<Hashed>>>,
    header: Header,
    line: Vec<u8>,
    digest: Sha256,
    orders: i64,
    events: i64,
    end: Option<End>,
}

/// What a whole archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// Its first line.
    pub header: Header,
    /// Its last line.
    pub end: End,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The file's length in bytes.
    pub bytes: u64,
}

impl Reading {
    /// Opens the file and reads its first line.
    ///
    /// # Errors
    /// There is none, or it is no archive.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let file = File::open(path).map_err(|error| {
            let is_there = error.kind() != std::io::ErrorKind::NotFound;
            let kind = if is_there { FaultKind::Unreachable } else { FaultKind::NotFound };
            Fault::of(kind, format!("the archive {} cannot be read: {error}", path.display()))
        })?;
        let hashed = BufReader::new(Hashed { file, digest: Sha256::new(), bytes: 0 });
        let header = Header { format: 0, number: 0, made_at: String::new(), older_than: String::new() };
        let mut reading = Reading {
            path: path.to_owned(),
            lines: BufReader::new(GzDecoder::new(hashed)),
            header,
            line: Vec::new(),
            digest: Sha256::new(),
            orders: 0,
            events: 0,
            end: None,
        };
        match reading.line()? {
            Some(Line::Archive(header)) if header.format == FORMAT => reading.header = header,
            Some(Line::Archive(header)) => {
                let why = format!("it is of format {}, which a newer version writes", header.format);
                return Err(reading.damaged(&why));
            }
            Some(Line::Order(_) | Line::End(_)) | None => {
                return Err(reading.damaged(&"its first line is missing"));
            }
        }
        Ok(reading)
    }

    /// Its first line.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next order, which proves itself; none behind the last.
    ///
    /// # Errors
    /// The file is damaged, or was altered.
    pub fn next_order(&mut self) -> Result<Option<OldOrder>, Fault> {
        if self.end.is_some() {
            return Ok(None);
        }
        match self.line()? {
            Some(Line::Order(order)) => {
                if let Some(flaw) = order.flaw() {
                    return Err(self.damaged(&format!("of {}, {flaw}", order.id)));
                }
                self.orders += 1;
                self.events += order.entries - order.after;
                Ok(Some(*order))
            }
            Some(Line::End(end)) => {
                self.end = Some(end);
                Ok(None)
            }
            Some(Line::Archive(_)) => Err(self.damaged(&"it has two first lines")),
            None => Err(self.damaged(&"it ends before its last line")),
        }
    }

    /// What it is, once the last order was read.
    ///
    /// # Errors
    /// Its last line does not agree with what was before it, or something stands behind it.
    pub fn finish(mut self) -> Result<Whole, Fault> {
        let Some(end) = self.end.take() else { return Err(self.damaged(&"it was not read to its end")) };
        if self.line()?.is_some() {
            return Err(self.damaged(&"something stands behind its last line"));
        }
        if (end.orders, end.events) != (self.orders, self.events) {
            let why = format!(
                "it says that it has {} orders with {} events, and has {} with {}",
                end.orders, end.events, self.orders, self.events
            );
            return Err(self.damaged(&why));
        }
        let Reading { path, header, lines, .. } = self;
        let mut raw = lines.into_inner().into_inner();
        let mut rest = [0; 1];
        match raw.read(&mut rest) {
            Ok(0) => {}
            Ok(_) => return Err(damaged(&path, &"something stands behind its end")),
            Err(error) => return Err(damaged(&path, &error)),
        }
        let hashed = raw.into_inner();
        let sha256 = data_encoding::HEXLOWER.encode(&hashed.digest.finalize());
        Ok(Whole { header, end, sha256, bytes: hashed.bytes })
    }

    /// The next line, if there is one; what comes before the end is hashed.
    fn line(&mut self) -> Result<Option<Line>, Fault> {
        self.line.clear();
        let read = self.lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.line);
        if read.map_err(|error| self.damaged(&error))? == 0 {
            return Ok(None);
        }
        if self.line.last() != Some(&b'\n') {
            return Err(self.damaged(&"its last line is cut off, or too long"));
        }
        let line: Line = serde_json::from_slice(&self.line)
            .map_err(|error| self.damaged(&format!("a line of it: {error}")))?;
        match &line {
            Line::Archive(_) | Line::Order(_) => self.digest.update(&self.line),
            Line::End(end) => {
                let digest = data_encoding::HEXLOWER.encode(&self.digest.clone().finalize());
                if digest != end.sha256 {
                    return Err(self.damaged(&"its lines are not those that were written"));
                }
            }
        }
        Ok(Some(line))
    }

    fn damaged(&self, why: &dyn std::fmt::Display) -> Fault {
        damaged(&self.path, why)
    }
}

fn damaged(path: &Path, why: &dyn std::fmt::Display) -> Fault {
    Fault::of(FaultKind::Damaged, format!("{} is no whole archive: {why}", path.display()))
}

/// Reads a whole archive.
///
/// # Errors
/// It is none, or it is damaged, or was altered.
pub fn examine(path: &Path) -> Result<Whole, Fault> {
    let mut reading = Reading::open(path)?;
    while reading.next_order()?.is_some() {}
    reading.finish()
}

/// The orders of that identifier or the shop's own reference.
///
/// # Errors
/// It is no archive, or it is damaged before what was looked for.
pub fn find(path: &Path, wanted: &str) -> Result<Vec<OldOrder>, Fault> {
    let id = wanted.parse::<OrderId>().ok();
    let (mut reading, mut found) = (Reading::open(path)?, Vec::new());
    while let Some(order) = reading.next_order()? {
        if Some(order.id) == id {
            return Ok(vec![order]);
        }
        if order.reference == wanted {
            found.push(order);
        }
    }
    Ok(found)
}

/// What a database says of an order in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// Its journal was taken out up to the entry and the link that the archive ends with.
    TakenOut,
    /// Its journal is still there as well: something happened to the order while it was archived.
    Kept,
    /// Nothing there agrees with it.
    Unknown,
}

/// Holds an order of that archive against a database.
///
/// # Errors
/// The database cannot be read.
pub async fn compare(store: &Store, order: &OldOrder) -> Result<Compared, Fault> {
    if let Some((link, _)) = store.archived_link(order.id.into(), order.entries).await? {
        return Ok(if link == order.chain { Compared::TakenOut } else { Compared::Unknown });
    }
    let here = store.belongings(order.id, order.id).await?.remove(&order.id).unwrap_or_default();
    let agrees = here.decisions.iter().any(|decision| decision.hash == order.chain);
    Ok(if agrees { Compared::Kept } else { Compared::Unknown })
}
