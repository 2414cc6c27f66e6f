//! What a database that is spread over machines by shard asks of the schema and of the statements.

use std::collections::{BTreeMap, BTreeSet};

use crate::{engines, sources};

/// The tables that belong to a subject: their rows lie together, by its shard.
const OF_A_SUBJECT: [&str; 11] = [
    "orders",
    "journal",
    "archived_journals",
    "deliveries",
    "delivery_attempts",
    "idempotency_answers",
    "errands",
    "refunds",
    "order_notes",
    "till_entries",
    "book_lines",
];

/// The tables with a shard that are found by another key, and lead to a subject.
const LEADING_TO_ONE: [&str; 7] = [
    "order_terms",
    "order_references",
    "gateway_references",
    "idempotency_keys",
    "purchases",
    "refund_requests",
    "shard_leases",
];

/// The statements on a subject's tables that go without its shard, by how they begin, and why.
const ACROSS_SHARDS: [(&str, &str); 26] = [
    ("SELECT COUNT(*) FROM orders", "a count for an operator"),
    ("SELECT merchant_id, environment, COUNT(*) FROM orders", "a gauge, by an index of what needs somebody"),
    (
        "SELECT merchant_id, environment, CAST(SUM(unknown_payments)",
        "a gauge, by an index of what is unknown",
    ),
    ("SELECT id FROM orders WHERE merchant_id", "a merchant's list"),
    ("SELECT id FROM (SELECT id FROM orders WHERE merchant_id", "a merchant's list, merged of every status"),
    ("SELECT id, order_id FROM refunds WHERE merchant_id", "a merchant's list"),
    ("SELECT day, account_id, currency, gateway, CAST(SUM", "a merchant's book, by its days"),
    ("SELECT currency, COUNT(*), CAST(SUM", "what is in an operator's till"),
    ("UPDATE till_entries SET closed_at_ms", "an operator's till is closed"),
    ("INSERT INTO tills", "an operator's till is closed"),
    ("SELECT target, COUNT(*)", "a gauge, by an index of what waits"),
    (
        "SELECT id, subject, event_seq, target, attempts, status, due_at_ms, settled_at_ms FROM deliveries WHERE id",
        "a delivery by its name",
    ),
    ("UPDATE deliveries SET due_at_ms = CASE", "the time of day was set back"),
    ("SELECT id, subject, at_ms, seq, entries, taken FROM (SELECT", "what a shop pulls"),
    ("SELECT journal.id, journal.subject, journal.at_ms", "what an operator follows"),
    ("SELECT id, subject, at_ms, seq, entries FROM journal WHERE merchant_id", "a merchant's newest events"),
    ("UPDATE journal SET taken", "a shop that takes what it pulled names the event alone"),
    ("SELECT id, order_id, errand FROM errands WHERE begun_at_ms", "errands of every shard, which are few"),
    ("DELETE FROM errands WHERE asked_at_ms", "errands that were left behind"),
    ("SELECT id FROM journal WHERE merchant_id", "whether a shop pulls, asked once for each archive"),
    ("SELECT id FROM (SELECT id FROM journal WHERE merchant_id", "what open pages hear of"),
    (
        "SELECT seq FROM archived_journals WHERE archive",
        "whether an archive that a command left has been begun with",
    ),
    ("SELECT COUNT(*) FROM deliveries", "a count for an operator"),
    ("SELECT COUNT(*) FROM journal", "a count for an operator"),
    ("SELECT status, COUNT(*) FROM orders", "a count for an operator"),
    ("SELECT MAX(at_ms) FROM journal", "how far a backup goes"),
];

#[tokio::test]
async fn every_key_of_a_subjects_tables_begins_with_its_shard() {
    let file = engines::sqlite("keys").await;
    let database = &file.database;
    let with_a_shard = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND c.name = 'shard'";
    let names: BTreeSet<String> =
        texts(database, with_a_shard).into_iter().map(|row| row[0].clone()).collect();
    let known = OF_A_SUBJECT.iter().chain(&LEADING_TO_ONE).map(|name| (*name).to_owned());
    assert_eq!(names, known.collect(), "say to which kind a table belongs");
    let keys = "SELECT m.name, i.name, c.seqno, c.name FROM sqlite_master m JOIN pragma_index_list(m.name) i \
        JOIN pragma_index_info(i.name) c WHERE m.type = 'table' AND i.\"unique\" = 1 ORDER BY 1, 2, 3";
    let mut first: BTreeMap<(String, String), String> = BTreeMap::new();
    for row in texts(database, keys) {
        let [table, index, _, column] = row.as_slice() else { panic!("{row:?}") };
        first.entry((table.clone(), index.clone())).or_insert_with(|| column.clone());
    }
    for table in OF_A_SUBJECT {
        let keys: Vec<_> = first.iter().filter(|((of, _), _)| of == table).collect();
        assert!(!keys.is_empty(), "{table} has no key");
        assert!(keys.iter().all(|(_, column)| *column == "shard"), "{table}: {keys:?}");
    }
}

fn texts(database: &rusqlite::Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = database.prepare(sql).expect("a statement");
    let columns = statement.column_count();
    let text = |value: rusqlite::types::ValueRef<'_>| {
        let number = value.as_i64().map(|number| number.to_string());
        number.or_else(|_| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let read = |row: &rusqlite::Row<'_>| {
        (0..columns).map(|column| row.get_ref(column).map(text)).collect::<rusqlite::Result<Vec<String>>>()
    };
    let rows = statement.query_map([], read).expect("rows");
    rows.collect::<rusqlite::Result<_>>().expect("texts")
}

#[test]
fn no_statement_on_a_subjects_table_goes_without_its_shard() {
    let mut wrong = Vec::new();
    for statement in sources::statements() {
        let words: Vec<&str> = statement.sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let of_a_subject = OF_A_SUBJECT.iter().any(|table| {
            let mut pairs = words.windows(2);
            pairs.any(|pair| ["FROM", "JOIN", "INTO", "UPDATE"].contains(&pair[0]) && pair[1] == *table)
        });
        let is_known = ACROSS_SHARDS.iter().any(|(beginning, _)| statement.sql.starts_with(beginning));
        if of_a_subject && !words.contains(&"shard") && !is_known {
            wrong.push(format!("{}: {}", statement.file, statement.sql));
        }
    }
    for (beginning, why) in ACROSS_SHARDS {
        let is_there = sources::statements().iter().any(|statement| statement.sql.starts_with(beginning));
        assert!(is_there, "no statement begins with “{beginning}” any more ({why})");
    }
    assert!(wrong.is_empty(), "these go without a shard:\n{}", wrong.join("\n"));
}
