//! The command line: one file for each command.

mod apply;
mod backup;
mod database;
mod demo;
mod doctor;
mod events;
mod gateway;
mod key;
mod migrate;
mod operator;
mod order;
mod restore;
mod sandbox;
mod serve;
mod webhook;

use std::num::NonZero;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

/// Guichet: orders and payments through African gateways, self-hosted.
#[derive(Debug, Parser)]
#[command(name = "guichet", version, about, after_help = "Begin with: guichet demo")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and the hosted pages, and work what is due.
    Serve(serve::Serve),
    /// Server, sandbox and a small shop in one process, to click through or to play by itself.
    Demo(demo::Demo),
    /// A simulated acquirer that speaks the gateways' wire formats, with pages to click.
    Sandbox(sandbox::SandboxCommand),
    /// Declare merchants, gateway accounts, webhook endpoints and their fronts from a file.
    Apply(apply::Apply),
    /// Bring the database's schema up to date.
    Migrate(migrate::Migrate),
    /// Examine the database, the configuration and what is stuck.
    Doctor(doctor::Doctor),
    /// Make, list and revoke API keys.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Look at orders and act on them.
    #[command(subcommand)]
    Order(order::OrderCommand),
    /// What the gateways take and can do.
    #[command(subcommand)]
    Gateway(gateway::GatewayCommand),
    /// Follow what happens.
    #[command(subcommand)]
    Events(events::EventsCommand),
    /// Receive webhooks on this machine, or send one again.
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Copy the database to a file while the server runs.
    Backup(backup::Backup),
    /// Put a backup in the stead of the database, while no server runs.
    Restore(restore::Restore),
}

/// Runs the command that was asked for: 0 for success, 1 for a failure, 2 for a wrong call.
pub(crate) fn run() -> ExitCode {
    let line = CommandLine::parse();
    let outcome = match runtime() {
        Ok(runtime) => runtime.block_on(carry_out(line.command)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("guichet: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// How many tasks run before the sockets are looked at again: half of what the runtime would let run. What has
/// just come in is then ready in time for the batch that is being written.
const TASKS_BETWEEN_SOCKETS: u32 = 31;

/// As many threads for requests as there are cores, but for one: that is left to the thread that writes, which
/// would else take turns with them.
fn runtime() -> std::io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut builder = match cores {
        ..=2 => Builder::new_current_thread(),
        3.. => Builder::new_multi_thread(),
    };
    builder.worker_threads(cores.saturating_sub(1).max(1)).event_interval(TASKS_BETWEEN_SOCKETS);
    builder.enable_all().build()
}

async fn carry_out(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(serve) => serve.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Sandbox(sandbox) => sandbox.run().await,
        Command::Apply(apply) => apply.run().await,
        Command::Migrate(migrate) => migrate.run().await,
        Command::Doctor(doctor) => doctor.run().await,
        Command::Key(key) => key.run().await,
        Command::Order(order) => order.run().await,
        Command::Gateway(gateway) => gateway.run(),
        Command::Events(events) => events.run().await,
        Command::Webhook(webhook) => webhook.run().await,
        Command::Backup(backup) => backup.run().await,
        Command::Restore(restore) => restore.run().await,
    }
}

/// Prints a value as JSON on one line.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string(value)?);
    Ok(())
}
