//! `guichet operator create|list|role|disable|enable|reset`: who may come into the back office.

mod create;
mod list;
mod reset;
mod role;
mod switch;

use std::process::ExitCode;

use clap::Subcommand;
use guichet_core::MerchantId;
use guichet_server::app::App;
use guichet_server::operators::Invited;
use guichet_server::store::{OperatorRow, Role};

use super::exit::Exit;
use crate::output::print_json;

/// Let people into the back office, and keep them out of it.
#[derive(Debug, Subcommand)]
pub(super) enum OperatorCommand {
    /// Make an operator, and print the link by which they choose a password. It serves once, for two days.
    #[command(
        after_help = "Examples: guichet operator create nadia --role owner\n          guichet operator create samir --role developer --merchant my-shop --test-only"
    )]
    Create(create::Create),
    /// List the operators, and what each may do where.
    #[command(after_help = "Example: guichet operator list --json")]
    List(list::List),
    /// Change what an operator is in a shop, or take it away.
    #[command(
        after_help = "Examples: guichet operator role samir --role accountant --merchant my-shop\n          guichet operator role samir --remove --merchant my-shop"
    )]
    Role(role::ChangeRole),
    /// Keep an operator out from now on, and end their sessions.
    #[command(after_help = "Example: guichet operator disable nadia")]
    Disable(switch::Switch),
    /// Let an operator in again who was disabled.
    #[command(after_help = "Example: guichet operator enable nadia")]
    Enable(switch::Switch),
    /// Take an operator's password, codes and sessions away, and print a link by which they choose new ones.
    #[command(after_help = "Example: guichet operator reset nadia")]
    Reset(reset::Reset),
}

impl OperatorCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            OperatorCommand::Create(create) => create.run().await,
            OperatorCommand::List(list) => list.run().await,
            OperatorCommand::Role(role) => role.run().await,
            OperatorCommand::Disable(switch) => switch.run(true).await,
            OperatorCommand::Enable(switch) => switch.run(false).await,
            OperatorCommand::Reset(reset) => reset.run().await,
        }
    }
}

/// The role of that word.
fn role(word: &str) -> Result<Role, String> {
    let words = Role::ALL.map(Role::as_str).join(", ");
    Role::of(word).ok_or_else(|| format!("there are: {words}"))
}

/// The merchant of that name.
fn declared(app: &App, name: &str) -> anyhow::Result<MerchantId> {
    let snapshot = app.registry().snapshot();
    let known = snapshot.merchants.values().find(|merchant| merchant.name == name);
    known.map(|merchant| merchant.id).ok_or_else(|| {
        let why = format!("there is no merchant “{name}”; `guichet merchant list` shows which there are");
        Exit::NotFound.error(why)
    })
}

/// The operator who signs in by that name.
async fn called(app: &App, login: &str) -> anyhow::Result<OperatorRow> {
    let known = app.store().operator_called(&login.trim().to_lowercase()).await?;
    known.ok_or_else(|| {
        let why = format!("nobody signs in as “{login}”; `guichet operator list` shows who there is");
        Exit::NotFound.error(why)
    })
}

/// Prints the link that leads in, which is shown this once.
fn tell(invited: &Invited, login: &str, as_json: bool) -> anyhow::Result<ExitCode> {
    if as_json {
        print_json(&serde_json::json!({ "id": invited.operator, "login": login, "link": invited.link }))?;
    } else {
        say!("{}", invited.link);
        note!(
            "Give this link to {login} and to nobody else: it serves once, for two days, and is not shown again."
        );
    }
    Ok(ExitCode::SUCCESS)
}
