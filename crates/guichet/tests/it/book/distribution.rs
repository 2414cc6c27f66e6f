//! The chapter about growing says how the tables are spread over several machines. Held against the schema: each table is
//! placed once, and one that is spread has its column in every unique key and no foreign key.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::packaging::root;

/// Made by the program itself, before the first migration.
const OF_THE_PROGRAM: &str = "migrations";

#[test]
fn every_table_is_placed_where_its_keys_allow_it() {
    let (schema, chapter) = (schema(), chapter());
    let wrong = wrong(&schema, &chapter);
    assert!(schema.len() > 30 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_table_that_does_not_fit_is_found() {
    let schema = tables(
        "CREATE TABLE a (shard BIGINT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (shard, id));\n\
         CREATE UNIQUE INDEX a_id ON a (id);\n\
         CREATE TABLE b (id TEXT NOT NULL PRIMARY KEY REFERENCES a (id));\nCREATE TABLE c (id TEXT NOT NULL PRIMARY KEY);",
    );
    let chapter =
        "create_distributed_table('a', 'shard');\ncreate_distributed_table('b', 'id');\nARRAY['b', 'gone']";
    let found: Vec<String> = wrong(&schema, chapter);
    for expected in
        ["a: (id)", "b: a foreign key", "b: placed 2 times", "c: placed 0 times", "gone: no table"]
    {
        assert!(found.iter().any(|line| line.starts_with(expected)), "{expected} is not in {found:?}");
    }
    assert_eq!(found.len(), 5, "{found:?}");
}

/// A table, as far as it matters here.
#[derive(Debug, Default)]
struct Table {
    unique: Vec<String>,
    has_foreign_key: bool,
}

fn schema() -> BTreeMap<String, Table> {
    let folder = root().join("crates/server/src/store/migrations");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the migrations").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    tables(&files.iter().map(|file| fs::read_to_string(file).expect("a migration")).collect::<String>())
}

fn chapter() -> String {
    fs::read_to_string(root().join("docs/src/operating/scale.md")).expect("the chapter")
}

/// The tables that a schema makes. Comments stand on lines of their own.
fn tables(sql: &str) -> BTreeMap<String, Table> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let without: String =
        sql.lines().filter(|line| !line.starts_with("--")).flat_map(|line| [line, "\n"]).collect();
    for statement in without.split(';').map(str::trim) {
        if let Some(made) = statement.strip_prefix("CREATE TABLE ") {
            let (name, body) = made.split_once(' ').expect("a body");
            tables.insert(name.to_owned(), table(body));
        } else if let Some(index) = statement.strip_prefix("CREATE UNIQUE INDEX ") {
            let (_, on) = index.split_once(" ON ").expect("a table");
            let (name, columns) = on.split_once(' ').expect("columns");
            tables.get_mut(name).expect("its table").unique.push(columns.to_owned());
        }
    }
    tables
}

/// What the lines of a table's body say of its keys.
fn table(body: &str) -> Table {
    let mut table = Table { has_foreign_key: body.contains("REFERENCES"), ..Table::default() };
    let inner = body.trim_start_matches('(');
    for line in inner.lines().flat_map(|line| line.split(", ").map(str::trim).collect::<Vec<_>>()) {
        let column = line.split(' ').next().unwrap_or_default();
        if !line.starts_with("PRIMARY")
            && !line.starts_with("UNIQUE")
            && (line.contains(" PRIMARY KEY") || line.contains(" UNIQUE"))
        {
            table.unique.push(format!("({column})"));
        }
    }
    for key in ["PRIMARY KEY (", "UNIQUE ("] {
        for (at, _) in inner.match_indices(key) {
            let columns = inner[at + key.len()..].split(')').next().unwrap_or_default();
            table.unique.push(format!("({columns})"));
        }
    }
    table
}

/// What does not hold.
fn wrong(schema: &BTreeMap<String, Table>, chapter: &str) -> Vec<String> {
    let (everywhere, spread) = (everywhere(chapter), spread(chapter));
    let mut wrong = Vec::new();
    for name in schema.keys() {
        let times = everywhere.iter().filter(|one| *one == name).count()
            + spread.iter().filter(|(one, _)| one == name).count();
        if times != 1 {
            wrong.push(format!("{name}: placed {times} times"));
        }
    }
    for (name, column) in &spread {
        let Some(table) = schema.get(name) else { continue };
        let has = |key: &&String| key.trim_matches(['(', ')']).split(", ").any(|one| one == column);
        let without = table.unique.iter().filter(|key| !has(key));
        wrong.extend(without.map(|key| format!("{name}: {key} is unique without {column}")));
        if table.has_foreign_key {
            wrong.push(format!("{name}: a foreign key"));
        }
    }
    let placed: BTreeSet<&String> = everywhere.iter().chain(spread.iter().map(|(name, _)| name)).collect();
    let unknown =
        placed.iter().filter(|name| !schema.contains_key(**name) && *name.as_str() != *OF_THE_PROGRAM);
    wrong.extend(unknown.map(|name| format!("{name}: no table")));
    wrong
}

/// The tables that each machine has a copy of.
fn everywhere(chapter: &str) -> Vec<String> {
    let (_, list) = chapter.split_once("ARRAY[").expect("a list of tables");
    quoted(list.split(']').next().unwrap_or_default())
}

/// The tables that are spread, each with its column.
fn spread(chapter: &str) -> Vec<(String, String)> {
    let calls = chapter.split("create_distributed_table(").skip(1).map(quoted);
    calls.map(|mut words| (words.remove(0), words.remove(0))).collect()
}

/// The words in single quotes, up to the end of the line or further on.
fn quoted(text: &str) -> Vec<String> {
    text.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}
