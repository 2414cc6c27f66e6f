//! `guichet endpoint list`.

use std::process::ExitCode;

use clap::Args;
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::store::{EndpointRow, FailingTarget, Opening};
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
        let read = async |app: &App| {
            let mut endpoints = app.store().webhook_endpoints().await?;
            endpoints.extend(app.store().ended_webhook_endpoints().await?);
            Ok((app.registry().snapshot(), endpoints, app.store().failing_targets().await?))
        };
        let (snapshot, endpoints, failing) = self.database.with_app(Opening::AsItIs, read).await?;
        let mut listing = Columns::new(
            ["ENDPOINT", "MERCHANT", "ENVIRONMENT", "URL", "EVENTS", "MADE BY", "STATE"].map(Left),
        );
        for row in &endpoints {
            let merchant = merchant_name(&snapshot, row.merchant);
            if self.merchant.as_deref().is_some_and(|only| only != merchant) {
                continue;
            }
            let target = row.id.to_string();
            let failing = failing.iter().find(|failing| failing.target == target && row.standing.is_in_use());
            if self.json {
                let standing = &row.standing;
                print_json(&json!({
                    "id": row.id, "merchant": merchant, "environment": row.environment, "url": row.url,
                    "events": row.event_types, "made_by": row.made_by.as_str(), "state": standing.word(),
                    "ended_at": standing.ended_at_ms.map(rfc3339),
                    "disabled_at": standing.disabled_at_ms.map(rfc3339),
                    "switched_by": standing.switched_by, "switched_at": standing.switched_at_ms.map(rfc3339),
                    "failing_deliveries": failing.map_or(0, |failing| failing.deliveries),
                    "created_at": rfc3339(row.created_at_ms),
                }))?;
                continue;
            }
            listing.row([
                target,
                merchant.to_owned(),
                row.environment.as_str().to_owned(),
                row.url.clone(),
                row.event_types.join(","),
                row.made_by.as_str().to_owned(),
                state(row, failing),
            ]);
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn state(row: &EndpointRow, failing: Option<&FailingTarget>) -> String {
    match failing {
        None => row.standing.told(),
        Some(FailingTarget { deliveries, next_at_ms, .. }) => {
            format!("failing: {deliveries} deliveries wait, the next try is at {}", rfc3339(*next_at_ms))
        }
    }
}
