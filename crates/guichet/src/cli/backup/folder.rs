//! A folder of backups: each is named by the database and the moment, one command at a time works there, and what is removed
//! is only what this command would have made.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;

use super::keep::Keep;
use crate::cli::exit::Exit;
use guichet_server::Clock;
use guichet_server::store::UNFINISHED;

/// What ends the name of a backup.
const END: &str = ".db";

/// A folder of backups, for this command alone while it is held.
pub(super) struct Folder {
    path: PathBuf,
    /// What begins the names of this database's backups, such as `guichet-`.
    begin: String,
    /// Locked for as long as it is open.
    _alone: File,
}

impl Folder {
    /// The folder, made where it is not there, of the database in that file.
    ///
    /// # Errors
    /// Another command is making a backup there, or it cannot be made or read.
    pub(super) fn open(path: &Path, database: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let mut folders = fs::DirBuilder::new();
        folders.recursive(true).mode(0o700).create(path).with_context(|| format!("the folder {shown}"))?;
        let alone = File::open(path).with_context(|| format!("the folder {shown}"))?;
        alone.try_lock().map_err(|_| {
            Exit::Unreachable
                .error(format!("another command is making a backup in {shown}; try again when it is done"))
        })?;
        let stem = database.file_stem().unwrap_or_default().to_string_lossy();
        let folder = Folder { path: path.to_owned(), begin: format!("{stem}-"), _alone: alone };
        folder.remove_unfinished()?;
        Ok(folder)
    }

    /// The name of a backup of now.
    pub(super) fn new_name(&self) -> PathBuf {
        self.path.join(format!("{}{}{END}", self.begin, named(Clock::default().now_ms())))
    }

    /// The backups of this database, the oldest first.
    pub(super) fn backups(&self) -> anyhow::Result<Vec<PathBuf>> {
        Ok(self.by_moment()?.into_values().collect())
    }

    /// Removes the backups that are not to be kept; which they were.
    pub(super) fn prune(&self, keep: &Keep) -> anyhow::Result<Vec<PathBuf>> {
        let backups = self.by_moment()?;
        let kept = keep.of(&backups.keys().copied().collect());
        let mut removed = Vec::new();
        for (_, file) in backups.into_iter().filter(|(at_ms, _)| !kept.contains(at_ms)) {
            fs::remove_file(&file).with_context(|| {
                format!("the new backup is there, but the old one {} cannot be removed", file.display())
            })?;
            removed.push(file);
        }
        Ok(removed)
    }

    /// The backups by their moments (unix ms).
    fn by_moment(&self) -> anyhow::Result<BTreeMap<i64, PathBuf>> {
        let named = |name: &str| moment(name.strip_prefix(&*self.begin)?.strip_suffix(END)?);
        Ok(self.names()?.into_iter().filter_map(|(name, path)| Some((named(&name)?, path))).collect())
    }

    /// What a command left that was killed: nobody else is at work here.
    fn remove_unfinished(&self) -> anyhow::Result<()> {
        let whole = |name: &str| {
            name.strip_prefix(&*self.begin)?.strip_suffix(UNFINISHED)?.strip_suffix(END).map(moment)
        };
        for (_, path) in self.names()?.iter().filter(|(name, _)| whole(name).flatten().is_some()) {
            fs::remove_file(path).with_context(|| format!("{} is half a backup", path.display()))?;
        }
        Ok(())
    }

    fn names(&self) -> anyhow::Result<Vec<(String, PathBuf)>> {
        let read = || format!("the folder {}", self.path.display());
        let entries =
            fs::read_dir(&self.path).with_context(read)?.collect::<Result<Vec<_>, _>>().with_context(read)?;
        let named = |entry: fs::DirEntry| Some((entry.file_name().into_string().ok()?, entry.path()));
        Ok(entries.into_iter().filter_map(named).collect())
    }
}

/// A moment as it stands in a name: by RFC 3339, but with hyphens, because colons mean something to some programs.
fn named(at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{at:.3}").replace(':', "-")
}

/// The moment in a name (unix ms).
fn moment(name: &str) -> Option<i64> {
    let (date, time) = name.split_once('T')?;
    let at: Timestamp = format!("{date}T{}", time.replace('-', ":")).parse().ok()?;
    // What is written otherwise was not written here.
    let at_ms = at.as_millisecond();
    (named(at_ms) == name).then_some(at_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_moments() {
        let name = named(1_795_929_739_123);
        assert_eq!(moment(&name), Some(1_795_929_739_123), "{name}");
        for other in [
            "",
            "monday",
            "2026-11-29",
            "2026-11-29T05-22-19Z",
            "2026-11-29T05:22:19.123Z",
            "2026-13-29T05-22-19.123Z",
        ] {
            assert_eq!(moment(other), None, "{other}");
        }
    }
}
