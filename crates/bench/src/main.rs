//! Measures Guichet: starts the real server beside a minimal gateway, drives one unit of work over
//! a number of connections, and puts the same HTTP hops without a store beside every figure.

mod beside;
mod ceiling;
mod child;
mod commits;
mod compare;
mod conditions;
mod engine;
mod express;
mod figures;
mod floor;
mod growth;
mod line;
mod load;
mod measure;
mod office;
mod pace;
mod pending;
mod prepare;
mod proc;
mod receiver;
mod report;
mod run;
mod scene;
mod scratch;
mod server;
mod stopwatch;
mod stub;
mod units;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use compare::CompareOptions;
use conditions::Conditions;
use engine::Engine;
use measure::Drive;
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
    /// Bytes on disk for each paid order, by table, and checkouts with many stored orders beside none
    Growth(growth::GrowthOptions),
    /// Checks that come due among pending payments, and what those cost that are not due
    Pending(pending::PendingOptions),
    /// Every screen of the back office and the exports of all orders, with many stored orders
    Office(office::OfficeOptions),
    /// All of them side by side: on SQLite, on PostgreSQL with one node and three, a shop's own server in Express on the same
    /// PostgreSQL, and the same writes by pgbench
    Compare(CompareOptions),
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

/// How to measure one unit.
#[derive(Args, Debug, Clone)]
struct Options {
    #[command(flatten)]
    conditions: Conditions,
    /// How many units are begun in a second at the most, over all connections and evenly spaced; 0 is
    /// as many as possible. The ceiling is always measured without it
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=1_000_000))]
    rate: u64,
    /// The database under the server; several, divided by commas, are measured in turn. A PostgreSQL is started from the
    /// binaries of the distribution, and goes again
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite")]
    database: Vec<Engine>,
    /// How many processes of the server work on one PostgreSQL; the connections are spread over them
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=16))]
    nodes: u16,
}

impl Options {
    fn drive(&self) -> Drive {
        Drive { rate: self.rate, ..self.conditions.drive() }
    }
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Checkout(options) => measure(|| Ok(Arc::new(units::Checkout)), options),
        Command::Settle(options) => measure(|| Ok(Arc::new(units::Settle)), options),
        Command::Callback(options) => measure(|| Ok(Arc::new(units::Callback::new()?)), options),
        Command::Read(options) => measure(|| Ok(Arc::new(units::Read)), options),
        Command::Growth(growth) => {
            let binary = growth.options.conditions.binary();
            binary.and_then(|binary| driven(growth::measure(&growth, &binary)))
        }
        Command::Pending(pending) => {
            let binary = pending.options.conditions.binary();
            binary.and_then(|binary| driven(pending::measure(&pending, &binary)))
        }
        Command::Office(office) => {
            let binary = office.options.conditions.binary();
            binary.and_then(|binary| driven(office::measure(&office, &binary)))
        }
        Command::Compare(options) => compared(options),
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

fn measure(unit: fn() -> anyhow::Result<Arc<dyn Unit>>, options: Options) -> anyhow::Result<ExitCode> {
    let binary = options.conditions.binary()?;
    driven(async { run::all(unit()?, &options, &binary).await })
}

fn compared(options: CompareOptions) -> anyhow::Result<ExitCode> {
    let binary = options.conditions.binary()?;
    let express = express::install()?;
    driven(compare::all(&options, &binary, &express))
}

/// Drives to the end, which is how many units went wrong.
fn driven(work: impl Future<Output = anyhow::Result<u64>>) -> anyhow::Result<ExitCode> {
    // One thread is enough to drive and leaves the cores to what is measured.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        // Whoever loses is dropped, and with it every child and every directory it made.
        tokio::select! {
            errors = work => Ok(if errors? == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
            _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
            _ = terminate.recv() => anyhow::bail!("terminated"),
        }
    })
}
