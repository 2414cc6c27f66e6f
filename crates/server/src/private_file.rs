//! Files for their owner alone. Where root makes one in a folder of somebody else's, as `sudo guichet …` does in the
//! folder of the service, it belongs to the owner of that folder, so that the service can read it.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::Path;

/// The owner may read and write, nobody else.
const PRIVATE: u32 = 0o600;

/// The number of root.
const ROOT: u32 = 0;

/// A new, empty file.
///
/// # Errors
/// There is one of that name, or it cannot be made.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path)?;
    prepare(&file, path)?;
    Ok(file)
}

/// The same, in the stead of whatever file has that name.
pub(crate) fn replace(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => create(path),
    }
}

/// Gives a finished file its name, where nothing has that name yet.
///
/// # Errors
/// There is one of that name, or it cannot be given. The finished file is gone then.
pub(crate) fn publish(finished: &Path, name: &Path) -> io::Result<()> {
    // A link is made only where nothing has that name, so that nothing is ever written over.
    let linked = fs::hard_link(finished, name).or_else(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return Err(error);
        }
        // Some file systems have no links.
        create(name).and_then(|_| fs::rename(finished, name))
    });
    let _ = fs::remove_file(finished);
    linked.and_then(|()| flush_folder_of(name))
}

/// Writes what is in a folder, such as the new name of a file, to the disk.
pub(crate) fn flush_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// A user by name where the system has one, and by number.
pub(crate) fn user_called(number: u32) -> String {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, user) = (fields.next()?, fields.nth(1)?);
        (user.parse() == Ok(number)).then_some(name)
    });
    match named {
        Some(name) => format!("{name} (uid {number})"),
        None => format!("uid {number}"),
    }
}

/// The user whose process this is.
pub(crate) fn this_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn prepare(file: &File, path: &Path) -> io::Result<()> {
    // Whatever the umask of the process is.
    file.set_permissions(Permissions::from_mode(PRIVATE))?;
    if this_user() != ROOT {
        return Ok(());
    }
    let folder = fs::metadata(folder_of(path))?;
    match folder.uid() {
        ROOT => Ok(()),
        owner => fchown(file, Some(owner), Some(folder.gid())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_a_name_or_a_number() {
        assert_eq!(user_called(0), "root (uid 0)");
        assert_eq!(user_called(4_000_000_001), "uid 4000000001");
    }
}
