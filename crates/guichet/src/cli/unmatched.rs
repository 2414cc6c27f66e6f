//! `guichet unmatched list|tie|dismiss`: money for nobody, which gateways speak of and no order has.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use guichet_core::UnmatchedId;

use super::columns::Column::{Left, Right};
use super::columns::Columns;
use super::database::Beside;
use super::errand::have_done;
use super::exit::{Exit, OrNotFound};
use super::order::list::age;
use super::order::which::{Scope, Which};
use super::whoami::operator;
use crate::output::print_json;
use guichet_server::app::{App, Errand, NotificationView, Task};
use guichet_server::store::{Opening, UnmatchedRow, UnmatchedStatus};

/// See money for nobody, and tie it to orders.
#[derive(Debug, Subcommand)]
pub(super) enum UnmatchedCommand {
    /// List what gateways told of payments that no order has.
    #[command(after_help = "Example: guichet unmatched list --merchant alger")]
    List(List),
    /// Tie such a payment to the order that it is for. The gateway is asked, and its answer decides.
    #[command(after_help = "Example: guichet unmatched tie unm_01kaqwm3v0e9r8t7y6v5w4x3z1 ORD-2026-000123")]
    Tie(Tie),
    /// Say that the money was dealt with elsewhere: paid back, or another program's that uses the account.
    #[command(after_help = "Example: guichet unmatched dismiss unm_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    Dismiss(Dismiss),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    scope: Scope,
    /// Those that wait, that were tied, or that were dismissed.
    #[arg(long, default_value = "open", value_parser = ["open", "tied", "dismissed"])]
    status: String,
    /// How many at the most, of each merchant and environment.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=1_000))]
    limit: i64,
    /// Print them as the API shows them, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

#[derive(Debug, Args)]
pub(super) struct Tie {
    /// The notification's identifier.
    notification: String,
    #[command(flatten)]
    which: Which,
    /// Print the order as JSON on one line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

#[derive(Debug, Args)]
pub(super) struct Dismiss {
    /// The notification's identifier.
    notification: String,
    #[command(flatten)]
    database: Beside,
}

impl UnmatchedCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            UnmatchedCommand::List(list) => {
                list.database.with_app(Opening::AsItIs, async |app| list.print(app).await).await?;
            }
            UnmatchedCommand::Tie(tie) => {
                tie.database.with_app(Opening::AsItIs, async |app| tie.tie(app).await).await?;
            }
            UnmatchedCommand::Dismiss(dismiss) => {
                dismiss.database.with_app(Opening::AsItIs, async |app| dismiss.dismiss(app).await).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn print(&self, app: &App) -> anyhow::Result<()> {
        let (snapshot, status) = (app.registry().snapshot(), UnmatchedStatus::of(&self.status));
        let status = status.unwrap_or(UnmatchedStatus::Open);
        let mut listing = Columns::new([
            Left("NOTIFICATION"),
            Left("MERCHANT"),
            Left("ENVIRONMENT"),
            Left("GATEWAY"),
            Left("REFERENCE"),
            Left("THE GATEWAY SAYS"),
            Right("AGE"),
            Left("ORDER"),
        ]);
        let now_ms = app.clock().now_ms();
        for (merchant, environment) in self.scope.of(&snapshot)? {
            let page = app.store().unmatched_page(merchant, environment, status, None, self.limit).await?;
            for row in page {
                let view = NotificationView::from(&row);
                if self.json {
                    print_json(&view)?;
                    continue;
                }
                listing.row([
                    row.id.to_string(),
                    snapshot.merchants.get(&merchant).map_or("?", |merchant| &merchant.name).to_owned(),
                    environment.as_str().to_owned(),
                    row.gateway.clone(),
                    row.reference.clone(),
                    view.told(),
                    age(now_ms - row.first_at_ms),
                    row.order.map(|order| order.to_string()).unwrap_or_default(),
                ]);
            }
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(())
    }
}

impl Tie {
    async fn tie(&self, app: &App) -> anyhow::Result<()> {
        let row = waiting(app, &self.notification).await?;
        let stored = self.which.find(app).await?;
        if (stored.order.merchant, stored.order.environment) != (row.merchant, row.environment) {
            return Err(Exit::Refused.error(
                "this money came to an account of another merchant or environment than the order is of",
            ));
        }
        let errand = Errand { actor: operator()?, task: Task::Tie { notification: row.id } };
        let stored = have_done(app, stored.order.id, &errand).await?;
        let view = app.view(&stored);
        let shown =
            if self.json { serde_json::to_string(&view) } else { serde_json::to_string_pretty(&view) };
        say!("{}", shown?);
        Ok(())
    }
}

impl Dismiss {
    async fn dismiss(&self, app: &App) -> anyhow::Result<()> {
        let row = waiting(app, &self.notification).await?;
        app.dismiss(&row, &operator()?).await?;
        say!("{} is dismissed.", row.id);
        Ok(())
    }
}

/// The notification of that identifier, which waits for a decision.
async fn waiting(app: &App, id: &str) -> anyhow::Result<UnmatchedRow> {
    let id: UnmatchedId = id.parse().with_context(|| format!("“{id}”"))?;
    let row = app.store().unmatched(id).await?;
    let row = row.or_not_found(|| format!("there is no notification {id}; see guichet unmatched list"))?;
    match row.status {
        UnmatchedStatus::Open => Ok(row),
        settled @ (UnmatchedStatus::Tied | UnmatchedStatus::Dismissed) => {
            Err(Exit::Refused.error(format!("{id} was {} already", settled.as_str())))
        }
    }
}
