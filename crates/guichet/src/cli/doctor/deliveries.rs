//! What the doctor finds about deliveries.

use super::finding::{Finding, finding};
use guichet_server::clock::rfc3339;
use guichet_server::store::{Census, FailingTarget};

/// What is on its way out, and where it does not arrive.
pub(super) fn deliveries(census: &Census) -> Vec<Finding> {
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
