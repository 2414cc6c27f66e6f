//! What the shop of an order notified of it, whichever language that shop speaks.

use super::api::ShownOrder;
use super::scenario::Scenario;
use super::servers::Servers;

/// What a shop notified of an order.
pub(super) struct Notified {
    /// How many signed announcements that it is paid.
    pub(super) paid: usize,
    /// Its status by the shop's books; empty when the shop knows nothing.
    pub(super) status: String,
    /// How many announcements, of whatever, bore no signature or a wrong one.
    pub(super) forged: usize,
}

/// Asks the shop of that scenario.
pub(super) fn notified(servers: &Servers, scenario: Scenario, order: &ShownOrder) -> Notified {
    if scenario.vendor().is_some() {
        let notices = servers.vendor_shops.notices();
        return Notified {
            paid: notices.paid(&order.reference),
            status: notices.status(&order.reference).unwrap_or_default().to_owned(),
            forged: notices.forged(),
        };
    }
    let received = servers.shop.received(&order.id);
    Notified {
        paid: received.iter().filter(|webhook| webhook.kind == "order.paid").count(),
        status: servers.shop.status(&order.reference).unwrap_or_default(),
        forged: servers.shop.forged(),
    }
}
