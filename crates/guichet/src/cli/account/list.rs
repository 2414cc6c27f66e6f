//! `guichet account list`.

use std::process::ExitCode;

use clap::Args;
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::registry::OpenAccount;
use guichet_server::store::{HealthRow, Opening};
use serde_json::json;

use crate::cli::columns::Column::Left;
use crate::cli::columns::Columns;
use crate::cli::database::Beside;
use crate::cli::declared::merchant_name;
use crate::output::print_json;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Only those of that merchant.
    #[arg(long)]
    merchant: Option<String>,
    /// Print them as JSON, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

impl List {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let read = async |app: &App| Ok((app.registry().snapshot(), app.store().account_health().await?));
        let (snapshot, health) = self.database.with_app(Opening::AsItIs, read).await?;
        let mut accounts: Vec<&OpenAccount> = snapshot.accounts.values().map(AsRef::as_ref).collect();
        accounts.sort_by_key(|account| account.id);
        let mut listing =
            Columns::new(["ACCOUNT", "MERCHANT", "ENVIRONMENT", "NAME", "GATEWAY", "STATE"].map(Left));
        for account in accounts {
            let merchant = merchant_name(&snapshot, account.merchant);
            if self.merchant.as_deref().is_some_and(|only| only != merchant) {
                continue;
            }
            let trouble = health.iter().find(|health| health.account == account.id && health.open);
            if self.json {
                let standing = &account.standing;
                print_json(&json!({
                    "id": account.id, "merchant": merchant, "environment": account.environment,
                    "name": account.name, "gateway": account.gateway.name(), "state": standing.word(),
                    "ended_at": standing.ended_at_ms.map(rfc3339),
                    "disabled_at": standing.disabled_at_ms.map(rfc3339),
                    "switched_by": standing.switched_by, "switched_at": standing.switched_at_ms.map(rfc3339),
                    "failing_since": trouble.map(|health| rfc3339(health.since_ms)),
                    "trouble": trouble.map(|health| &health.trouble),
                }))?;
                continue;
            }
            listing.row([
                account.id.to_string(),
                merchant.to_owned(),
                account.environment.as_str().to_owned(),
                account.name.clone(),
                account.gateway.name().to_owned(),
                state(account, trouble),
            ]);
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn state(account: &OpenAccount, trouble: Option<&HealthRow>) -> String {
    let told = account.standing.told();
    match trouble {
        None => told,
        Some(health) => format!("{told}, failing since {}: {}", rfc3339(health.since_ms), health.trouble),
    }
}
