//! A real PostgreSQL for tests: a cluster of its own on a free port, a stranger's connection to it that shares no code
//! with the server that is tested, a wire that breaks, and a pooler before it.

mod cluster;
mod connection;
mod pooler;
mod programs;
mod proxy;

pub use cluster::{Cluster, Durability};
pub use connection::{Connection, PostgresError, Rows};
pub use pooler::Pooler;
pub use programs::program_path;
pub use proxy::{Fate, Proxy};
