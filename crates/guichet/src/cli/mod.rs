//! The command line: one file for each command.

mod account;
mod apply;
mod archive;
mod ask;
mod backup;
#[cfg(test)]
mod book;
mod cause;
mod columns;
mod completions;
mod config;
mod copy;
mod database;
mod day_book;
mod declared;
mod demo;
mod docs;
mod doctor;
mod endpoint;
mod errand;
mod events;
mod exit;
mod gateway;
mod healthcheck;
mod key;
mod listen;
mod man;
mod merchant;
mod migrate;
mod node;
mod operator;
mod order;
mod progress;
mod refund;
mod restore;
mod sandbox;
mod sandbox_program;
mod sending;
mod serve;
mod settings;
mod spoken;
mod trigger;
mod unmatched;
mod webhook;
mod whoami;

use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};
use tokio::runtime::{Builder, Runtime};

use crate::log;
use crate::output::{self, print_json};
use exit::Exit;
use settings::SettingFile;

/// Guichet: orders and payments through African gateways, self-hosted.
#[derive(Debug, Parser)]
#[command(name = "guichet", version, about, after_help = format!("{}\n\nBegin with: guichet demo", Exit::help()))]
struct CommandLine {
    /// The setting file. Otherwise guichet.toml in the current folder, else /etc/guichet/guichet.toml.
    #[arg(long, global = true, env = "GUICHET_CONFIG", value_name = "FILE", value_hint = ValueHint::FilePath,
          value_parser = OsStringValueParser::new().map(PathBuf::from))]
    config: Option<PathBuf>,

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
    /// Let a payment at the sandbox be made and decided, as a merchant's client and a customer would.
    Trigger(trigger::Trigger),
    /// Declare merchants, gateway accounts, webhook endpoints and their fronts from a file.
    Apply(apply::Apply),
    /// Look at the merchants that shop files declare.
    #[command(subcommand)]
    Merchant(merchant::MerchantCommand),
    /// Look at the gateway accounts, and take one out of use for a while.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Look at the webhook endpoints, and take one out of use for a while.
    #[command(subcommand)]
    Endpoint(endpoint::EndpointCommand),
    /// Let people into the back office, and keep them out of it.
    #[command(subcommand)]
    Operator(operator::OperatorCommand),
    /// Look at the servers that work this database.
    #[command(subcommand)]
    Node(node::NodeCommand),
    /// Bring the database's schema up to date.
    Migrate(migrate::Migrate),
    /// Examine the database, the configuration and what is stuck.
    Doctor(doctor::Doctor),
    /// Make, list and revoke API keys; make and change the vault key.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Look at orders and act on them.
    #[command(subcommand)]
    Order(order::OrderCommand),
    /// See money for nobody, which gateways speak of and no order has, and tie it to orders.
    #[command(subcommand)]
    Unmatched(unmatched::UnmatchedCommand),
    /// Record money that went back to payers.
    #[command(subcommand)]
    Refund(refund::RefundCommand),
    /// What came and went, day by day.
    #[command(subcommand)]
    DayBook(day_book::DayBookCommand),
    /// What the gateways take and can do.
    #[command(subcommand)]
    Gateway(gateway::GatewayCommand),
    /// Follow what happens.
    #[command(subcommand)]
    Events(events::EventsCommand),
    /// Receive webhooks on this machine, or send one again.
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Ask the server on this machine whether it is ready.
    Healthcheck(healthcheck::Healthcheck),
    /// Copy the database while the server runs, keep the newest copies, and verify them.
    Backup(backup::Backup),
    /// Move what is old of orders that are done to a file, read such a file back, and verify it.
    Archive(archive::Archive),
    /// Put a backup in the stead of the database, while no server runs.
    Restore(restore::Restore),
    /// Look at the settings that the server runs with.
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Read the book in a browser.
    Docs(docs::Docs),
    /// Print a shell's completions for this program.
    Completions(completions::Completions),
    /// Print the program's page of the manual, or write the pages of all its commands into a folder.
    Man(man::Man),
    /// See whether this database is a copy, on which a server is quiet, and lift that mark.
    #[command(subcommand)]
    Copy(copy::CopyCommand),
}

/// Runs the command that was asked for; its exit status says what became of it.
pub fn run() -> ExitCode {
    ended("guichet", obey())
}

/// Runs the sandbox alone, or the command of it that was asked for; its exit status says what became of it.
pub fn run_sandbox() -> ExitCode {
    ended("guichet-sandbox", sandbox_program::obey())
}

fn ended(program: &str, obeyed: anyhow::Result<ExitCode>) -> ExitCode {
    let code = obeyed.unwrap_or_else(|error| {
        note!("{program}: {error:#}");
        Exit::of(&error).into()
    });
    match output::finish() {
        Ok(()) => code,
        Err(error) => {
            note!("{program}: standard output could not be written: {error}");
            Exit::Wrong.into()
        }
    }
}

fn obey() -> anyhow::Result<ExitCode> {
    let (matches, file) = settings::read(CommandLine::command())?;
    // The definition that was read by is the definition of these types.
    let line = CommandLine::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    runtime()?.block_on(carry_out(line, file.as_ref()))
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

async fn carry_out(line: CommandLine, file: Option<&SettingFile>) -> anyhow::Result<ExitCode> {
    if matches!(line.command, Command::Demo(_)) {
        log::to_stderr(log::WARNINGS_OF_THE_DEMO);
    } else if !matches!(line.command, Command::Serve(_) | Command::Sandbox(_)) {
        log::to_stderr(log::WARNINGS);
    }
    match line.command {
        Command::Serve(serve) => serve.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Sandbox(sandbox) => sandbox.run().await,
        Command::Trigger(trigger) => trigger.run().await,
        Command::Apply(apply) => apply.run().await,
        Command::Merchant(merchant) => merchant.run().await,
        Command::Account(account) => account.run().await,
        Command::Endpoint(endpoint) => endpoint.run().await,
        Command::Operator(operator) => operator.run().await,
        Command::Node(node) => node.run().await,
        Command::Migrate(migrate) => migrate.run().await,
        Command::Doctor(doctor) => doctor.run().await,
        Command::Key(key) => key.run().await,
        Command::Order(order) => order.run().await,
        Command::Unmatched(unmatched) => unmatched.run().await,
        Command::Refund(refund) => refund.run().await,
        Command::DayBook(book) => book.run().await,
        Command::Gateway(gateway) => gateway.run(),
        Command::Events(events) => events.run().await,
        Command::Webhook(webhook) => webhook.run().await,
        Command::Healthcheck(healthcheck) => healthcheck.run().await,
        Command::Backup(backup) => backup.run().await,
        Command::Archive(archive) => archive.run().await,
        Command::Restore(restore) => restore.run().await,
        Command::Config(config) => config.run(&CommandLine::command(), line.config, file),
        Command::Docs(docs) => docs.run().await,
        Command::Completions(completions) => completions.run(CommandLine::command()),
        Command::Man(man) => man.run(CommandLine::command()),
        Command::Copy(copy) => copy.run().await,
    }
}
