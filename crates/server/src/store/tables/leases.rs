//! Shard leases: a node works what is due in a shard while it holds that shard's lease. A lease is good for as long as its
//! node lives, and its row changes with the hands alone: the fencing number grows then, so that a holder that slept can
//! tell, and whatever a holder writes looks at the row in the same transaction.

use std::sync::Arc;

use guichet_core::OrderId;
use guichet_core::Subject;

use super::nodes::leave;
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// A node's hold on a shard, or nobody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The shard.
    pub shard: i64,
    /// The node; empty where the shard is free.
    pub owner: Arc<str>,
    /// Which holder of the shard this is, from 1.
    pub fencing: i64,
}

impl Lease {
    /// The write that must go with every one that is made because the lease is held: nothing of the transaction happens
    /// once somebody else holds the shard. Guarded by [`Guard::Lease`]. It comes first, so that a transaction that is refused
    /// has written nothing.
    pub fn check(&self) -> Write {
        const SQL: &str = "SELECT fencing FROM shard_leases WHERE shard = $1 AND owner = $2 AND fencing = $3";
        Write::only_if(SQL, params![self.shard, &*self.owner, self.fencing], Guard::Lease)
            .in_shard(self.shard)
    }

    /// Takes the shard for a node, unless somebody else was faster; the lease that is held then.
    pub fn take(&self, owner: &Arc<str>) -> (Lease, Write) {
        const SQL: &str =
            "UPDATE shard_leases SET owner = $1, fencing = $2 WHERE shard = $3 AND fencing = $4";
        let taken = Lease { shard: self.shard, owner: owner.clone(), fencing: self.fencing + 1 };
        let write = Write::new(SQL, params![&**owner, taken.fencing, self.shard, self.fencing]);
        (taken, write)
    }

    /// Gives the shard back, so that another node can begin at once.
    pub fn give_back(&self) -> Write {
        const SQL: &str =
            "UPDATE shard_leases SET owner = '' WHERE shard = $1 AND owner = $2 AND fencing = $3";
        Write::new(SQL, params![self.shard, &*self.owner, self.fencing])
    }
}

impl Store {
    /// The leases of all shards, in their order.
    pub async fn leases(&self) -> Result<Vec<Lease>, Fault> {
        const SQL: &str = "SELECT shard, owner, fencing FROM shard_leases ORDER BY shard";
        let lease =
            |row: &Values| Ok(Lease { shard: row.int(0)?, owner: row.text(1)?.into(), fencing: row.int(2)? });
        self.find(SQL, params![]).await?.iter().map(lease).collect()
    }

    /// Whether a server works what is due in that order's shard at present.
    pub async fn is_worked(&self, order: OrderId) -> Result<bool, Fault> {
        const SQL: &str = "SELECT n.id FROM shard_leases l JOIN nodes n ON n.id = l.owner \
            WHERE l.shard = $1 AND n.expires_at_ms > $2";
        let now_ms = self.now_ms().await?;
        Ok(!self.find(SQL, params![Subject::from(order).shard(), now_ms]).await?.is_empty())
    }
}

/// Gives back whatever a node holds, and ends it.
pub fn give_all_back(owner: &str) -> [Write; 2] {
    const SQL: &str = "UPDATE shard_leases SET owner = '' WHERE owner = $1";
    [Write::new(SQL, params![owner]), leave(owner)]
}

/// Takes every lease from whoever held it: in a database that was restored it was held of the one that it was copied from.
pub fn free_all() -> [Write; 2] {
    [Write::new("UPDATE shard_leases SET owner = ''", params![]), Write::new("DELETE FROM nodes", params![])]
}
