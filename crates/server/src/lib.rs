//! The server of Guichet as a library: everything that touches the world, for the executable, the demo and the
//! tests to put together.

mod access;
pub mod app;
pub mod archive;
pub mod book;
mod catalogue;
pub mod clock;
mod counters;
pub mod edge;
pub mod endpoints;
pub mod explain;
mod fields;
mod http;
pub mod inbound;
pub mod kept;
pub mod keys;
mod limiter;
mod message;
pub mod node;
mod office;
mod oneentry;
pub mod operators;
pub mod outbound;
mod pages;
mod private_file;
pub mod public_url;
pub mod random;
pub mod registry;
mod repeats;
pub mod scrape;
pub mod sealing;
pub mod shopfile;
pub mod store;
pub mod vault;
pub mod view;
pub mod webhook;
mod worker;
pub mod zones;

pub use clock::Clock;
pub use http::{REQUESTS, example_order};
pub use inbound::Proxies;
pub use node::{Node, Settings};
pub use outbound::{Network, Reach};
pub use public_url::PublicUrl;
pub use vault::{KeyPlaces, Locked, Secret, Vault, VaultKey};
pub use worker::WholeRounds;
