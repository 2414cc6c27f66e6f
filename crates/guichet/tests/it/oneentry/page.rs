//! The page of the docs about the SDK's methods, made from what the tests saw, so that it cannot promise
//! what no test has tried.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use crate::oneentry::sdk::{Line, SDKS, Sdk};

const PAGE: &str = "oneentry-methods.md";

const HEAD: &str = "# The methods of OneEntry's SDK

Which methods of the `oneentry` package a shop can use when its project URL is Guichet's. This page is made
from the tests, which run the published package, unmodified, in the versions below, each with its errors
resolved, rejected, as its default is, and with its strict validation where it has one.

- **✓** works, in every one of these ways.
- **no** is answered with status 501 in the SDK's error shape, and with the reason that stands beside it.
- **own** is the SDK's own work and asks no server.
- **–** is not in that version.

`Payments.createSession` opens sessions of the type `session`, which lead to a hosted page; an `intent` is
answered with status 501.
";

const DIFFERENCES: &str = "
## What else the versions do otherwise

| what | for a shop | VERSIONS |
|---|---|---|---|---|
";

/// What is seen to differ between the versions, and what that is for a shop.
const DIFFERENT: [(&str, &str, &str); 2] = [
    (
        "forms",
        "what the types expect of `getAllForms`",
        "Guichet answers `{items, total}` to all of them, as OneEntry does; a shop in an older version reads `.items`",
    ),
    (
        "phones",
        "the fingerprint that two phones of one kind give",
        "where it is the same, a login on the second phone takes the place of the one on the first",
    ),
];

/// What became of a method in one version: the word for the table, and the server's reason against it.
type Cell = (&'static str, String);

/// Whether the page says what was seen; writes it where `UPDATE_EXPECT` is set.
pub(crate) fn agrees(lines: &[Line]) {
    let wanted = written(&methods(lines)) + &differences(lines);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src").join(PAGE);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &wanted).expect("the page can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/src/{PAGE} is out of date; run this test with UPDATE_EXPECT=1\n{wanted}");
}

/// Every method of every version, by its name, and what became of it in each version that has it.
fn methods(lines: &[Line]) -> BTreeMap<&str, [Option<Cell>; SDKS.len()]> {
    let mut found: BTreeMap<&str, [Option<Cell>; SDKS.len()]> = BTreeMap::new();
    let mut untried = Vec::new();
    for (place, sdk) in SDKS.iter().enumerate() {
        let of_version = |line: &&Line| line.version == sdk.version && line.outcome == "exists";
        for line in lines.iter().filter(of_version) {
            let method = line.method.as_deref().expect("a method's name");
            match cell(lines, sdk, method) {
                Ok(cell) => found.entry(method).or_default()[place] = Some(cell),
                Err(why) => untried.push(why),
            }
        }
    }
    assert!(untried.is_empty(), "{}", untried.join("\n"));
    assert!(found.len() > 100, "the SDK lost its methods: {:?}", found.keys());
    found
}

/// What became of a method in a version; it must be the same in each of its modes.
fn cell(lines: &[Line], sdk: &Sdk, method: &str) -> Result<Cell, String> {
    let mut seen = BTreeSet::new();
    let mut reason = String::new();
    for mode in sdk.modes {
        let about = |line: &&Line| {
            (line.version.as_str(), line.mode.as_str()) == (sdk.version, mode)
                && line.method.as_deref() == Some(method)
                && line.outcome != "exists"
        };
        let outcomes: Vec<&Line> = lines.iter().filter(about).collect();
        if outcomes.is_empty() {
            return Err(format!("{method} of {} was not tried in mode {mode}", sdk.version));
        }
        for line in outcomes {
            seen.insert(match line.outcome.as_str() {
                "works" => "✓",
                "not offered" => {
                    reason.clone_from(&line.note);
                    "no"
                }
                "asks nothing" => "own",
                other => return Err(format!("{method}: {other} is no outcome")),
            });
        }
    }
    match (seen.len(), seen.first()) {
        (1, Some(word)) => Ok((word, reason)),
        _ => Err(format!("{method} of {} was seen to be {seen:?}", sdk.version)),
    }
}

/// The table of what differs otherwise.
fn differences(lines: &[Line]) -> String {
    let mut page = DIFFERENCES.replace("VERSIONS", &SDKS.map(|sdk| sdk.version).join(" | "));
    for (what, named, meaning) in DIFFERENT {
        let seen = SDKS.map(|sdk| {
            let about = |line: &&Line| {
                (line.version.as_str(), line.outcome.as_str(), line.method.as_deref())
                    == (sdk.version, "differs", Some(what))
            };
            lines.iter().find(about).unwrap_or_else(|| panic!("{what} of {}", sdk.version)).note.clone()
        });
        let _ = writeln!(page, "| {named} | {meaning} | {} |", seen.join(" | "));
    }
    page
}

fn written(methods: &BTreeMap<&str, [Option<Cell>; SDKS.len()]>) -> String {
    let mut modules: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for (method, cells) in methods {
        let (module, name) = method.split_once('.').expect("a module and a method");
        let rows = modules.entry(module).or_default();
        let row = Row::of(name, cells);
        match rows.iter_mut().find(|known| known.same_as(&row)) {
            Some(known) => known.names.extend(row.names),
            None => rows.push(row),
        }
    }
    let mut page = HEAD.to_owned();
    let versions = SDKS.map(|sdk| sdk.version).join(" | ");
    for (module, rows) in modules {
        let _ = write!(
            page,
            "\n## {module}\n\n| method | {versions} | not offered here |\n|---|---|---|---|---|\n"
        );
        for row in rows {
            let _ =
                writeln!(page, "| {} | {} | {} |", row.names.join(", "), row.words.join(" | "), row.reasons);
        }
    }
    page
}

/// A line of the table: a method, or several that are alike in not being offered.
struct Row {
    names: Vec<String>,
    words: [&'static str; SDKS.len()],
    reasons: String,
}

impl Row {
    fn of(name: &str, cells: &[Option<Cell>; SDKS.len()]) -> Row {
        let reasons: BTreeSet<&str> = cells.iter().flatten().map(|(_, reason)| reason.as_str()).collect();
        let reasons: Vec<&str> = reasons.into_iter().filter(|reason| !reason.is_empty()).collect();
        Row {
            names: vec![format!("`{name}`")],
            words: cells.each_ref().map(|cell| cell.as_ref().map_or("–", |(word, _)| *word)),
            reasons: reasons.join("; "),
        }
    }

    fn same_as(&self, other: &Row) -> bool {
        let works = self.words.contains(&"✓");
        !works && (self.words, &self.reasons) == (other.words, &other.reasons)
    }
}
