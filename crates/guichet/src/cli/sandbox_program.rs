//! The command line of `guichet-sandbox`, which is `guichet sandbox` for a machine that has no server: without a command it
//! serves.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use super::{completions, man, runtime, sandbox, trigger};
use crate::log;

/// A simulated acquirer that speaks the wire formats of African payment gateways, with pages to click. It needs no Internet and no
/// real keys.
#[derive(Debug, Parser)]
#[command(
    name = "guichet-sandbox",
    version,
    about,
    args_conflicts_with_subcommands = true,
    after_help = "Example: guichet-sandbox --listen 127.0.0.1:8090 --fixtures fixtures.toml"
)]
struct CommandLine {
    #[command(flatten)]
    sandbox: sandbox::SandboxCommand,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Let a payment be made and decided, as a merchant's client and a customer would.
    Trigger(Box<trigger::Trigger>),
    /// Print a shell's completions for this program.
    Completions(completions::Completions),
    /// Print the program's page of the manual, or write the pages of all its commands into a folder.
    Man(man::Man),
}

/// Does what the command line says.
///
/// # Errors
/// It could not be done; the sentence says why.
pub(super) fn obey() -> anyhow::Result<ExitCode> {
    let line = CommandLine::parse();
    runtime()?.block_on(async {
        match line.command {
            None => line.sandbox.run().await,
            Some(Command::Trigger(trigger)) => {
                log::to_stderr(log::WARNINGS);
                trigger.run().await
            }
            Some(Command::Completions(completions)) => completions.run(CommandLine::command()),
            Some(Command::Man(man)) => man.run(CommandLine::command()),
        }
    })
}
