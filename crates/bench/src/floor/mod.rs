//! The store's floor: the same writes in the same tables by something that does nothing else, `pgbench` on PostgreSQL and a
//! plain loop on SQLite. What a checkout and a settle write is recorded from the server itself, so that it is never
//! something else: the same statements and values, only that what rows are found by has a unit's own number in it.

pub(crate) mod log;
pub(crate) mod pgbench;
pub(crate) mod plain_loop;
pub(crate) mod recording;

/// A statement with its values in it; `:id` is a number of ten digits that no other unit has, `:shard` its shard.
pub(crate) type Statement = String;

/// A unit's transactions, each of several statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Writes(pub(crate) Vec<Vec<Statement>>);

/// What is written by the units that have a floor.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    /// By a checkout.
    pub(crate) checkout: Writes,
    /// By a settle of an order that a checkout made.
    pub(crate) settle: Writes,
}

impl Recorded {
    /// What has to be there before, if anything has, and what is measured.
    fn of(&self, unit: &str) -> (Option<&Writes>, &Writes) {
        if unit == "settle" { (Some(&self.checkout), &self.settle) } else { (None, &self.checkout) }
    }
}
