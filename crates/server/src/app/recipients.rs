//! Who is told of what happened to an order: the shop's endpoints, the vendor's client that made it,
//! and the customer.

use guichet_core::{Entry, EntryKind, Order, PaymentState};
use guichet_gateways::Notifies;

use crate::message::{Channel, Occasion};
use crate::registry::Snapshot;
use crate::store::Target;

use super::payin_view::end_of_the_link;

/// Where an entry of this order's journal goes.
pub(super) fn recipients(snapshot: &Snapshot, order: &Order, entry: &Entry) -> Vec<Target> {
    let endpoints = snapshot.endpoints_of(order.merchant, order.environment);
    let wanting = endpoints.into_iter().filter(|endpoint| endpoint.wants(entry.kind.as_str()));
    let mut found: Vec<Target> = wanting.map(|endpoint| Target::Endpoint(endpoint.row.id)).collect();
    found.extend(client(snapshot, order, entry));
    found.extend(customer(snapshot, order, entry.kind));
    found
}

/// The vendor's client that made the order, where that vendor notifies of such a change.
fn client(snapshot: &Snapshot, order: &Order, entry: &Entry) -> Option<Target> {
    let origin = order.terms.origin.as_ref()?;
    let client = snapshot.credentials.get(&origin.credential)?;
    let addressed = match client.dialect.profile().notifies {
        Notifies::Never => false,
        Notifies::ByRequest => origin.notify_url.is_some(),
        Notifies::BySetting => client.row.notify_url.is_some(),
    };
    let tells = match entry.kind {
        EntryKind::OrderPaid | EntryKind::PaymentProcessing => true,
        // While nothing was handed out, the customer may still try on our own page.
        EntryKind::OrderFailed => end_of_the_link(order).is_some(),
        // Whoever was told of a decline is not told that it was a cancellation after all.
        EntryKind::OrderExpired | EntryKind::OrderCancelled => {
            end_of_the_link(order).is_none() && !is_being_worked(order)
        }
        // What was being worked when the order ended has come to its own end.
        EntryKind::PaymentFailed | EntryKind::PaymentExpired | EntryKind::PaymentCancelled => {
            entry.old == Some("processing") && !order.state.is_waiting()
        }
        // It was told that the payment is being worked for as long as a person had to decide.
        EntryKind::OrderResolved => true,
        EntryKind::OrderCreated
        | EntryKind::OrderRevised
        | EntryKind::PaymentOpening
        | EntryKind::PaymentOpened
        | EntryKind::PaymentTied
        | EntryKind::PaymentUnknown
        | EntryKind::PaymentCalledBack
        | EntryKind::PaymentTrouble
        | EntryKind::PaymentPaid
        | EntryKind::OrderReopened
        | EntryKind::OrderFulfilled
        | EntryKind::OrderNeedsYou
        // No vendor notifies of what goes back.
        | EntryKind::OrderRefunded
        | EntryKind::OrderRefundWithdrawn => false,
    };
    (addressed && tells).then_some(Target::Client(origin.credential))
}

fn is_being_worked(order: &Order) -> bool {
    order.payments.iter().any(|payment| matches!(payment.state, PaymentState::Processing { .. }))
}

/// The customer, by every channel that the merchant speaks by and the payer has an address for.
fn customer(snapshot: &Snapshot, order: &Order, entry: EntryKind) -> Vec<Target> {
    let Some(occasion) = Occasion::of_event(entry.as_str()) else { return Vec::new() };
    // Whoever cannot try again is not told to: a vendor's client sees to its customers itself.
    if entry == EntryKind::OrderFailed && order.terms.origin.is_some() && end_of_the_link(order).is_some() {
        return Vec::new();
    }
    let Some(merchant) = snapshot.merchants.get(&order.merchant) else { return Vec::new() };
    let speaks = |channel: &Channel| {
        merchant.messages.wants(occasion, *channel) && channel.reaches(&order.terms.payer)
    };
    let channels = [Channel::Email, Channel::Sms].into_iter().filter(speaks);
    channels.map(|channel| Target::Customers(order.merchant, channel)).collect()
}
