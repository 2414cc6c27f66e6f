//! Shard leases: a node works the due orders of a shard while it holds that shard's lease. The
//! fencing number grows with every change of hands, so that a holder that slept can tell.

use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{CommitError, Fault, Write};

/// How long a lease lasts unless renewed: 6 s, which is also how long a crash may leave work lying.
const LEASE_MS: i64 = 6_000;

/// One node's claim to shards.
#[derive(Debug, Clone)]
pub struct Leases {
    owner: String,
}

impl Leases {
    /// A node under a name of its own.
    pub fn new(owner: String) -> Self {
        Leases { owner }
    }

    /// Renews what is held and takes over what has lapsed; the shards held now.
    pub async fn renew(&self, store: &Store) -> Result<Vec<i64>, CommitError> {
        const RENEW: &str = "UPDATE shard_leases SET expires_at_ms = $1 WHERE owner = $2";
        // A lease that ends later than one could that begins now was given before the clock was set back.
        const TAKE: &str = "UPDATE shard_leases SET owner = $1, fencing = fencing + 1, expires_at_ms = $2 \
            WHERE (expires_at_ms < $3 OR expires_at_ms > $2) AND owner <> $1";
        let now_ms = store.now_ms().await?;
        let (until, owner) = (now_ms + LEASE_MS, self.owner.as_str());
        let writes =
            vec![Write::new(RENEW, params![until, owner]), Write::new(TAKE, params![owner, until, now_ms])];
        store.commit(writes).await?;
        Ok(self.held(store, now_ms).await?)
    }

    async fn held(&self, store: &Store, now_ms: i64) -> Result<Vec<i64>, Fault> {
        const SQL: &str =
            "SELECT shard FROM shard_leases WHERE owner = $1 AND expires_at_ms > $2 ORDER BY shard";
        store.find(SQL, params![self.owner.as_str(), now_ms]).await?.iter().map(|row| row.int(0)).collect()
    }

    /// Gives everything back, so that another node can begin at once.
    pub async fn release(&self, store: &Store) -> Result<(), CommitError> {
        const SQL: &str = "UPDATE shard_leases SET expires_at_ms = 0, owner = '' WHERE owner = $1";
        store.commit(vec![Write::new(SQL, params![self.owner.as_str()])]).await
    }
}
