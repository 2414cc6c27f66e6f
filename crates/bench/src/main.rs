//! Measures Guichet: starts the real server beside a minimal gateway, drives one unit of work over
//! a number of connections, and puts the same HTTP hops without a store beside every figure.

mod ceiling;
mod child;
mod figures;
mod line;
mod load;
mod pace;
mod prepare;
mod proc;
mod receiver;
mod report;
mod run;
mod scratch;
mod server;
mod stopwatch;
mod stub;
mod units;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use units::Unit;

/// The server's allocator, so that the ceiling differs from it by the store alone.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Measures Guichet on this machine, beside the same HTTP hops without a store")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// POST /v1/orders with a gateway: order and payment durable, createLink, reference durable
    Checkout(Options),
    /// POST /v1/orders/{id}/check: check at the gateway; paid, event and webhook row durable
    Settle(Options),
    /// POST /callbacks/ocpay/{account}: check at the gateway, order settled, signed webhook received
    Callback(Options),
    /// GET /v1/orders/{id}, round robin
    Read(Options),
    /// The gateway that the server calls
    #[command(hide = true)]
    Stub {
        #[arg(long)]
        listen: SocketAddr,
    },
    /// The same hops without a store
    #[command(hide = true)]
    Ceiling {
        #[arg(long)]
        listen: SocketAddr,
        #[arg(long)]
        stub: url::Url,
        #[arg(long)]
        hook: Option<url::Url>,
    },
}

/// How to measure.
#[derive(Args, Debug, Clone)]
struct Options {
    /// How many connections are driven at once, each with one request under way
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    connections: u16,
    /// How long each measurement lasts, after a warm-up of one second
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// How many runs, each with a new server and a new database
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=99))]
    runs: u16,
    /// How many open orders `settle` and `callback` prepare. The server asks about an order by itself
    /// 30 s after it was made, so one that waits longer for its turn goes wrong in `callback`
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(10..))]
    orders: u64,
    /// How many units are begun in a second at the most, over all connections and evenly spaced; 0 is
    /// as many as possible. The ceiling is always measured without it
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=1_000_000))]
    rate: u64,
    /// The database under the server
    #[arg(long, value_enum, default_value_t = Database::Sqlite)]
    database: Database,
    /// Print nothing but one JSON object per measured unit
    #[arg(long)]
    json: bool,
    /// Measure this guichet instead of building one
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// A database engine.
#[derive(ValueEnum, Debug, Clone, Copy)]
enum Database {
    /// A new file in the run's own directory.
    Sqlite,
}

impl Database {
    fn name(self) -> &'static str {
        match self {
            Database::Sqlite => "sqlite",
        }
    }
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Checkout(options) => measure(|| Ok(Arc::new(units::Checkout)), options),
        Command::Settle(options) => measure(|| Ok(Arc::new(units::Settle)), options),
        Command::Callback(options) => measure(|| Ok(Arc::new(units::Callback::new()?)), options),
        Command::Read(options) => measure(|| Ok(Arc::new(units::Read)), options),
        Command::Stub { listen } => stub::serve(listen),
        Command::Ceiling { listen, stub, hook } => ceiling::serve(listen, stub, hook),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds before the runtime starts, so that a signal ends the compiler in the ordinary way.
fn measure(unit: fn() -> anyhow::Result<Arc<dyn Unit>>, options: Options) -> anyhow::Result<ExitCode> {
    let binary = match &options.binary {
        Some(binary) => binary.canonicalize()?,
        None => server::build(options.json)?,
    };
    // One thread is enough to drive and leaves the cores to what is measured.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let unit = unit()?;
        let mut terminate = signal(SignalKind::terminate())?;
        // Whoever loses is dropped, and with it every child and every directory it made.
        tokio::select! {
            errors = run::all(unit, &options, &binary) => {
                Ok(if errors? == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
            _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
            _ = terminate.recv() => anyhow::bail!("terminated"),
        }
    })
}
