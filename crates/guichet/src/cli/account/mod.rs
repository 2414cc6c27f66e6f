//! `guichet account list|disable|enable`.

mod list;
mod switch;

use std::process::ExitCode;

use clap::Subcommand;
use guichet_server::registry::{OpenAccount, Snapshot};

use super::declared::merchant_name;

/// Look at the gateway accounts, and take one out of use for a while.
#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// List the gateway accounts, and whether each is in use.
    #[command(after_help = "Example: guichet account list --merchant my-shop")]
    List(list::List),
    /// Take no new payments at an account from now on; those it has are looked after. It stays so until it is enabled,
    /// whatever is applied.
    #[command(after_help = "Example: guichet account disable card --merchant my-shop --environment live")]
    Disable(switch::Switch),
    /// Take payments at an account again that was disabled.
    #[command(after_help = "Example: guichet account enable acc_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    Enable(switch::Switch),
}

impl AccountCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            AccountCommand::List(list) => list.run().await,
            AccountCommand::Disable(switch) => switch.run(true).await,
            AccountCommand::Enable(switch) => switch.run(false).await,
        }
    }
}

/// An account in a sentence.
fn told(snapshot: &Snapshot, account: &OpenAccount) -> String {
    let (environment, merchant) = (account.environment.as_str(), merchant_name(snapshot, account.merchant));
    format!(
        "{environment} account {} at {} of {merchant} ({})",
        account.name,
        account.gateway.name(),
        account.id
    )
}
