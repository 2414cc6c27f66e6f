//! More paid orders than a server makes in an hour: copies of those that it made, with identifiers, references and keys of their
//! own, older than any that it makes from now on.

use anyhow::Context as _;
use rusqlite::Connection;

use crate::beside;
use crate::engine::{Engine, psql};
use crate::scene::Scene;

/// Rows of paid orders.
struct Table {
    name: &'static str,
    /// The column that names the order.
    order: &'static str,
    /// The columns with identifiers of ours.
    identifiers: &'static [&'static str],
    /// The columns with what others call things.
    names: &'static [&'static str],
}

const fn table(
    name: &'static str,
    order: &'static str,
    identifiers: &'static [&'static str],
    names: &'static [&'static str],
) -> Table {
    Table { name, order, identifiers, names }
}

/// What there is of a paid order.
const TABLES: [Table; 8] = [
    table("orders", "id", &["id"], &[]),
    table("order_references", "order_id", &["order_id"], &["reference"]),
    table("gateway_references", "order_id", &["order_id", "payment_id"], &["reference"]),
    table("journal", "subject", &["subject", "id"], &[]),
    table("deliveries", "subject", &["subject", "id"], &[]),
    table("delivery_attempts", "subject", &["subject"], &[]),
    table("idempotency_keys", "subject", &["subject"], &["key"]),
    table("idempotency_answers", "subject", &["subject"], &["key"]),
];

/// Where the time stands in an identifier, from which character on and how many of its digits say the year and the month.
const TIME: (usize, usize) = (5, 4);

/// The digits of identifiers.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Nothing of it comes due.
const AT_REST: &str = "status = 'paid' AND wake_at_ms IS NULL";

/// Stores about so many copies of the paid orders that are there, which are `originals`; how many it was. An interrupt ends it
/// between two of them.
pub(crate) async fn store(scene: &Scene<'_>, originals: u64, count: u64, quiet: bool) -> anyhow::Result<u64> {
    let copies = count.div_ceil(originals.max(1));
    let most = u64::try_from(DIGITS.len().pow(2))?;
    anyhow::ensure!(
        copies < most,
        "{count} orders are more than {most} times the {originals} that were made"
    );
    let database = Open::of(scene)?;
    database.run(&set_aside())?;
    for copy in 0..copies {
        database.run(&statements(&database, copy)?)?;
        database.rest()?;
        if !quiet {
            eprintln!("{} of {count} are stored", (copy + 1) * originals);
        }
        tokio::task::yield_now().await;
    }
    let dropped: String =
        TABLES.iter().map(|Table { name, .. }| format!("DROP TABLE copied_{name};")).collect();
    database.run(&dropped)?;
    database.settle()?;
    Ok(copies * originals)
}

/// Sets the originals' rows aside, so that no copy looks for them among the copies before.
fn set_aside() -> String {
    let aside = |Table { name, order, .. }: &Table| {
        let at_rest = if *name == "deliveries" { " AND status = 'delivered'" } else { "" };
        format!(
            "CREATE TABLE copied_{name} AS SELECT * FROM {name} \
             WHERE {order} IN (SELECT id FROM orders WHERE {AT_REST}){at_rest};"
        )
    };
    TABLES.iter().map(aside).collect()
}

/// One copy of all of them.
fn statements(database: &Open, copy: u64) -> anyhow::Result<String> {
    let digit = |at: u64| DIGITS.get(usize::try_from(at).unwrap_or(0)).copied().unwrap_or(b'0');
    let time = format!("00{}{}", char::from(digit(copy / 32)), char::from(digit(copy % 32)));
    let (from, digits) = TIME;
    let mut sql = "BEGIN;".to_owned();
    for Table { name, identifiers, names, .. } in &TABLES {
        let columns = database.columns(name)?;
        let value = |column: &String| {
            if identifiers.contains(&column.as_str()) {
                format!(
                    "substr({column}, 1, {}) || '{time}' || substr({column}, {})",
                    from - 1,
                    from + digits
                )
            } else if names.contains(&column.as_str()) {
                format!("'{time}-' || {column}")
            } else {
                column.clone()
            }
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        let (columns, values) = (columns.join(", "), values.join(", "));
        sql += &format!("INSERT INTO {name} ({columns}) SELECT {values} FROM copied_{name};");
    }
    Ok(sql + "COMMIT;")
}

/// The database beside the server that works it.
enum Open {
    File(Connection),
    Postgres(String),
}

impl Open {
    fn of(scene: &Scene<'_>) -> anyhow::Result<Self> {
        Ok(match scene.engine {
            Engine::Sqlite => {
                let connection = beside::open(&scene.file())?;
                connection.pragma_update(None, "cache_size", -200_000)?;
                Open::File(connection)
            }
            Engine::Postgres => Open::Postgres(scene.database.url.clone()),
        })
    }

    fn run(&self, sql: &str) -> anyhow::Result<()> {
        match self {
            Open::File(connection) => Ok(connection.execute_batch(sql)?),
            Open::Postgres(url) => psql(url, sql).map(drop),
        }
    }

    fn columns(&self, table: &str) -> anyhow::Result<Vec<String>> {
        let named = match self {
            Open::File(connection) => {
                let sql = format!("SELECT group_concat(name, ' ') FROM pragma_table_info('{table}')");
                connection.query_row(&sql, [], |row| row.get(0))?
            }
            Open::Postgres(url) => psql(
                url,
                &format!(
                    "SELECT string_agg(attname, ' ') FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 \
                     AND NOT attisdropped"
                ),
            )?,
        };
        Ok(named.split(' ').map(str::to_owned).collect())
    }

    /// Lets no log get long: the server that would move it has not written this.
    fn rest(&self) -> anyhow::Result<()> {
        match self {
            Open::File(connection) => {
                Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
            }
            Open::Postgres(_) => Ok(()),
        }
    }

    /// Everything is on the disk, and whoever plans queries knows what there is: what is measured then is not slowed by what
    /// was stored before it.
    fn settle(&self) -> anyhow::Result<()> {
        match self {
            Open::File(connection) => {
                let path = connection.path().context("the file has a name")?;
                Ok(std::fs::File::open(path)?.sync_all()?)
            }
            Open::Postgres(_) => self.run("VACUUM ANALYZE"),
        }
    }
}
