//! Where the vault key is looked for, and what is found there.

use std::fs;
use std::path::{Path, PathBuf};

use super::key::VaultKey;
use super::key_file::{read, rotation_begun};
use super::no_key::NoKey;

/// Where the vault key is looked for.
#[derive(Debug, Clone)]
pub enum KeyPlaces {
    /// It was given itself.
    Given(VaultKey),
    /// In files.
    Files {
        /// One that somebody else may have put there, such as systemd; it comes first where it is there.
        handed: Option<PathBuf>,
        /// The one that is ours to make and to change.
        own: PathBuf,
    },
}

/// A key, and where it was found.
#[derive(Debug, Clone)]
pub struct FoundKey {
    /// The key.
    pub key: VaultKey,
    /// Where, for people: a file's name, or the setting that gave it.
    pub place: String,
}

impl KeyPlaces {
    /// The key.
    ///
    /// # Errors
    /// There is none, or the first file that is there has none that can be read.
    pub fn find(&self) -> Result<FoundKey, NoKey> {
        let (handed, own) = match self {
            KeyPlaces::Given(key) => {
                return Ok(FoundKey {
                    key: key.clone(),
                    place: "the setting GUICHET_KEY or --key".to_owned(),
                });
            }
            KeyPlaces::Files { handed, own } => (handed, own),
        };
        let paths: Vec<PathBuf> = handed.iter().chain([own]).cloned().collect();
        for path in &paths {
            if let Some(key) = read(path)? {
                return Ok(FoundKey { key, place: path.display().to_string() });
            }
        }
        Err(NoKey::Missing(paths))
    }

    /// The key of a change of keys that was broken off, where it lies ready beside ours.
    pub fn lying_ready(&self) -> Option<FoundKey> {
        let path = rotation_begun(&real(self.own()?));
        let key = read(&path).ok().flatten()?;
        Some(FoundKey { key, place: path.display().to_string() })
    }

    /// The file that is ours to make and to change; none where the key itself was given.
    pub fn own(&self) -> Option<&Path> {
        match self {
            KeyPlaces::Given(_) => None,
            KeyPlaces::Files { own, .. } => Some(own),
        }
    }
}

/// The file itself, where the name is that of a link to it.
pub(crate) fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
