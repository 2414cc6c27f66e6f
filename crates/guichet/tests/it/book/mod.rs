//! The chapters of the book about operating and about writing a shop, run as they stand: the `sh` blocks of a chapter are one script, on
//! a machine of its own on which Guichet was just installed. What a block prints is nobody's concern here, only that it succeeds; `console`, `toml`
//! and other blocks are shown and not run.

mod chapter;
mod distribution;
mod machine;
mod start;

use std::collections::BTreeSet;

use chapter::{Chapter, chapters};
use machine::Machine;

/// The blocks that say `sh,norun`: their chapter, how they begin, and why they cannot be run.
const NOT_RUN: [(&str, &str, &str); 5] = [
    (
        "installing",
        "cargo install cargo-deb",
        "it builds the program anew; `packaging/try-debian-package.sh` installs what comes of it",
    ),
    (
        "installing",
        "podman build --format docker -t guichet .",
        "an engine would fetch images from elsewhere",
    ),
    (
        "installing",
        "systemd-creds encrypt --name=guichet.key /etc/guichet/guichet.key /etc/guichet/guichet.key.cred",
        "it takes systemd itself to hand the credential over",
    ),
    (
        "installing",
        "systemd-sysusers && systemd-tmpfiles --create",
        "a namespace of one user can make no other; the package's scripts do the same",
    ),
    (
        "postgres",
        "# postgresql.conf: archive_mode = on, archive_command = 'test ! -f /srv/wal/%f && cp %p /srv/wal/%f', archive_timeout = 60",
        "it is a sketch of what pgBackRest and Barman do",
    ),
];

#[test]
fn what_is_not_run_is_known_with_its_reason() {
    let chapters = chapters();
    let found: BTreeSet<(&str, &str)> = chapters
        .iter()
        .flat_map(|chapter| chapter.not_run().map(|first| (chapter.name.as_str(), first)))
        .collect();
    let known: BTreeSet<(&str, &str)> =
        NOT_RUN.iter().map(|(chapter, first, _)| (*chapter, *first)).collect();
    assert_eq!(found, known);
    assert!(NOT_RUN.iter().all(|(_, _, reason)| reason.len() > 20), "a reason is a sentence");
}

/// Runs a chapter on a machine of its own.
#[track_caller]
fn run(chapter: &Chapter) {
    let outcome = Machine::installed(&format!("book-{}", chapter.name)).run(&chapter.script());
    assert!(outcome.well, "{} fails:\n{}", chapter.file, outcome.told);
}

/// One test for each chapter, so that they run beside each other; a chapter without a test is found by
/// [`every_chapter_is_run`].
macro_rules! chapters {
    ($($test:ident: $name:literal),+ $(,)?) => {
        const RUN: &[&str] = &[$($name),+];
        $(
            #[test]
            fn $test() {
                run(&Chapter::called($name));
            }
        )+
    };
}

chapters! {
    archiving: "archiving",
    backups: "backups",
    commands: "commands",
    declaring: "declaring",
    every_day: "every-day",
    installing: "installing",
    keys: "keys",
    metrics: "metrics",
    moving_up: "moving-up",
    nodes: "nodes",
    postgres: "postgres",
    running: "running",
    scale: "scale",
}

#[test]
fn every_chapter_is_run() {
    let written: BTreeSet<String> = chapters().into_iter().map(|chapter| chapter.name).collect();
    assert_eq!(written, RUN.iter().map(|name| (*name).to_owned()).collect());
    assert!(chapters().iter().any(|chapter| !chapter.script().is_empty()), "nothing would be run");
}

/// The machine itself: a chapter that fails is found out, and the failing line is named.
#[test]
fn a_block_that_fails_is_found_out() {
    let text = "```sh\nguichet healthcheck\n```\n\n```console\nnot run\n```\n\n```sh\nfalse # here\n```\n";
    let chapter = Chapter::of("broken.md", text);
    let outcome = Machine::installed("book-broken").run(&chapter.script());
    assert!(!outcome.well, "{}", outcome.told);
    assert!(
        outcome.told.contains("ready\n") && outcome.told.contains("broken.md:10: false"),
        "{}",
        outcome.told
    );
}
