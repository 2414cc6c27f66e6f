//! The codes of problems: all of them explained to those who meet them, and none written a second time.

use std::collections::BTreeSet;

use guichet_core::Code;

use super::sources::{root, rust};

/// The rows of the tables that have a code and a status: the codes of each, and its status.
fn rows(page: &str) -> Vec<(Vec<&str>, &str)> {
    let cells = |line| -> Vec<&str> { str::split(line, '|').skip(1).map(str::trim).collect() };
    let mut found = Vec::new();
    let mut is_table_of_codes = false;
    for line in page.lines() {
        match cells(line).as_slice() {
            ["code", "status", ..] => is_table_of_codes = true,
            [] => is_table_of_codes = false,
            [codes, status, ..] if is_table_of_codes && codes.starts_with('`') => {
                found.push((codes.split(", ").collect(), *status));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn every_code_is_explained_with_its_status_and_no_other_is() {
    let page = std::fs::read_to_string(root().join("docs/src/problems.md")).expect("the page");
    let mut explained = BTreeSet::new();
    for (codes, status) in rows(&page) {
        for quoted in codes {
            let word = quoted.trim_matches('`');
            let code: Code = word.parse().unwrap_or_else(|error| panic!("docs/src/problems.md: {error}"));
            assert_eq!(code.status().to_string(), status, "docs/src/problems.md has {code}");
            explained.insert(code);
        }
    }
    let silent: Vec<_> = Code::ALL.iter().filter(|code| !explained.contains(code)).collect();
    assert!(silent.is_empty(), "docs/src/problems.md says nothing about {silent:?}");
}

/// The words of a vendor that we chose, and that happen to be words of codes, where they stand.
const OF_VENDORS: [(&str, &str); 3] = [
    ("crates/gateways/src/novasend/dialect.rs", "idempotency_key_invalid"),
    ("crates/gateways/src/novasend/dialect.rs", "not_found"),
    ("crates/gateways/src/novasend/refusal.rs", "idempotency_key_reused"),
];

#[test]
fn a_code_is_written_once() {
    let mut written = BTreeSet::new();
    for file in rust("crates") {
        // The sandbox is another server, with codes of its own: a witness that knows nothing of ours.
        if file.is_test()
            || file.path.starts_with("crates/sandbox/")
            || file.path == "crates/core/src/code.rs"
        {
            continue;
        }
        let text = file.code();
        let words = Code::ALL.iter().map(|code| code.word());
        let words = words.filter(|word| text.contains(&format!("\"{word}\"")));
        written.extend(words.map(|word| (file.path.clone(), word)));
    }
    let excepted = OF_VENDORS.map(|(path, word)| (path.to_owned(), word));
    assert_eq!(written, BTreeSet::from(excepted), "name a code by guichet_core::Code");
}
