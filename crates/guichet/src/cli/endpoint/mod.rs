//! `guichet endpoint list|disable|enable`.

mod list;
mod switch;

use std::process::ExitCode;

use clap::Subcommand;

/// Look at the webhook endpoints, and take one out of use for a while.
#[derive(Debug, Subcommand)]
pub(super) enum EndpointCommand {
    /// List the webhook endpoints: where they are, who made them, and whether each is in use.
    #[command(after_help = "Example: guichet endpoint list --merchant my-shop")]
    List(list::List),
    /// Send nothing there from now on. What waits for it waits until it is enabled; what happens meanwhile is not sent.
    #[command(after_help = "Example: guichet endpoint disable whe_01kaqwm3v0e9r8t7y6v5w4x3z5")]
    Disable(switch::Switch),
    /// Send there again: one that was disabled by hand, or that answered 410.
    #[command(after_help = "Example: guichet endpoint enable whe_01kaqwm3v0e9r8t7y6v5w4x3z5")]
    Enable(switch::Switch),
}

impl EndpointCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            EndpointCommand::List(list) => list.run().await,
            EndpointCommand::Disable(switch) => switch.run(true).await,
            EndpointCommand::Enable(switch) => switch.run(false).await,
        }
    }
}
