//! Every SQL text of the store, read off its sources: each is understood by both engines, none reads a table that grows from
//! its beginning to its end and none of a subject's tables goes without its shard where nobody said why, and every key of
//! such a table begins with it.

mod engines;
mod plans;
mod prepared;
mod shards;
mod sources;
