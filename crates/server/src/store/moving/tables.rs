//! The tables as the migrations make them: names, columns and keys, read off their text, so that no list of them has to be
//! kept beside it. With them the statements that read a table in pages, in the order of its key, and write it again.

use std::sync::LazyLock;

use crate::store::migrations;

/// How many parameters one statement has at the most.
const MOST_PARAMETERS: usize = 1_000;

/// How many rows are read, and written in one transaction, at once.
pub(super) const PAGE: i64 = 1_000;

/// What is not moved: the ledger of the schema, the note about the move and the nodes at work are each database's own.
const OWN: [&str; 3] = ["migrations", "moves", "nodes"];

/// A table and the statements that move it.
#[derive(Debug)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// Where in a row its key is.
    pub(super) key: Vec<usize>,
    /// The names of its columns.
    pub(super) names: Vec<String>,
    /// Selects one of its rows with whatever columns the database has.
    pub(super) whole: String,
    /// Selects the first rows.
    pub(super) first: String,
    /// Selects those behind a key.
    pub(super) next: String,
    /// Inserts one row.
    pub(super) insert: String,
    /// Inserts as many as one statement takes.
    pub(super) insert_many: String,
    /// How many that are.
    pub(super) many: usize,
    /// Counts its rows.
    pub(super) count: String,
    /// Removes all of them.
    pub(super) empty: String,
}

/// Every table that is moved, each behind those that its rows refer to.
pub(super) static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let declared = migrations::texts().flat_map(declared);
    declared.filter(|(name, ..)| !OWN.contains(name)).map(|(name, body)| table(name, body)).collect()
});

/// The tables that a migration makes: name, and what stands between the brackets, a line for each column.
fn declared(sql: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    sql.split("CREATE TABLE ").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once(" (\n")?;
        let (body, _) = rest.split_once("\n)")?;
        Some((name, body))
    })
}

fn table(name: &str, body: &str) -> Table {
    let mut names: Vec<&str> = Vec::new();
    let mut key: Vec<&str> = Vec::new();
    for line in body.lines().map(str::trim) {
        if let Some(columns) = line.strip_prefix("PRIMARY KEY (") {
            key = columns.split(')').next().unwrap_or_default().split(", ").collect();
        }
        let mut words = line.trim_end_matches(',').split_whitespace();
        let (Some(column), Some("BIGINT" | "TEXT")) = (words.next(), words.next()) else { continue };
        names.push(column);
        if line.contains("PRIMARY KEY") {
            key = vec![column];
        }
    }
    let at = |column: &&str| names.iter().position(|name| name == column);
    let many = (MOST_PARAMETERS / names.len().max(1)).max(1);
    let select = names.iter().map(|column| selected(name, column)).collect::<Vec<_>>().join(", ");
    let (keys, columns) = (key.join(", "), names.join(", "));
    let behind: Vec<String> = (1..=key.len()).map(|number| format!("${number}")).collect();
    let behind = behind.join(", ");
    let limit = key.len() + 1;
    Table {
        key: key.iter().filter_map(at).collect(),
        first: format!("SELECT {select} FROM {name} ORDER BY {keys} LIMIT $1"),
        next: format!(
            "SELECT {select} FROM {name} WHERE ({keys}) > ({behind}) ORDER BY {keys} LIMIT ${limit}"
        ),
        insert: format!("INSERT INTO {name} ({columns}) VALUES {}", rows(names.len(), 1)),
        insert_many: format!("INSERT INTO {name} ({columns}) VALUES {}", rows(names.len(), many)),
        many,
        count: format!("SELECT COUNT(*) FROM {name}"),
        empty: format!("DELETE FROM {name}"),
        whole: format!("SELECT * FROM {name} LIMIT 1"),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        name: name.to_owned(),
    }
}

/// A column as it is moved: nobody holds a lease of a database that is being moved.
fn selected(table: &str, column: &str) -> String {
    match (table, column) {
        ("shard_leases", "owner") => "'' AS owner".to_owned(),
        (_, column) => column.to_owned(),
    }
}

/// The parameters of so many rows.
fn rows(columns: usize, rows: usize) -> String {
    let row = |row: usize| {
        let parameters: Vec<String> =
            (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", parameters.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::value::params;
    use crate::store::{Opening, Store};

    /// A table, its columns, and which of them are its key and at which place.
    type Found = (String, Vec<String>, Vec<(i64, usize)>);

    /// What is read off the migrations is what a database has.
    #[tokio::test]
    async fn every_table_and_column_is_known() {
        let path = std::env::temp_dir().join(format!("guichet-tables-{}.db", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let store = Store::open(path.to_str().unwrap(), Opening::MakeOrMigrate).await.unwrap();
        let sql = "SELECT t.name, c.name, c.pk FROM sqlite_master t JOIN pragma_table_info(t.name) c \
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT IN ('migrations', 'moves', 'nodes') \
            ORDER BY t.rowid, c.cid";
        let mut expected: Vec<Found> = Vec::new();
        for row in store.scan(sql, params![]).await.unwrap() {
            let (table, column) = (row.text(0).unwrap().to_owned(), row.text(1).unwrap().to_owned());
            if expected.last().is_none_or(|(last, ..)| *last != table) {
                expected.push((table, Vec::new(), Vec::new()));
            }
            let (_, columns, key) = expected.last_mut().unwrap();
            if row.int(2).unwrap() > 0 {
                key.push((row.int(2).unwrap(), columns.len()));
            }
            columns.push(column);
        }
        let found: Vec<_> =
            TABLES.iter().map(|table| (&table.name, &table.names, table.key.clone())).collect();
        assert_eq!(found.len(), expected.len());
        for ((name, columns, key), (their_name, their_columns, mut their_key)) in
            found.into_iter().zip(expected)
        {
            their_key.sort_unstable();
            let their_key: Vec<usize> = their_key.into_iter().map(|(_, at)| at).collect();
            assert_eq!((name, columns, key), (&their_name, &their_columns, their_key));
        }
        store.close().await.unwrap();
        let _ = std::fs::remove_file(&path);
    }
}
