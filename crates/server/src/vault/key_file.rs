//! The file of a vault key: how it is read, and how a new one is written so that at no moment half a key stands under
//! the name.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::key::VaultKey;
use super::no_key::NoKey;
use crate::private_file::{flush_folder_of, folder_of, publish, replace, this_user, user_called};

/// The key in a file, if there is such a file.
pub(super) fn read(path: &Path) -> Result<Option<VaultKey>, NoKey> {
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(NoKey::Unreadable { path: path.to_owned(), why: unreadable(path, &error) }),
    };
    let key = VaultKey::from_hex(&text);
    key.map(Some).map_err(|why| NoKey::NotAKey { path: path.to_owned(), why: why.to_string() })
}

/// Why a file cannot be read: where its permissions are the reason, whose it is and who reads.
fn unreadable(path: &Path, error: &io::Error) -> String {
    if error.kind() != io::ErrorKind::PermissionDenied {
        return error.to_string();
    }
    let reader = user_called(this_user());
    let told = |what: &str, found: &fs::Metadata| {
        let (owner, mode) = (user_called(found.uid()), found.permissions().mode() & 0o777);
        format!("{what} belongs to {owner} with mode {mode:o}, and this command is run by {reader}")
    };
    match (fs::metadata(path), fs::metadata(folder_of(path))) {
        (Ok(file), _) => told("it", &file),
        (Err(_), Ok(folder)) => told("its folder", &folder),
        (Err(_), Err(_)) => format!("{reader} may not look there"),
    }
}

/// Writes a key to a file of that name, whole or not at all.
///
/// # Errors
/// There is something of that name, or it cannot be written.
pub fn write_new(path: &Path, key: &VaultKey) -> io::Result<()> {
    let unfinished = with_end(path, ".part");
    let mut file = replace(&unfinished)?;
    file.write_all(key.to_hex().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    publish(&unfinished, path)
}

/// Where a new key lies until everything is sealed with it.
pub(crate) fn rotation_begun(path: &Path) -> PathBuf {
    with_end(path, ".new")
}

/// Where a key that was in use is kept, because backups made before open with it alone.
pub(crate) fn kept_as(path: &Path, key: &VaultKey) -> PathBuf {
    with_end(path, &format!(".{}", key.fingerprint()))
}

/// Gives the key that lies ready the name of the key in use, which goes on under a name of its own.
///
/// # Errors
/// A file cannot be written. Then the new key still lies ready.
pub(crate) fn give_new(path: &Path, old: Option<&VaultKey>) -> io::Result<()> {
    if let Some(old) = old {
        let kept = kept_as(path, old);
        match write_new(&kept, old) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            written => written?,
        }
    }
    fs::rename(rotation_begun(path), path)?;
    flush_folder_of(path)
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    #[test]
    fn a_key_file_is_private_whole_and_never_written_over() {
        let folder = std::env::temp_dir().join(format!("guichet-key-{}", random::token()));
        fs::create_dir(&folder).unwrap();
        let (path, key) = (folder.join("guichet.key"), VaultKey::random());
        assert!(read(&path).unwrap().is_none());
        write_new(&path, &key).unwrap();
        assert_eq!(read(&path).unwrap().unwrap().fingerprint(), key.fingerprint());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = write_new(&path, &VaultKey::random()).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(read(&path).unwrap().unwrap().fingerprint(), key.fingerprint());

        let new = VaultKey::random();
        write_new(&rotation_begun(&path), &new).unwrap();
        give_new(&path, Some(&key)).unwrap();
        assert_eq!(read(&path).unwrap().unwrap().fingerprint(), new.fingerprint());
        assert_eq!(read(&kept_as(&path, &key)).unwrap().unwrap().fingerprint(), key.fingerprint());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "nothing is left beside them");
        fs::remove_dir_all(folder).unwrap();
    }
}
