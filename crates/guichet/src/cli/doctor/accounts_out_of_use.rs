//! What the doctor finds about gateway accounts that take no new payments: whether payments there still have to be looked
//! after, which needs their gateway to answer.

use guichet_server::app::App;
use guichet_server::registry::{OpenAccount, Snapshot};

use super::finding::{Finding, finding};

/// Every account that has ended or is disabled and still has payments that something is due for.
pub(super) async fn accounts_out_of_use(app: &App, snapshot: &Snapshot) -> anyhow::Result<Vec<Finding>> {
    let health = app.store().account_health().await?;
    let mut accounts: Vec<&OpenAccount> = snapshot.accounts.values().map(AsRef::as_ref).collect();
    accounts.retain(|account| !account.standing.is_in_use());
    accounts.sort_by_key(|account| account.id);
    let mut findings = Vec::new();
    for account in accounts {
        let orders = app.store().orders_watched_at(account.id).await?;
        if orders == 0 {
            continue;
        }
        let (name, state) = (&account.name, account.standing.told());
        let told = format!(
            "{name} ({}) is {state}; orders with payments there that are still watched: {orders}",
            account.id
        );
        let trouble = health.iter().find(|health| health.account == account.id && health.open);
        findings.push(match trouble {
            None => finding("out of use", true, told),
            Some(health) => {
                finding("out of use", false, format!("{told}; its gateway is in trouble: {}", health.trouble))
            }
        });
    }
    Ok(findings)
}
