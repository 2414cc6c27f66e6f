//! What the program is delivered in: the Debian package's files and the Containerfile, held against the program that they
//! start. `packaging/try-debian-package.sh` installs the package itself.

mod container;
mod units;

use std::path::{Path, PathBuf};

use crate::support::program::succeed;
use crate::support::scratch::scratch;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace").to_owned()
}

/// The text of a file of the repository.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What the program says of a call's options and variables.
fn help(command: &[&str]) -> String {
    succeed(&scratch("packaging-help"), &[command, &["--help"]].concat())
}

/// Insists that every option and every `GUICHET_` variable in a text is one of that command's.
#[track_caller]
fn known_by(command: &[&str], text: &str) {
    let help = help(command);
    let words = text.split(|c: char| c.is_whitespace() || "=\"[],".contains(c));
    for word in words.filter(|word| word.starts_with("--") || word.starts_with("GUICHET_")) {
        assert!(help.contains(word), "`guichet {}` does not know {word}", command.join(" "));
    }
}

/// What is made when a package is built is missed by cargo-deb itself.
#[test]
fn every_file_of_the_packages_is_there() {
    let manifest: toml::Table = toml::from_str(&read("crates/guichet/Cargo.toml")).expect("TOML");
    let server = &manifest["package"]["metadata"]["deb"];
    for package in [server, &server["variants"]["sandbox"]] {
        let mut sources: Vec<&str> =
            ["maintainer-scripts", "changelog"].map(|key| package[key].as_str().expect("a path")).into();
        let assets = package["assets"].as_array().expect("assets");
        sources.extend(assets.iter().map(|asset| asset[0].as_str().expect("a path")));
        for source in sources.iter().filter(|source| !source.starts_with("target/")) {
            let path = root().join("crates/guichet").join(source);
            assert!(path.exists(), "{source}");
        }
    }
}

#[test]
fn the_package_has_the_programs_version() {
    for (changelog, name) in [("debian", "guichet"), ("sandbox", "guichet-sandbox")] {
        let changelog = read(&format!("packaging/{changelog}/changelog"));
        let newest = changelog.lines().next().expect("an entry");
        assert!(newest.starts_with(&format!("{name} ({}-", env!("CARGO_PKG_VERSION"))), "{newest}");
    }
}

#[test]
fn the_scripts_are_sound() {
    for script in ["preinst", "postinst", "prerm", "postrm"] {
        let path = root().join("packaging/debian").join(script);
        let checked = std::process::Command::new("dash").arg("-n").arg(&path).output().expect("dash");
        assert!(checked.status.success(), "{script}: {}", String::from_utf8_lossy(&checked.stderr));
        let text = read(&format!("packaging/debian/{script}"));
        assert!(
            text.starts_with("#!/bin/sh\n") && text.contains("\nset -e\n"),
            "{script} goes on after an error"
        );
    }
    let made = read("packaging/debian/postinst");
    let made = made.lines().find(|line| line.contains("guichet key generate")).expect("it makes the key");
    let made = made.split("guichet key generate").nth(1).expect("its options").replace(')', " ");
    known_by(&["key", "generate"], &made);
}

#[test]
fn the_setting_file_of_the_package_is_good() {
    let file = root().join("packaging/debian/guichet.toml");
    let path = file.to_str().expect("UTF-8");
    succeed(&scratch("packaging-settings"), &["config", "check", path]);
    // What stands there as a suggestion is good as well.
    let suggested: String = read("packaging/debian/guichet.toml")
        .lines()
        .map(|line| match line.strip_prefix("# ").filter(|line| line.contains(" = ")) {
            Some(suggestion) => format!("{suggestion}\n"),
            None => format!("{line}\n"),
        })
        .collect();
    assert!(suggested.contains("\npublic_url = "), "{suggested}");
    let directory = scratch("packaging-suggested");
    std::fs::write(directory.join("guichet.toml"), suggested).expect("a file");
    succeed(&directory, &["config", "check", "guichet.toml"]);
}
