//! The book follows its orders: what a change of an order changes in it is written with that change.

use guichet_core::{Order, Share, difference, share};

use crate::store::{Write, add_to_book};

use super::application::App;

impl App {
    /// What a change of an order adds to the book, and takes away; `before` is `None` where the order is new.
    pub(super) fn book(&self, before: Option<&Order>, after: &Order) -> Vec<Write> {
        // Most changes are about payments that are under way, which are in no book.
        let is_in_it = |order: &Order| order.payments.iter().any(|payment| !payment.state.is_live());
        if !is_in_it(after) && !before.is_some_and(is_in_it) {
            return Vec::new();
        }
        let snapshot = self.registry().snapshot();
        let Some(merchant) = snapshot.merchants.get(&after.merchant) else { return Vec::new() };
        let of = |order: &Order| share(order, |at_ms| merchant.zones.day_of(at_ms));
        add_to_book(after, &difference(&before.map_or_else(Share::new, of), &of(after)))
    }
}
