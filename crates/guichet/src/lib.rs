//! The command lines of the programs `guichet` and `guichet-sandbox`.

// Its macros are for all that follow.
#[macro_use]
mod output;

mod cli;
mod log;
mod systemd;

pub use cli::{run, run_sandbox};

/// Many small texts live for one request: this allocator makes a checkout a tenth cheaper.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
