//! `guichet doctor`.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::place::Place;
use super::print_json;
use crate::app::App;
use crate::clock::rfc3339;
use crate::registry::{OpenAccount, Snapshot};
use crate::store::Opening;

/// Examine the database, the configuration and what is stuck. Exits with 1 when something is wrong.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet doctor --json")]
pub(super) struct Doctor {
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    good: bool,
    detail: String,
}

fn finding(what: &'static str, good: bool, detail: impl Into<String>) -> Finding {
    Finding { what, good, detail: detail.into() }
}

impl Doctor {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let findings = match self.place.app(Opening::MustExist) {
            Ok(app) => examine(&app).await?,
            Err(error) => vec![finding("open", false, format!("{error:#}"))],
        };
        for finding in &findings {
            if self.json {
                print_json(finding)?;
            } else {
                println!(
                    "{}  {:<14} {}",
                    if finding.good { "good " } else { "WRONG" },
                    finding.what,
                    finding.detail
                );
            }
        }
        let well = findings.iter().all(|finding| finding.good);
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

async fn examine(app: &App) -> anyhow::Result<Vec<Finding>> {
    let mut findings =
        vec![finding("open", true, "the database opens, its schema is up to date, its secrets open")];
    let damage = app.store().integrity().await?;
    findings.push(match damage.is_empty() {
        true => finding("integrity", true, "every page and index of the database is whole"),
        false => finding("integrity", false, damage.join("; ")),
    });
    let snapshot = app.registry().snapshot();
    let (merchants, accounts) = (snapshot.merchants.len(), snapshot.accounts.len());
    let detail = format!(
        "{merchants} merchants, {accounts} gateway accounts, {} webhook endpoints, {} credentials of vendors' clients",
        snapshot.endpoints.len(),
        snapshot.credentials.len()
    );
    findings.push(finding("configuration", merchants > 0, detail));
    for endpoint in snapshot.endpoints.values().filter(|endpoint| endpoint.row.disabled_at_ms.is_some()) {
        let detail =
            format!("{} answered 410 and is disabled; rotate its secret or apply it again", endpoint.row.id);
        findings.push(finding("endpoint", false, detail));
    }
    findings.extend(gateways(app, &snapshot)?);
    let census = app.store().census(app.clock().now_ms()).await?;
    let counted: Vec<_> = census.orders.iter().map(|(status, count)| format!("{count} {status}")).collect();
    findings.push(finding(
        "orders",
        true,
        if counted.is_empty() { "none yet".to_owned() } else { counted.join(", ") },
    ));
    let held = format!(
        "{} orders have money that does not fit; see guichet order list --needs-you",
        census.needing_you
    );
    findings.push(finding("needs you", census.needing_you == 0, held));
    let overdue = format!(
        "{} orders have been due for more than a minute; is a server running?",
        census.alarms_overdue
    );
    findings.push(finding("alarms", census.alarms_overdue == 0, overdue));
    findings.push(finding(
        "deliveries",
        true,
        format!("{} deliveries wait to be made", census.deliveries_pending),
    ));
    Ok(findings)
}

/// Every gateway account that can be asked: how it fares, and how often it may be asked.
fn gateways(app: &App, snapshot: &Snapshot) -> anyhow::Result<Vec<Finding>> {
    let health = app.store().account_health()?;
    let mut accounts: Vec<&Arc<OpenAccount>> = snapshot.accounts.values().collect();
    accounts.retain(|account| account.gateway.capabilities().checkable);
    accounts.sort_by_key(|account| account.id);
    let told = |account: &Arc<OpenAccount>| {
        let (name, gateway, rate) = (&account.name, account.gateway.title(), account.checks_per_second);
        match health.iter().find(|health| health.account == account.id && health.open) {
            None => finding(
                "gateway",
                true,
                format!("{name} ({gateway}) is well; at most {rate} checks a second"),
            ),
            Some(health) => {
                let (since, trouble) = (rfc3339(health.since_ms), &health.trouble);
                finding(
                    "gateway",
                    false,
                    format!("{name} ({gateway}) has been in trouble since {since}: {trouble}"),
                )
            }
        }
    };
    Ok(accounts.into_iter().map(told).collect())
}
