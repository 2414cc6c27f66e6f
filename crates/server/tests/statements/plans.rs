//! How both engines go about every statement: none reads a table that grows from its beginning to its end.

use guichet_testing::postgres::Connection;

use crate::engines;
use crate::sources::{self, Statement};

/// The tables that grow with what shops and customers do. The others hold what is declared.
const GROWING: [&str; 24] = [
    "orders",
    "journal",
    "archived_journals",
    "deliveries",
    "delivery_attempts",
    "idempotency_keys",
    "idempotency_answers",
    "order_terms",
    "order_references",
    "gateway_references",
    "purchases",
    "refund_requests",
    "customers",
    "customer_terms",
    "codes_sent",
    "customer_codes",
    "logins",
    "refresh_tokens",
    "known_devices",
    "unmatched_notifications",
    "refunds",
    "order_notes",
    "till_entries",
    "book_lines",
];

/// The statements that may read a whole table, by how they begin, and why.
const MAY_READ_ALL: [(&str, &str); 7] = [
    ("SELECT status, COUNT(*) FROM orders", "a count that an operator asks for by hand"),
    ("SELECT COUNT(*) FROM orders", "what a backup holds"),
    ("SELECT COUNT(*) FROM journal", "what a backup holds"),
    ("SELECT MAX(at_ms) FROM journal", "what a backup holds"),
    (
        "SELECT COUNT(*) FROM deliveries WHERE status = 'given_up'",
        "a count that an operator asks for by hand",
    ),
    (
        "SELECT seq FROM archived_journals WHERE archive",
        "asked once, after a command was killed and its file is gone",
    ),
    (
        "DELETE FROM unmatched_notifications WHERE settled_at_ms",
        "of an account no more than a thousand are kept",
    ),
];

/// How many rows each growing table has: enough that nobody would read them all.
const ROWS: usize = 20_000;

fn is_explained(statement: &&Statement) -> bool {
    !MAY_READ_ALL.iter().any(|(beginning, _)| statement.sql.starts_with(beginning))
}

#[tokio::test]
async fn sqlite_scans_no_table_that_grows() {
    let file = engines::sqlite("plans").await;
    let mut scans = Vec::new();
    for Statement { file: source, sql } in sources::statements().iter().filter(is_explained) {
        let mut explained = file.database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a plan");
        let lines =
            explained.raw_query().mapped(|row| row.get::<_, String>(3)).collect::<Result<Vec<_>, _>>();
        let lines = lines.expect("lines");
        let scanned = |line: &String| {
            let name = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            // An index that holds nothing but what is asked for is read from end to end.
            name.is_some_and(|name| GROWING.contains(&name)) && !line.contains(" INDEX ")
        };
        if lines.iter().any(scanned) {
            scans.push(format!("{source}: {sql}\n    {lines:?}"));
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}

#[tokio::test]
async fn postgres_scans_no_table_that_grows() {
    let mut database = engines::postgres("plans").await;
    fill(&mut database);
    // What is prepared once is planned once, for any values.
    database.run("SET plan_cache_mode = force_generic_plan; SET jit = off");
    let mut scans = Vec::new();
    for Statement { file: source, sql } in sources::statements().iter().filter(is_explained) {
        database.run(&format!("PREPARE statement AS {}", with_limits(sql)));
        let known = database
            .query("SELECT cardinality(parameter_types) FROM pg_prepared_statements")
            .expect("it is known");
        let count: usize =
            known.cells[0][0].as_deref().and_then(|count| count.parse().ok()).expect("a count");
        let values = if count == 0 { String::new() } else { format!("({})", vec!["NULL"; count].join(", ")) };
        let plan = database.query(&format!("EXPLAIN (COSTS OFF) EXECUTE statement{values}")).expect("a plan");
        database.run("DEALLOCATE statement");
        let lines: Vec<String> =
            plan.cells.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect();
        let is_scan = |line: &String| {
            GROWING.iter().any(|table| {
                line.split_once("Seq Scan on ").is_some_and(|(_, rest)| rest.split(' ').next() == Some(table))
            })
        };
        // A list that is merged of several is merged by an index, and not read whole and sorted.
        let is_merged = sql.contains(" UNION ALL ") && sql.contains(" LIMIT ");
        let sorts = is_merged && !lines.iter().any(|line| line.contains("Merge Append"));
        if sorts || lines.iter().any(is_scan) {
            scans.push(format!("{source}: {sql}\n    {}", lines.join("\n    ")));
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
    for (beginning, why) in MAY_READ_ALL {
        let is_there = sources::statements().iter().any(|statement| statement.sql.starts_with(beginning));
        assert!(is_there, "no statement begins with “{beginning}” any more ({why})");
    }
}

/// The same statement with a page's length where it has a limit, which no plan for any values knows. The parameters that are
/// left are numbered anew, without a hole.
fn with_limits(sql: &str) -> String {
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut left: Vec<&str> = Vec::new();
    for part in parts {
        let (number, rest) = part.split_at(part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len()));
        if text.ends_with("LIMIT ") {
            text.push_str("20");
        } else if text.ends_with(" OFFSET ") {
            text.push('0');
        } else {
            let place = left.iter().position(|known| *known == number).unwrap_or_else(|| {
                left.push(number);
                left.len() - 1
            });
            text.push_str(&format!("${}", place + 1));
        }
        text.push_str(rest);
    }
    text
}

/// Rows of no sense in every growing table, spread as those of a server are: most of what there is is done.
fn fill(database: &mut Connection) {
    let constraints = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint \
        WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace";
    for row in database.query(constraints).expect("constraints").cells {
        database.run(row[0].as_deref().expect("a statement"));
    }
    for table in GROWING {
        let columns = format!(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{table}' \
             AND table_schema = 'public' ORDER BY ordinal_position"
        );
        let columns = database.query(&columns).expect("columns").cells;
        let column = |row: &Vec<Option<String>>| {
            let [Some(name), Some(kind)] = row.as_slice() else { panic!("{row:?}") };
            value(name, kind).to_owned()
        };
        let values: Vec<String> = columns.iter().map(column).collect();
        let (values, last) = (values.join(", "), ROWS);
        database.run(&format!("INSERT INTO {table} SELECT {values} FROM generate_series(1, {last}) g"));
    }
    database.run("ANALYZE");
}

/// What the row number `g` has in a column of that name.
fn value(name: &str, kind: &str) -> &'static str {
    match (name, kind) {
        ("shard", _) => "g % 64",
        ("environment", _) => "'test'",
        ("merchant_id", _) => "'mer_' || g % 20",
        ("account_id" | "target", _) => "'acc_' || g % 20",
        ("status", _) => "CASE WHEN g % 100 = 0 THEN 'pending' WHEN g % 100 = 1 THEN 'open' ELSE 'paid' END",
        ("acked", _) => "CASE WHEN g % 100 = 0 THEN 0 ELSE 1 END",
        ("needs_you" | "unknown_payments", _) => "CASE WHEN g % 1000 = 0 THEN 1 ELSE 0 END",
        ("wake_at_ms", _) => "CASE WHEN g % 10 = 0 THEN g END",
        ("gateway" | "currency" | "provider" | "route" | "event", _) => "'x'",
        (_, "bigint") => "g",
        (_, _) => "'x' || g",
    }
}
