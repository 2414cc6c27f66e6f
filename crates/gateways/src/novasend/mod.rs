//! Novasend Payin (UEMOA and CEMAC): mobile money on a hosted page or on the payer's phone, in whole
//! francs. Written after the vendor's integration guide (here "the guide", generation A of its
//! answers) and its public documentation (here "the docs", generation B), which differ; what only
//! other integrators report is said so where it is used.

mod amount;
mod callback;
mod client;
mod country;
mod dialect;
mod opened;
mod payin_key;
mod profile;
mod protocol;
mod read;
mod refusal;
mod render;
mod rules;
mod seen;
mod signature;
mod stringify;
pub mod wire;

pub use client::Novasend;
pub use dialect::NovasendDialect;
