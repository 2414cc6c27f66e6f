//! The programs of PostgreSQL: where they are, and as whom they run. `initdb` and `postgres` refuse to run as root.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The oldest version that Guichet works with.
const OLDEST: u32 = 15;

/// Whom Debian's package runs PostgreSQL as.
const OWNER: &str = "postgres";

/// The folder of the newest installed version.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
        let newest = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max();
        let newest = newest.filter(|version| *version >= OLDEST).unwrap_or_else(|| {
            panic!("PostgreSQL {OLDEST} or newer is not installed on this machine; ./test installs it")
        });
        PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"))
    })
}

/// Whether this process is root, as in a container.
fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| {
        let asked = Command::new("id").arg("-u").output().expect("id");
        asked.stdout.trim_ascii() == b"0"
    })
}

/// Makes whom PostgreSQL runs as the owner of a directory.
pub(super) fn hand_over(directory: &Path) {
    if is_root() {
        succeed(Command::new("chown").arg(format!("{OWNER}:")).arg(directory));
    }
}

/// Any program, run as whom PostgreSQL runs as.
pub(super) fn as_owner(program: impl AsRef<Path>) -> Command {
    if !is_root() {
        return Command::new(program.as_ref());
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", OWNER, "--regid", OWNER, "--clear-groups", "--"]).arg(program.as_ref());
    command
}

/// A program of PostgreSQL's.
pub(super) fn program(name: &str) -> Command {
    as_owner(folder().join(name))
}

/// The path of a program of PostgreSQL's.
pub fn program_path(name: &str) -> PathBuf {
    folder().join(name)
}

/// Runs a program to its end and insists on success.
#[track_caller]
pub(super) fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {} {said}", output.status);
    output
}
