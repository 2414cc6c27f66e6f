//! What the doctor finds about money for nobody.

use super::finding::{Finding, finding};
use guichet_server::app::App;

/// The notifications about payments that no order has, and that wait for a person.
pub(super) async fn unmatched(app: &App) -> anyhow::Result<Finding> {
    let open = app.store().unmatched_open().await?;
    let detail = match open {
        0 => "no gateway speaks of a payment that no order has".to_owned(),
        open => format!("gateways speak of {open} payments that no order has; see guichet unmatched list"),
    };
    Ok(finding("unmatched", open == 0, detail))
}
