//! The executable: see `guichet --help`.

// Its macros are for all that follow.
#[macro_use]
mod output;

mod cli;
mod log;
mod systemd;

/// Many small texts live for one request: this allocator makes a checkout a tenth cheaper.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
