//! The systemd units, as systemd itself reads them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{known_by, read, root};
use crate::support::scratch::scratch;

const UNITS: [&str; 6] = [
    "guichet.service",
    "guichet-archive.service",
    "guichet-archive.timer",
    "guichet-backup.service",
    "guichet-backup.timer",
    "guichet-sandbox.service",
];

/// The folder of a unit: each package has its own.
fn folder(unit: &str) -> &'static str {
    if unit.starts_with("guichet-sandbox") { "packaging/sandbox" } else { "packaging/debian" }
}

/// Where a machine's own units are.
const SYSTEM: &str = "usr/lib/systemd/system";

/// A root file system with our units, a program, and the targets of this machine.
fn installed() -> PathBuf {
    let place = scratch("packaging-units");
    let units = place.join(SYSTEM);
    fs::create_dir_all(&units).expect("a folder");
    fs::create_dir_all(place.join("usr/bin")).expect("a folder");
    for unit in UNITS {
        fs::copy(root().join(folder(unit)).join(unit), units.join(unit)).expect(unit);
    }
    for program in ["guichet", "guichet-sandbox"] {
        let program = place.join("usr/bin").join(program);
        fs::write(&program, "#!/bin/sh\n").expect("a file");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    for entry in fs::read_dir(Path::new("/").join(SYSTEM)).expect("systemd's units, of Debian's systemd") {
        let path = entry.expect("an entry").path();
        if path.is_file() && path.extension().is_some_and(|kind| kind == "target" || kind == "slice") {
            fs::copy(&path, units.join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    place
}

/// What `systemd-analyze` says about that root; it must be content.
fn analyze(place: &Path, arguments: &[&str]) -> String {
    let mut analyze = Command::new("systemd-analyze");
    analyze.args(arguments).arg("--no-pager").arg(format!("--root={}", place.display()));
    let output = analyze.output().expect("systemd-analyze, of Debian's systemd");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    said.into_owned()
}

#[test]
fn systemd_finds_nothing_wrong_and_little_exposed() {
    let place = installed();
    let said = analyze(&place, &[&["verify", "--man=no"], &UNITS[..]].concat());
    assert_eq!(said.trim(), "", "it warns");
    for unit in UNITS.iter().filter(|unit| unit.ends_with(".service")) {
        // In tenths: an exposure of 2.0 at the most, of 10.
        analyze(&place, &["security", "--offline=yes", "--threshold=20", unit]);
    }
}

/// A line of a unit, such as `ExecStart=`.
fn line(unit: &str, key: &str) -> String {
    let text = read(&format!("{}/{unit}", folder(unit)));
    let found = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    found.unwrap_or_else(|| panic!("{unit} has no {key}=")).to_owned()
}

#[test]
fn the_units_call_what_the_program_knows() {
    known_by(&["serve"], &line("guichet.service", "ExecStart"));
    known_by(&["serve"], &line("guichet.service", "Environment"));
    known_by(&["archive"], &line("guichet-archive.service", "ExecStart"));
    known_by(&["backup"], &line("guichet-backup.service", "ExecStart"));
    known_by(&["sandbox"], &line("guichet-sandbox.service", "ExecStart"));
    for (key, value) in
        [("Type", "notify"), ("UMask", "0077"), ("User", "guichet"), ("StateDirectory", "guichet")]
    {
        assert_eq!(line("guichet.service", key), value, "{key}");
    }
    assert!(line("guichet.service", "LoadCredential").starts_with("guichet.key:"));
}
