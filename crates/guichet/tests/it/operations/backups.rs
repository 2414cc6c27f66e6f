//! Backups that rotate: each is verified before it has its name, old ones go only after that, and what is no backup of this
//! database is left alone.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::keys::{declare_sealed, fingerprint};
use crate::support::call::{Caller, text};
use crate::support::program::{ServerProcess, guichet, run, succeed};
use crate::support::scratch::scratch;
use crate::support::test_server::plain_order;

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("the folder");
    let mut names: Vec<String> =
        names.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[test]
fn the_newest_of_each_are_kept_and_nothing_else_is_touched() {
    let directory = scratch("backups-rotate");
    declare_sealed(&directory);
    let folder = directory.join("backups");
    fs::create_dir(&folder).expect("a folder");
    let at = |moment: &str| format!("guichet-{moment}.db");
    let old = [
        "2025-01-30T02-00-00.000Z",
        "2025-01-31T02-00-00.000Z",
        "2025-02-03T02-00-00.000Z",
        "2025-02-04T02-00-00.000Z",
        "2025-02-04T14-00-00.000Z",
    ];
    let foreign =
        ["guichet-monday.db", "other-2025-01-30T02-00-00.000Z.db", "notes.txt", "guichet-2025-01-30.db.part"];
    let unfinished = "guichet-2025-02-05T02-00-00.000Z.db.part";
    let fill = || {
        for name in old.iter().map(|moment| at(moment)).chain(foreign.map(str::to_owned)) {
            fs::write(folder.join(name), "any").expect("a file");
        }
        fs::write(folder.join(unfinished), "half").expect("a file");
    };
    for (keep, kept) in [
        (None, &old[..]),
        (Some("1"), &[]),
        (Some("3"), &old[3..]),
        (Some("3d"), &[old[2], old[4]]),
        (Some("1d2w"), &[old[4]]),
        (Some("3m"), &[old[1], old[4]]),
        (Some("7d4w12m"), &[old[0], old[1], old[2], old[4]]),
    ] {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).expect("a folder");
        fill();
        let mut command = vec!["backup", "backups", "--json"];
        command.extend(keep.map(|keep| ["--keep", keep]).into_iter().flatten());
        let report: Value = serde_json::from_str(&succeed(&directory, &command)).expect("JSON");
        let made = text(&report, "/file");
        let made = made.strip_prefix("backups/").expect("in the folder");
        let mut expected: Vec<String> = kept.iter().map(|moment| at(moment)).collect();
        expected.push(made.to_owned());
        let removed = report["removed"].as_array().expect("a list").len();
        assert_eq!(removed, old.len() - kept.len(), "{keep:?}: {report}");
        expected.extend(foreign.map(str::to_owned));
        expected.sort();
        assert_eq!(names(&folder), expected, "{keep:?}");
        succeed(&directory, &["backup", "verify", &format!("backups/{made}")]);
    }
}

#[test]
fn a_folder_is_made_and_is_one_commands_at_a_time() {
    let directory = scratch("backups-folder");
    declare_sealed(&directory);
    succeed(&directory, &["backup", "deep/er", "--keep", "2"]);
    let folder = directory.join("deep/er");
    assert_eq!(names(&folder).len(), 1);
    let alone = File::open(&folder).expect("the folder");
    alone.lock().expect("another command is at work");
    let refused = run(&directory, &["backup", "deep/er"]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(
        refused.status.code() == Some(5) && told.contains("another command is making a backup"),
        "{told}"
    );
    drop(alone);
    succeed(&directory, &["backup", "deep/er", "--keep", "2"]);
    assert_eq!(names(&folder).len(), 2);
    for wrong in ["0", "7x", ""] {
        assert_eq!(
            run(&directory, &["backup", "deep/er", "--keep", wrong]).status.code(),
            Some(2),
            "{wrong:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_says_what_it_holds() {
    let directory = scratch("backups-holds");
    let key = declare_sealed(&directory);
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(&key));
    for number in 0..3 {
        shop.order(&plain_order(&number.to_string())).await;
    }
    let made: Value =
        serde_json::from_str(&succeed(&directory, &["backup", "one.db", "--json"])).expect("JSON");
    let sealed_with = fingerprint(&directory.join("guichet.key"));
    for report in [
        made,
        serde_json::from_str(&succeed(&directory, &["backup", "verify", "one.db", "--json"])).expect("JSON"),
    ] {
        assert_eq!(
            (&report["orders"], &report["merchants"], &report["decisions"]),
            (&3.into(), &1.into(), &3.into())
        );
        assert_eq!(text(&report, "/key"), sealed_with);
        assert!(report["newest_at"].is_string() && report["bytes"].as_u64() > Some(10_000), "{report}");
    }
    let elsewhere = ["backup", "verify", "one.db", "--json", "--key-file", "nowhere.key"];
    let report: Value = serde_json::from_str(&succeed(&directory, &elsewhere)).expect("JSON");
    assert_eq!(report["opens"], false, "{report}");
    assert!(succeed(&directory, &["backup", "verify", "one.db"]).contains(&sealed_with));
}

#[test]
fn what_is_no_good_backup_is_told_and_left_as_it_is() {
    let directory = scratch("backups-verify");
    declare_sealed(&directory);
    succeed(&directory, &["backup", "good.db"]);
    let good = fs::read(directory.join("good.db")).expect("the backup");
    let mut torn = good.clone();
    let middle = good.len() / 2;
    torn[middle..middle + 4096].fill(0x5a);
    fs::write(directory.join("torn.db"), &torn).expect("a file");
    fs::write(directory.join("cut.db"), &good[..middle]).expect("a file");
    fs::write(directory.join("text.db"), "no database").expect("a file");
    fs::write(directory.join("used.db"), &good).expect("a file");
    fs::write(directory.join("used.db-wal"), "a log").expect("a file");
    let before = names(&directory);
    for (file, code) in
        [("good.db", 0), ("torn.db", 6), ("cut.db", 6), ("text.db", 6), ("used.db", 4), ("none.db", 3)]
    {
        let output = run(&directory, &["backup", "verify", file]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{file}: {told}");
        assert!(code == 0 || told.contains(file), "{told}");
        assert_eq!(names(&directory), before, "{file}: nothing is left beside it");
    }
    assert_eq!(fs::read(directory.join("good.db")).expect("the backup"), good, "reading changes nothing");
}

/// Backs up onto a small disk that is full, in a namespace of its own.
const FULL_DISK: &str = r#"
    mkdir -p disk && mount -t tmpfs -o size=2m none disk
    echo old > disk/guichet-2025-01-30T02-00-00.000Z.db
    dd if=/dev/zero of=disk/filler bs=4096 2>/dev/null || true
    "$0" backup disk --keep 1
    code=$?
    ls disk
    exit $code
"#;

#[test]
fn a_full_disk_is_told_before_anything_is_written_or_removed() {
    let directory = scratch("backups-full");
    declare_sealed(&directory);
    let program = guichet(&directory).get_program().to_owned();
    let mut shell = Command::new("unshare");
    shell.args(["--user", "--map-root-user", "--mount", "sh", "-c", FULL_DISK]).arg(program);
    let output = shell.current_dir(&directory).output().expect("unshare");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(told.contains("there is no room for the backup") && told.contains("kB free"), "{told}");
    let left = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(left.lines().collect::<Vec<_>>(), ["filler", "guichet-2025-01-30T02-00-00.000Z.db"], "{left}");
}
