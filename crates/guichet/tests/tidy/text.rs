//! What no file may say, and how long it may be.

use super::sources::{File, files, root, rust, words};

/// Lines without tests; a table may be longer where it is one table.
const MOST_LINES: usize = 500;
const USUAL_LINES: usize = 400;

/// How many of a hundred files must keep to the usual length.
const USUAL_PERCENT: usize = 98;

#[test]
fn every_file_says_why_it_exists() {
    let silent: Vec<_> = rust("crates").into_iter().filter(|file| !file.text.starts_with("//!")).collect();
    assert!(silent.is_empty(), "begin with //!: {:?}", paths(&silent));
}

#[test]
fn files_are_short() {
    let all = rust("crates");
    let longer = |most: usize| {
        let long = all.iter().filter(|file| !file.is_test() && file.without_tests().lines().count() > most);
        long.map(|file| file.path.as_str()).collect::<Vec<_>>()
    };
    assert!(longer(MOST_LINES).is_empty(), "over {MOST_LINES} lines: {:?}", longer(MOST_LINES));
    let usual = longer(USUAL_LINES);
    let within = usual.len() * 100 <= all.len() * (100 - USUAL_PERCENT);
    assert!(within, "too many files over {USUAL_LINES} lines: {usual:?}");
}

#[test]
fn nothing_is_left_undone_or_hushed_up() {
    // Written apart, so that this file does not find itself.
    let banned = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("db", "g!("),
        concat!("#[", "ignore"),
        concat!("#[", "allow"),
    ];
    for file in rust("crates") {
        for banned in banned {
            assert!(!file.text.contains(banned), "{} has {banned}", file.path);
        }
    }
}

#[test]
fn there_is_no_floating_point() {
    for file in rust("crates") {
        let found = words(&file.code()).any(|word| ["f64", "f32"].contains(&word));
        assert!(!found || file.path.contains("tests/tidy/"), "{} has floating point", file.path);
    }
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    let places =
        [concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/")];
    for file in files(".") {
        for place in places {
            assert!(!file.text.contains(place), "{} names {place}", file.path);
        }
    }
}

#[test]
fn dependencies_are_few() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock");
    let packages = lock.lines().filter(|line| line.starts_with("name = ")).count();
    assert!(packages <= 380, "{packages} packages");
}

fn paths(files: &[File]) -> Vec<&str> {
    files.iter().map(|file| file.path.as_str()).collect()
}
