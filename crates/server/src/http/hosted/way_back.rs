//! The way back to the shop, as a shop's own gateway would have led there: when it is taken by itself, and how.

use guichet_core::{Order, OrderState, PaymentState};
use guichet_gateways::{PayinStatus, PayinView, Returns};

use crate::app::{App, payin_view};
use crate::pages::WayBack;

use super::Visitor;

/// Seconds for which the page of a paid order stays before it goes on, and that of a failure, which
/// has a reason to be read.
const PAID_S: u32 = 5;
const FAILED_S: u32 = 8;

/// For how long after an order was decided its page goes on by itself, in ms: whoever opens it later
/// wants the receipt.
const FRESH_MS: i64 = 3_600_000;

/// How an order ended, for the shop that is returned to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Paid,
    Unpaid,
}

/// The way back, if the shop has an address for it.
pub(super) fn way_back(app: &App, visitor: &Visitor) -> Option<WayBack> {
    let (order, terms) = (&visitor.stored.order, &visitor.stored.order.terms);
    let snapshot = app.registry().snapshot();
    let merchant = snapshot.merchants.get(&order.merchant)?;
    let view = payin_view(app, merchant, &visitor.stored);
    let dialect = terms.origin.as_ref().and_then(|origin| guichet_gateways::dialect(&origin.dialect));
    let decided = match &view {
        Some(view) => decided_for_client(view),
        None => decided(order),
    };
    let address = match dialect.map(|dialect| dialect.profile().returns) {
        None | Some(Returns::Always) => terms.return_url.clone()?,
        Some(Returns::WhenPaid) if order.state.is_paid() => terms.return_url.clone()?,
        // Some shops of such a vendor take whoever comes to the return address for somebody who has paid, because
        // the vendor sends nobody else there. Unpaid, the way back leads to the address for failures or, where
        // there is none (what OCPay does then is not documented), to the shop's first page.
        Some(Returns::WhenPaid) => {
            let failure_url = terms.origin.as_ref().and_then(|origin| origin.failure_url.clone());
            failure_url.or_else(|| first_page(terms.return_url.as_deref()?))?
        }
    };
    let form = view.as_ref().zip(dialect).and_then(|(view, dialect)| dialect.return_form(view));
    let posted = form.unwrap_or_default();
    let after_s = decided.filter(|(_, at_ms)| !visitor.stays && app.clock().now_ms() - at_ms < FRESH_MS);
    let after_s = after_s.map(|(outcome, _)| match outcome {
        Outcome::Paid => PAID_S,
        Outcome::Unpaid => FAILED_S,
    });
    Some(WayBack { plain_address: named(&address, &posted), address, posted, after_s })
}

/// What a vendor's client is told, once that is final, and since when.
fn decided_for_client(view: &PayinView) -> Option<(Outcome, i64)> {
    match view.status {
        PayinStatus::Paid => Some((Outcome::Paid, view.changed_at_ms)),
        PayinStatus::Failed(_) => Some((Outcome::Unpaid, view.changed_at_ms)),
        PayinStatus::Open | PayinStatus::Processing => None,
    }
}

/// How an order ended that no vendor's client made, and when. One that failed may be paid in another way,
/// so its customer is not led away; nor is one whose money may still be on its way.
fn decided(order: &Order) -> Option<(Outcome, i64)> {
    let under_way = |state: &PaymentState| {
        matches!(
            state,
            PaymentState::Processing { .. } | PaymentState::Unknown { .. } | PaymentState::Opening
        )
    };
    let open = order.needs_you() || order.payments.iter().any(|payment| under_way(&payment.state));
    match order.state {
        OrderState::Paid { at_ms, .. } | OrderState::Fulfilled { paid_at_ms: at_ms, .. } => {
            Some((Outcome::Paid, at_ms))
        }
        OrderState::Expired { at_ms } | OrderState::Cancelled { at_ms } if !open => {
            Some((Outcome::Unpaid, at_ms))
        }
        OrderState::Expired { .. }
        | OrderState::Cancelled { .. }
        | OrderState::Pending
        | OrderState::Failed => None,
    }
}

/// The first page of the site, or the app, that an address belongs to.
fn first_page(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    match url.scheme() {
        "http" | "https" => Some(format!("{}/", url.origin().ascii_serialization())),
        scheme => Some(format!("{scheme}://")),
    }
}

/// The address with what would be posted in its query. A browser without JavaScript posts nothing by itself;
/// where a vendor has its browsers post, its shops must answer a GET to the same address too.
fn named(address: &str, posted: &[(&'static str, String)]) -> String {
    match url::Url::parse(address) {
        Ok(mut url) if !posted.is_empty() => {
            url.query_pairs_mut().extend_pairs(posted);
            url.into()
        }
        Ok(_) | Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpaid_customers_come_to_the_first_page() {
        for (address, expected) in [
            ("https://shop.example/thanks?order=7#top", Some("https://shop.example/")),
            ("http://127.0.0.1:3000/x", Some("http://127.0.0.1:3000/")),
            ("shopapp://paid?order=7", Some("shopapp://")),
            ("thanks", None),
        ] {
            assert_eq!(first_page(address).as_deref(), expected);
        }
    }

    #[test]
    fn names_are_added_to_the_query() {
        let posted = [("transaction_id", "A&1".to_owned()), ("token", "é".to_owned())];
        for (address, posted, expected) in [
            (
                "https://shop.example/back",
                &posted[..],
                "https://shop.example/back?transaction_id=A%261&token=%C3%A9",
            ),
            (
                "https://shop.example/back?a=1#x",
                &posted[..1],
                "https://shop.example/back?a=1&transaction_id=A%261#x",
            ),
            ("shopapp://paid", &posted[..1], "shopapp://paid?transaction_id=A%261"),
            ("https://shop.example/back?a=1", &[], "https://shop.example/back?a=1"),
        ] {
            assert_eq!(named(address, posted), expected);
        }
    }
}
