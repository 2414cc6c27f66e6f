//! What the doctor finds about gateway accounts.

use std::sync::Arc;

use super::finding::{Finding, finding};
use guichet_server::app::App;
use guichet_server::clock::rfc3339;
use guichet_server::registry::{OpenAccount, Snapshot};

/// Every gateway account that can be asked: how it fares, and how often it may be asked.
pub(super) async fn gateways(app: &App, snapshot: &Snapshot) -> anyhow::Result<Vec<Finding>> {
    let health = app.store().account_health().await?;
    let mut accounts: Vec<&Arc<OpenAccount>> = snapshot.accounts.values().collect();
    accounts.retain(|account| account.gateway.capabilities().checkable && account.standing.is_in_use());
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
