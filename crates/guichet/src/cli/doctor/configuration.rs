//! What the doctor finds about what is declared.

use super::finding::{Finding, finding};
use guichet_server::registry::{OpenEndpoint, Snapshot};

/// How much is declared, and which endpoints are out of use.
pub(super) fn configuration(snapshot: &Snapshot) -> Vec<Finding> {
    let (merchants, accounts) = (snapshot.merchants.len(), in_use(snapshot));
    let detail = format!(
        "{merchants} merchants, {accounts} gateway accounts, {} webhook endpoints, {} credentials of vendors' clients",
        snapshot.endpoints.len(),
        snapshot.credentials.len()
    );
    let mut findings = vec![finding("configuration", merchants > 0, detail)];
    let gone = |endpoint: &&OpenEndpoint| {
        let standing = &endpoint.row.standing;
        standing.disabled_at_ms.is_some() && !standing.is_disabled_by_hand()
    };
    for endpoint in snapshot.endpoints.values().filter(gone) {
        let detail = format!(
            "{} answered 410 and is disabled; guichet endpoint enable {} when it takes webhooks again",
            endpoint.row.id, endpoint.row.id
        );
        findings.push(finding("endpoint", false, detail));
    }
    findings
}

fn in_use(snapshot: &Snapshot) -> usize {
    snapshot.accounts.values().filter(|account| account.standing.is_in_use()).count()
}
