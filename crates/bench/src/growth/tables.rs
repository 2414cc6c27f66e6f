//! What every table and index takes on disk.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::engine::{Engine, psql};
use crate::scene::Scene;

/// Bytes by table or index: of its pages, and what is unused of these.
#[derive(Debug, Default)]
pub(crate) struct Tables(pub(crate) BTreeMap<String, Taken>);

/// What one takes.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Taken {
    /// Its pages.
    pub(crate) bytes: u64,
    /// What is unused of them.
    pub(crate) unused: u64,
}

impl Tables {
    /// Those of the database, beside the server that writes it.
    pub(crate) fn of(scene: &Scene<'_>) -> anyhow::Result<Self> {
        match scene.engine {
            Engine::Sqlite => Tables::of_file(&scene.file()),
            Engine::Postgres => Tables::of_postgres(&scene.database.url),
        }
    }

    /// PostgreSQL does not say what is unused.
    fn of_postgres(url: &str) -> anyhow::Result<Self> {
        let sql =
            "SELECT relname || ' ' || pg_relation_size(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't')";
        let sizes = psql(url, sql)?;
        let taken = |line: &str| {
            let (name, bytes) = line.split_once(' ')?;
            Some((name.to_owned(), Taken { bytes: bytes.parse().ok()?, unused: 0 }))
        };
        Ok(Tables(sizes.lines().filter_map(taken).collect()))
    }

    fn of_file(path: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut read =
            connection.prepare("SELECT name, pgsize, unused FROM dbstat WHERE aggregate = TRUE")?;
        let rows = read.query_map([], |row| {
            let bytes = |column| row.get::<_, i64>(column).map(|bytes| u64::try_from(bytes).unwrap_or(0));
            Ok((row.get::<_, String>(0)?, Taken { bytes: bytes(1)?, unused: bytes(2)? }))
        })?;
        Ok(Tables(rows.collect::<Result<_, _>>()?))
    }

    /// What was added since, for each of `count`; the largest first. What takes less than a byte is left out.
    pub(crate) fn since(&self, before: &Tables, count: u64) -> Vec<(String, Taken)> {
        let each = |now: u64, before: u64| now.saturating_sub(before) / count.max(1);
        let added = self.0.iter().map(|(name, now)| {
            let old = before.0.get(name).copied().unwrap_or_default();
            (name.clone(), Taken { bytes: each(now.bytes, old.bytes), unused: each(now.unused, old.unused) })
        });
        let mut added: Vec<_> = added.filter(|(_, taken)| taken.bytes > 0).collect();
        added.sort_by_key(|(name, taken)| (std::cmp::Reverse(taken.bytes), name.clone()));
        added
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_told_for_each_and_the_largest_comes_first() {
        let tables = |rows: &[(&str, u64)]| {
            let taken = |bytes| Taken { bytes, unused: bytes / 2 };
            Tables(rows.iter().map(|(name, bytes)| ((*name).to_owned(), taken(*bytes))).collect())
        };
        let before = tables(&[("journal", 4096), ("numbers", 4096)]);
        let now = tables(&[("journal", 8192), ("numbers", 4096), ("orders", 40_960)]);
        let added: Vec<_> = now
            .since(&before, 4)
            .into_iter()
            .map(|(name, taken)| (name, taken.bytes, taken.unused))
            .collect();
        assert_eq!(added, [("orders".to_owned(), 10_240, 5120), ("journal".to_owned(), 1024, 512)]);
    }
}
