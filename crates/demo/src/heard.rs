//! What the shop of an order heard of it, whichever language that shop speaks.

use super::api::ShownOrder;
use super::house::House;
use super::scenario::Scenario;

/// What a shop heard of an order.
pub(super) struct Heard {
    /// How many signed announcements that it is paid.
    pub(super) paid: usize,
    /// Its status by the shop's books; empty when the shop knows nothing.
    pub(super) status: String,
    /// How many announcements, of whatever, bore no signature or a wrong one.
    pub(super) forged: usize,
}

/// Asks the shop of that scenario.
pub(super) fn heard(house: &House, scenario: Scenario, order: &ShownOrder) -> Heard {
    if scenario.vendor().is_some() {
        let notices = house.vendor_shops.notices();
        return Heard {
            paid: notices.paid(&order.reference),
            status: notices.status(&order.reference).unwrap_or_default().to_owned(),
            forged: notices.forged(),
        };
    }
    let received = house.shop.received(&order.id);
    Heard {
        paid: received.iter().filter(|webhook| webhook.kind == "order.paid").count(),
        status: house.shop.status(&order.reference).unwrap_or_default(),
        forged: house.shop.forged(),
    }
}
