//! The nodes: the servers that work this database, by the database's own clock. Each moves its expiry on while it lives; the
//! leases of one whose expiry has passed are free for the others.

use std::sync::Arc;

use crate::clock;
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Write};

/// How long a node counts as living that is not heard of: 6 s, which is also how long a crash may leave work lying.
pub const LEASE_MS: i64 = 6_000;

/// How long a node that was not heard of is still shown to people.
const SHOWN_MS: i64 = 24 * 3_600_000;

/// A server that works this database, or did until lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRow {
    /// What its leases are held under: new with every start.
    pub id: Arc<str>,
    /// Its name for people: its machine and where it listens.
    pub name: String,
    /// The version of its program.
    pub version: String,
    /// The newest step of the schema that it knows.
    pub knows_schema: i64,
    /// How far its machine's time of day is ahead of the database's, in ms.
    pub clock_ahead_ms: i64,
    /// Whether it takes nothing up any more, and gives back what it holds.
    pub leaving: bool,
    /// When it started (unix ms).
    pub started_at_ms: i64,
    /// Until when it counts as living unless it is heard of again (unix ms).
    pub expires_at_ms: i64,
}

impl NodeRow {
    /// Whether it lives at that time (unix ms). An expiry that is later than one could be that is set then was set before the
    /// database's clock was set back.
    pub fn lives(&self, now_ms: i64) -> bool {
        now_ms < self.expires_at_ms && self.expires_at_ms <= now_ms + LEASE_MS
    }
}

impl Store {
    /// The nodes that were heard of lately, the one that started first before the others; and what time it is (unix ms).
    pub async fn nodes(&self) -> Result<(Vec<NodeRow>, i64), Fault> {
        const SQL: &str = "SELECT id, name, version, knows_schema, clock_ahead_ms, leaving, started_at_ms, \
            expires_at_ms FROM nodes ORDER BY started_at_ms, id";
        let node = |row: &Values| {
            Ok(NodeRow {
                id: row.text(0)?.into(),
                name: row.text(1)?.to_owned(),
                version: row.text(2)?.to_owned(),
                knows_schema: row.int(3)?,
                clock_ahead_ms: row.int(4)?,
                leaving: row.int(5)? == 1,
                started_at_ms: row.int(6)?,
                expires_at_ms: row.int(7)?,
            })
        };
        let rows = self.find(SQL, params![]).await?;
        Ok((rows.iter().map(node).collect::<Result<_, Fault>>()?, self.now_ms().await?))
    }

    /// The writes that say that a node lives, and forget those that were not heard of for long.
    ///
    /// # Errors
    /// The database does not say what time it is.
    pub async fn node_lives(&self, node: &NodeRow) -> Result<[Write; 2], Fault> {
        const LIVES: &str = "INSERT INTO nodes (id, name, version, knows_schema, clock_ahead_ms, leaving, \
            started_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET \
            clock_ahead_ms = excluded.clock_ahead_ms, leaving = excluded.leaving, \
            expires_at_ms = excluded.expires_at_ms";
        const FORGET: &str = "DELETE FROM nodes WHERE expires_at_ms < $1";
        let now_ms = self.now_ms().await?;
        let row = params![
            &*node.id,
            node.name.as_str(),
            node.version.as_str(),
            node.knows_schema,
            clock::machine_ms() - now_ms,
            i64::from(node.leaving),
            node.started_at_ms,
            now_ms + LEASE_MS,
        ];
        Ok([Write::new(LIVES, row), Write::new(FORGET, params![now_ms - SHOWN_MS])])
    }

    /// Until when the last of the nodes counts as living (unix ms); nothing while none does.
    pub async fn worked_until(&self) -> Result<Option<i64>, Fault> {
        let (nodes, now_ms) = self.nodes().await?;
        Ok(nodes.iter().filter(|node| node.lives(now_ms)).map(|node| node.expires_at_ms).max())
    }
}

/// Ends a node.
pub(super) fn leave(id: &str) -> Write {
    Write::new("DELETE FROM nodes WHERE id = $1", params![id])
}
