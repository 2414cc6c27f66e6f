//! Where everything is kept: nothing else knows SQL. Reads go to reading connections; every write goes through the group
//! commit, guarded, all or nothing.

mod backups;
mod copies;
mod database;
mod engine;
mod migrations;
mod moving;
mod packed;
mod search;
mod tables;

pub use backups::{UNFINISHED, restore};
pub use database::{Opening, Store, is_there};
pub use engine::value::json_text;
pub use engine::{
    CommitError, DiskUse, Examined, Fault, FaultKind, Guard, Write, disk_use, file_of, has_password,
    over_many_rows, shown,
};
#[cfg(test)]
pub(crate) use engine::{LostAnswer, NextAnswer};
pub use migrations::knows_schema;
pub use moving::{Move, Moved, Rows, move_database};
pub use packed::unpack;
pub use search::{SEARCH_CHARS, Search, SearchIn, TypedAmount};
pub use tables::*;
