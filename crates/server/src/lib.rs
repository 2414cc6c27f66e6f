//! The server, the worker and the command line of Guichet, as a library so that the demo and the
//! tests can run the very same parts inside one process.

mod app;
pub mod cli;
mod clock;
mod counters;
mod demo;
mod explain;
mod http;
mod inbound;
mod keys;
mod log;
mod message;
mod node;
mod oneentry;
mod outbound;
mod pages;
mod random;
mod registry;
mod shopfile;
mod store;
mod vault;
mod view;
mod webhook;
mod worker;

pub use clock::Clock;
pub use inbound::Proxies;
pub use node::{Node, Settings};
pub use outbound::{Network, Reach};
pub use vault::Vault;
