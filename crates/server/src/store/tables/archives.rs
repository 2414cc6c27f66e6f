//! Archives: the files that the journals of orders were moved to, how far each has come, and what of an order and of a shop
//! is in them.

use guichet_core::{DeliveryId, Environment, MerchantId, Subject};

use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// How long a claim to an archive lasts unless renewed, in ms.
const CLAIM_MS: i64 = 20_000;

/// How far an archive has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveState {
    /// Its file is being written.
    Writing,
    /// Its file is whole, and what is in it is being taken out of the tables.
    Written,
    /// All of it was taken out.
    Done,
}

impl ArchiveState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            ArchiveState::Writing => "writing",
            ArchiveState::Written => "written",
            ArchiveState::Done => "done",
        }
    }

    fn read(word: &str) -> Result<Self, Fault> {
        let all = [ArchiveState::Writing, ArchiveState::Written, ArchiveState::Done];
        let known = all.into_iter().find(|state| state.as_str() == word);
        known.ok_or_else(|| Fault::new(format!("“{word}” is no state of an archive")))
    }
}

/// An archive on record.
#[derive(Debug, Clone)]
pub struct ArchiveRow {
    /// Its number, from 1.
    pub number: i64,
    /// The name of its file.
    pub name: String,
    /// The folder in which it was made.
    pub folder: String,
    /// How far it has come.
    pub state: ArchiveState,
    /// SHA-256 of its file, once that is whole.
    pub sha256: String,
    /// How many orders it has.
    pub orders: i64,
    /// How many events.
    pub events: i64,
    /// When it was begun (unix ms).
    pub made_at_ms: i64,
    /// Whoever works at it, by a name of its own.
    pub owner: String,
    /// Until when that one has said to be alive, by the database's own time (unix ms).
    pub claimed_until_ms: i64,
}

/// What of an order's journal is in archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// How many entries, the oldest.
    pub entries: i64,
    /// The link that the chain ends in there.
    pub chain: String,
    /// How many deliveries went with them.
    pub deliveries: i64,
    /// The names of the files, the oldest entries first.
    pub archives: Vec<String>,
}

/// What of a shop's events is in archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivedEvents {
    /// How many.
    pub events: i64,
    /// How many of them the shop had acknowledged.
    pub acknowledged: i64,
    /// When the newest happened (unix ms).
    pub newest_at_ms: i64,
}

const ROW: &str = "SELECT number, name, folder, state, sha256, orders, events, made_at_ms, owner, claimed_until_ms \
    FROM archives ORDER BY number";

fn archive(row: &Values) -> Result<ArchiveRow, Fault> {
    Ok(ArchiveRow {
        number: row.int(0)?,
        name: row.text(1)?.to_owned(),
        folder: row.text(2)?.to_owned(),
        state: ArchiveState::read(row.text(3)?)?,
        sha256: row.text(4)?.to_owned(),
        orders: row.int(5)?,
        events: row.int(6)?,
        made_at_ms: row.int(7)?,
        owner: row.text(8)?.to_owned(),
        claimed_until_ms: row.int(9)?,
    })
}

impl Store {
    /// Every archive on record, the oldest first.
    pub async fn archives(&self) -> Result<Vec<ArchiveRow>, Fault> {
        self.scan(ROW, params![]).await?.iter().map(archive).collect()
    }

    /// What of a subject's journal is in archives, if anything is.
    pub async fn archived(&self, subject: Subject) -> Result<Option<Archived>, Fault> {
        const SQL: &str = "SELECT j.seq, j.chain, j.deliveries, a.name FROM archived_journals j JOIN archives a \
            ON a.number = j.archive WHERE j.shard = $1 AND j.subject = $2 ORDER BY j.seq";
        let mut found: Option<Archived> = None;
        for row in self.find(SQL, params![subject.shard(), subject]).await? {
            let (mut archives, before) =
                found.map_or((Vec::new(), 0), |earlier| (earlier.archives, earlier.deliveries));
            archives.push(row.text(3)?.to_owned());
            let deliveries = before + row.int(2)?;
            found =
                Some(Archived { entries: row.int(0)?, chain: row.text(1)?.to_owned(), deliveries, archives });
        }
        Ok(found)
    }

    /// The link that a subject's chain had at that entry when it was archived, and the number of the archive.
    pub async fn archived_link(&self, subject: Subject, seq: i64) -> Result<Option<(String, i64)>, Fault> {
        const SQL: &str =
            "SELECT chain, archive FROM archived_journals WHERE shard = $1 AND subject = $2 AND seq = $3";
        let rows = self.find(SQL, params![subject.shard(), subject, seq]).await?;
        rows.first().map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?))).transpose()
    }

    /// Whether something was taken out of the tables that is in that archive.
    pub async fn is_taken_from(&self, archive: i64) -> Result<bool, Fault> {
        const SQL: &str = "SELECT seq FROM archived_journals WHERE archive = $1 LIMIT 1";
        Ok(!self.scan(SQL, params![archive]).await?.is_empty())
    }

    /// What of a shop's events is in archives, if anything is.
    pub async fn archived_events(
        &self,
        merchant: MerchantId,
        environment: Environment,
    ) -> Result<Option<ArchivedEvents>, Fault> {
        const SQL: &str = "SELECT events, acknowledged, newest_at_ms FROM archived_events \
            WHERE merchant_id = $1 AND environment = $2";
        let read = |row: &Values| {
            Ok(ArchivedEvents { events: row.int(0)?, acknowledged: row.int(1)?, newest_at_ms: row.int(2)? })
        };
        self.find(SQL, params![merchant, environment.as_str()]).await?.first().map(read).transpose()
    }

    /// When the newest archived event of any shop happened (unix ms), if one is archived.
    pub async fn newest_archived_ms(&self) -> Result<Option<i64>, Fault> {
        const SQL: &str = "SELECT MAX(newest_at_ms) FROM archived_events";
        Ok(self.find(SQL, params![]).await?.first().and_then(|row| row.maybe_int(0)))
    }

    /// Whether a delivery that is not here may be in an archive: it was made before the newest event that is in one.
    pub async fn may_be_archived(&self, delivery: DeliveryId) -> Result<bool, Fault> {
        let made_at_ms = delivery.made_at_ms();
        Ok(self.newest_archived_ms().await?.is_some_and(|newest| made_at_ms <= newest))
    }

    /// Whether a shop takes its events by pulling: it has acknowledged one that is not archived yet.
    pub async fn acknowledges(&self, merchant: MerchantId, environment: Environment) -> Result<bool, Fault> {
        const SQL: &str = "SELECT id FROM journal WHERE merchant_id = $1 AND environment = $2 AND acked > 0 ORDER BY acked LIMIT 1";
        Ok(!self.find(SQL, params![merchant, environment.as_str()]).await?.is_empty())
    }

    /// A claim to an archive from now on, and the moment until which it holds (unix ms).
    ///
    /// # Errors
    /// The database does not say what time it is.
    pub async fn claim_until(&self) -> Result<(i64, i64), Fault> {
        let now_ms = self.now_ms().await?;
        Ok((now_ms, now_ms + CLAIM_MS))
    }
}

/// Begins an archive. Fails when one of that number is there.
pub fn begin_archive(row: &ArchiveRow) -> Write {
    const SQL: &str = "INSERT INTO archives (number, name, folder, state, sha256, orders, events, made_at_ms, owner, \
        claimed_until_ms) VALUES ($1, $2, $3, 'writing', '', 0, 0, $4, $5, $6) ON CONFLICT DO NOTHING";
    let (name, folder, owner) = (row.name.as_str(), row.folder.as_str(), row.owner.as_str());
    let row = params![row.number, name, folder, row.made_at_ms, owner, row.claimed_until_ms];
    Write::guarded(SQL, row, Guard::Row)
}

/// Changes what is on record of an archive, and who claims it, if `owner` still claims it as it did.
pub fn change_archive(row: &ArchiveRow, owner: &str, claimed_until_ms: i64) -> Write {
    const SQL: &str = "UPDATE archives SET name = $1, folder = $2, state = $3, sha256 = $4, orders = $5, events = $6, \
        owner = $7, claimed_until_ms = $8 WHERE number = $9 AND owner = $10 AND claimed_until_ms = $11";
    let values = params![
        row.name.as_str(),
        row.folder.as_str(),
        row.state.as_str(),
        row.sha256.as_str(),
        row.orders,
        row.events,
        row.owner.as_str(),
        row.claimed_until_ms,
        row.number,
        owner,
        claimed_until_ms,
    ];
    Write::guarded(SQL, values, Guard::Row)
}

/// Forgets an archive that came to nothing.
pub fn forget_archive(row: &ArchiveRow) -> Write {
    const SQL: &str = "DELETE FROM archives WHERE number = $1 AND owner = $2 AND state = 'writing'";
    Write::guarded(SQL, params![row.number, row.owner.as_str()], Guard::Row)
}
