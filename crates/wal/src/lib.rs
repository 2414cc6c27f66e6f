//! Writes SQLite's log with one call to the system where SQLite makes two for every page.
//!
//! A commit appends frames to the log: for each changed page a header of 24 bytes, then the page, each with a
//! write of its own, and a flush at the end. A batch of ten decisions changes about forty pages. Here those
//! writes are gathered, since each begins where the one before it ended, and reach the file when it is flushed,
//! read or measured. Everything else is left to SQLite's own way of speaking to the system.
//!
//! Nobody can see the difference as long as every commit ends with a flush and nothing is written to the log
//! before one: a connection that uses this sets `synchronous = FULL` and `cache_spill = OFF`. Then nothing is
//! gathered while no commit is under way, so that another process may write in between.

mod file;
mod gathered;

pub use file::{NotRegistered, register};
