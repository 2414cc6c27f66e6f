//! The database read by a stranger: the invariants that must hold of every order, whatever
//! happened, checked on the stored rows and not through the server.

use std::collections::HashMap;
use std::path::Path;

use guichet_core::chain;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// One order as its rows say.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) status: String,
    pub(crate) version: i64,
    /// The payment that settled it, by its `order.paid` entry.
    pub(crate) settled_by: Option<String>,
    /// The payments whose money is or was held.
    pub(crate) held: Vec<String>,
    pub(crate) journal: Vec<Value>,
}

/// An open database.
pub(crate) struct Book(Connection);

type OrderRow = (String, String, String, i64, i64, String, Option<i64>, String);

impl Book {
    /// Opens it to read.
    pub(crate) fn open(path: &Path) -> Book {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).expect("the database opens");
        connection.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
        // A stranger that closes the database must not tidy up what the server has to recover.
        let quietly = rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        connection.set_db_config(quietly, true).expect("a setting");
        Book(connection)
    }

    /// Changes something behind the server's back.
    pub(crate) fn alter(&self, sql: &str) {
        self.0.execute(sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A number.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        self.0.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Every order, each of them found sound.
    pub(crate) fn audit(&self) -> Vec<Kept> {
        let whole: String = self.0.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a word");
        assert_eq!(whole, "ok");
        assert_eq!(self.count("SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
        let journals = self.journals();
        let deliveries = self.deliveries();
        let rows = self.orders();
        rows.into_iter().map(|row| sound(row, &journals, &deliveries)).collect()
    }

    fn orders(&self) -> Vec<OrderRow> {
        let sql = "SELECT id, json_extract(terms, '$.reference'), status, version, entries, chain, wake_at_ms, \
            held FROM orders ORDER BY id";
        let mut statement = self.0.prepare(sql).expect("a query");
        let rows = statement.query_map([], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
                row.get(7)?,
            ))
        });
        rows.expect("orders").collect::<Result<_, _>>().expect("rows")
    }

    fn journals(&self) -> Journals {
        let mut statement = self
            .0
            .prepare("SELECT subject, seq, entries, hash FROM journal ORDER BY shard, subject, seq")
            .expect("a query");
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))
            .expect("decisions");
        let mut journals: HashMap<String, Vec<_>> = HashMap::new();
        for row in rows {
            let (order, decision) = row.expect("a row");
            journals.entry(order).or_default().push(decision);
        }
        journals
    }

    /// How many deliveries each entry has, by order and place in its journal.
    fn deliveries(&self) -> HashMap<(String, i64), i64> {
        let sql = "SELECT subject, event_seq, COUNT(*) FROM deliveries GROUP BY subject, event_seq";
        let mut statement = self.0.prepare(sql).expect("a query");
        let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)));
        rows.expect("deliveries").collect::<Result<_, _>>().expect("rows")
    }
}

/// For each order its decisions: the place of the first entry, the entries, the link of the chain.
type Journals = HashMap<String, Vec<(i64, String, String)>>;

fn sound(row: OrderRow, journals: &Journals, deliveries: &HashMap<(String, i64), i64>) -> Kept {
    let (id, reference, status, version, entries, last, wake_at_ms, held) = row;
    let journal = journals.get(&id).map(Vec::as_slice).unwrap_or_default();
    let (mut link, mut read) = (String::new(), Vec::<Value>::new());
    for (sequence, decision, hash) in journal {
        assert_eq!(*sequence, read.len() as i64 + 1, "{id}: a gap in the journal");
        link = chain(&link, decision);
        assert_eq!(link, *hash, "{id}: the chain breaks at {sequence}");
        read.extend(serde_json::from_str::<Vec<Value>>(decision).expect("JSON"));
    }
    assert_eq!(read.len() as i64, entries, "{id}: entries are missing");
    assert_eq!(link, last, "{id}: the journal does not end where the order says");
    steps_join(&id, &status, &read);
    let paid: Vec<(i64, &Value)> =
        (1..).zip(&read).filter(|(_, entry)| entry["type"] == "order.paid").collect();
    assert!(paid.len() <= 1, "{id} was settled {} times", paid.len());
    let is_paid = matches!(status.as_str(), "paid" | "fulfilled");
    assert_eq!(is_paid, paid.len() == 1, "{id} is {status}");
    for (sequence, entry) in (1..).zip(&read) {
        let wanted = i64::from(entry["type"].as_str().is_some_and(|kind| kind.starts_with("order.")));
        let found = deliveries.get(&(id.clone(), sequence)).copied().unwrap_or(0);
        assert_eq!(found, wanted, "{id}: deliveries of entry {sequence} {}", entry["type"]);
    }
    let waiting = matches!(status.as_str(), "pending" | "failed");
    assert!(!waiting || wake_at_ms.is_some(), "{id} is {status} and has no alarm");
    let held: Vec<Value> = serde_json::from_str(&held).expect("JSON");
    let held = held.iter().map(|held| held["payment"].as_str().expect("a payment").to_owned()).collect();
    let settled_by = paid.first().and_then(|(_, entry)| entry["payment"].as_str()).map(str::to_owned);
    Kept { id, reference, status, version, settled_by, held, journal: read }
}

/// Every change begins where the one before it ended, for the order and for each of its payments.
fn steps_join(id: &str, status: &str, journal: &[Value]) {
    let mut stands: HashMap<&str, &str> = HashMap::new();
    for entry in journal {
        let Some(new) = entry["new"].as_str() else { continue };
        let of_order = entry["type"].as_str().is_some_and(|kind| kind.starts_with("order."));
        let whose = if of_order { "" } else { entry["payment"].as_str().expect("a payment") };
        if let (Some(stood), Some(old)) = (stands.get(whose), entry["old"].as_str()) {
            assert_eq!(*stood, old, "{id}: a step that does not join: {entry}");
        }
        stands.insert(whose, new);
    }
    assert_eq!(stands.get(""), Some(&status), "{id}: the journal ends elsewhere");
}
