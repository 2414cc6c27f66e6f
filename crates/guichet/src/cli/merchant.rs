//! `guichet merchant list`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::store::Opening;
use serde_json::json;

use super::columns::Column::{Left, Right};
use super::columns::Columns;
use super::database::Beside;
use crate::output::print_json;

/// Look at the merchants that shop files declare.
#[derive(Debug, Subcommand)]
pub(super) enum MerchantCommand {
    /// List the merchants, and how much of each is in use.
    #[command(after_help = "Example: guichet merchant list --json")]
    List(List),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Print them as JSON, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

impl MerchantCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            MerchantCommand::List(list) => list.run().await,
        }
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let read = async |app: &App| Ok(app.registry().snapshot());
        let snapshot = self.database.with_app(Opening::AsItIs, read).await?;
        let mut merchants: Vec<_> = snapshot.merchants.values().collect();
        merchants.sort_by_key(|merchant| merchant.id);
        let mut listing = Columns::new([
            Left("MERCHANT"),
            Left("NAME"),
            Left("TITLE"),
            Right("ACCOUNTS"),
            Right("ENDPOINTS"),
            Left("STATE"),
        ]);
        for merchant in merchants {
            let in_use = |account: &guichet_server::registry::OpenAccount| account.standing.is_in_use();
            let accounts = snapshot.accounts.values().filter(|account| account.merchant == merchant.id);
            let accounts = accounts.filter(|account| in_use(account)).count();
            let endpoints =
                snapshot.endpoints.values().filter(|endpoint| endpoint.row.merchant == merchant.id);
            let endpoints = endpoints.filter(|endpoint| endpoint.row.standing.is_in_use()).count();
            if self.json {
                print_json(&json!({
                    "id": merchant.id, "name": merchant.name, "title": merchant.title, "accounts": accounts,
                    "webhook_endpoints": endpoints, "ended_at": merchant.ended_at_ms.map(rfc3339),
                    "state": if merchant.ended_at_ms.is_some() { "ended" } else { "in_use" },
                }))?;
                continue;
            }
            let ended = |at_ms| format!("ended {}", rfc3339(at_ms));
            listing.row([
                merchant.id.to_string(),
                merchant.name.clone(),
                merchant.title.clone(),
                accounts.to_string(),
                endpoints.to_string(),
                merchant.ended_at_ms.map_or_else(|| "in use".to_owned(), ended),
            ]);
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
