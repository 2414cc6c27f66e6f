//! Where everything is kept: nothing else knows SQL. Reads go to reading connections; every write goes through the group
//! commit, guarded, all or nothing.

mod database;
mod engine;
mod migrations;
mod tables;

pub use database::{Opening, Store};
pub use engine::value::json_text;
pub use engine::{CommitError, DiskUse, Fault, Guard, Write, disk_use, restore, sqlite_path};
#[cfg(test)]
pub(crate) use engine::{LostAnswer, NextAnswer};
pub use tables::*;
