//! Which decisions share a transaction.

/// Which decisions may be written in one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Batches {
    /// Any: all shards are on one machine.
    Mixed,
    /// Those of one shard: shards may be on different machines, and a transaction over several of them costs far more
    /// than several transactions.
    OfOneShard,
}
