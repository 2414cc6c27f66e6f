//! `guichet doctor`.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::database::Database;
use super::print_json;
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::registry::{OpenAccount, Snapshot};
use guichet_server::store::{self, Census, FailingTarget, Opening, disk_use};

/// Examine the database, the configuration and what is stuck. Exits with 1 when something is wrong.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet doctor --json")]
pub(super) struct Doctor {
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

/// With less than that free on its disk the database may stop at any moment: the log alone may grow by as much.
const LEAST_FREE_BYTES: u64 = 64 << 20;

/// A log longer than that is not moved as it should be.
const LONGEST_LOG_BYTES: u64 = 256 << 20;

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
        let url = &self.database.database;
        let mut findings = vec![disk(url).await];
        match self.database.with_app(Opening::AsItIs, examine).await {
            Ok(found) => findings.extend(found),
            Err(error) => findings.push(finding("open", false, format!("{error:#}"))),
        }
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

/// What the disk says, which has to be known most of all when the database does not open.
async fn disk(url: &str) -> Finding {
    let disk = match disk_use(url).await {
        Ok(Some(disk)) => disk,
        Ok(None) => return finding("disk", true, "the database is not on a disk of this machine"),
        Err(fault) => return finding("disk", false, fault.to_string()),
    };
    let [file, log, free] = [disk.file_bytes, disk.log_bytes, disk.free_bytes].map(in_kilobytes);
    let moved = rfc3339(disk.moved_at_ms);
    let detail = format!("{free} are free; the database has {file}, its log {log}, last moved at {moved}");
    let (is_low, is_long) = (disk.free_bytes < LEAST_FREE_BYTES, disk.log_bytes > LONGEST_LOG_BYTES);
    let detail = match (is_low, is_long) {
        (false, false) => detail,
        (true, _) => format!("the disk is almost full: {detail}; make room, or nothing can be paid"),
        (false, true) => format!("{detail}; it is long because a reader holds it, or moving it fails"),
    };
    finding("disk", !is_low && !is_long, detail)
}

fn in_kilobytes(bytes: u64) -> String {
    format!("{} kB", bytes / 1000)
}

async fn examine(app: &App) -> anyhow::Result<Vec<Finding>> {
    let mut findings =
        vec![finding("open", true, "the database opens, its schema is up to date, its secrets open")];
    findings.push(match app.store().commit(vec![store::dummy_write()]).await {
        Ok(()) => finding("write", true, "a transaction was written and flushed to disk"),
        Err(error) => finding("write", false, format!("nothing can be written: {error}")),
    });
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
    findings.extend(gateways(app, &snapshot).await?);
    let census = app.store().census(app.clock().now_ms()).await?;
    findings.extend(stuck(&census));
    findings.extend(deliveries(&census));
    Ok(findings)
}

/// The orders, and which of them wait for a person or for a server.
fn stuck(census: &Census) -> [Finding; 3] {
    let counted: Vec<_> = census.orders.iter().map(|(status, count)| format!("{count} {status}")).collect();
    let counted = if counted.is_empty() { "none yet".to_owned() } else { counted.join(", ") };
    let held = format!(
        "{} orders have money that does not fit; see guichet order list --needs-you",
        census.needing_you
    );
    let overdue = format!(
        "{} orders have been due for more than a minute; is a server running?",
        census.alarms_overdue
    );
    [
        finding("orders", true, counted),
        finding("needs you", census.needing_you == 0, held),
        finding("alarms", census.alarms_overdue == 0, overdue),
    ]
}

/// What is on its way out, and where it does not arrive.
fn deliveries(census: &Census) -> Vec<Finding> {
    let waiting = format!("{} deliveries wait to be made", census.deliveries_pending);
    let mut findings = vec![finding("deliveries", true, waiting)];
    for FailingTarget { target, deliveries, next_at_ms } in &census.deliveries_failing {
        let next = rfc3339(*next_at_ms);
        let detail = format!(
            "{deliveries} deliveries to {target} have failed three times or more; the next try is at {next}"
        );
        findings.push(finding("delivery", false, detail));
    }
    if census.deliveries_given_up > 0 {
        let detail = format!(
            "{} deliveries were given up within a day; see their orders, and guichet webhook resend",
            census.deliveries_given_up
        );
        findings.push(finding("delivery", false, detail));
    }
    findings
}

/// Every gateway account that can be asked: how it fares, and how often it may be asked.
async fn gateways(app: &App, snapshot: &Snapshot) -> anyhow::Result<Vec<Finding>> {
    let health = app.store().account_health().await?;
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
