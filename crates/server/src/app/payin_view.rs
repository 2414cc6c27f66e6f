//! An order as vendors' clients are shown it, in words of no vendor.

use guichet_core::{Link, Order, OrderState, Payment, PaymentState, Receipt};
use guichet_gateways::{PayinFailure, PayinRequest, PayinStatus, PayinView};

use crate::store::{MerchantRow, Stored};

use super::application::App;

/// An order as a vendor's client is shown it; `None` for an order that no such client made.
pub(crate) fn payin_view(app: &App, merchant: &MerchantRow, stored: &Stored) -> Option<PayinView> {
    let (order, terms) = (&stored.order, &stored.order.terms);
    let origin = terms.origin.as_ref()?;
    let now_ms = app.clock().now_ms();
    let payable = order.payments.iter().rev().find(|payment| payment.is_payable(now_ms));
    let page = match payable.and_then(|payment| payment.state.link()) {
        Some(Link { url: Some(url), .. }) => url.clone(),
        // Nothing to click at the gateway, as with cash.
        Some(Link { url: None, .. }) => app.public_url().page("status", &stored.token),
        // Whatever kept the gateway from giving a link, the customer may try again on our page.
        None => app.public_url().page("checkout", &stored.token),
    };
    let (status, changed_at_ms) = status(order);
    let paid = order.state.paid_by().and_then(|id| order.payment(id));
    let told = paid.or_else(|| handed_out(order));
    let reference = Some(&terms.reference).filter(|reference| **reference != origin.reference);
    Some(PayinView {
        merchant: merchant.name.clone(),
        reference: origin.reference.clone(),
        url: page,
        request: PayinRequest {
            reference: reference.cloned().unwrap_or_default(),
            title: terms.title.clone(),
            description: terms.description.clone(),
            money: terms.money,
            payer: terms.payer.clone(),
            presentation: terms.presentation.clone(),
            return_url: terms.return_url.clone(),
            failure_url: origin.failure_url.clone(),
            notify_url: origin.notify_url.clone(),
            idempotency_key: origin.idempotency_key.clone(),
            echo: origin.echo.clone(),
        },
        status,
        paid_minor: (status == PayinStatus::Paid).then_some(terms.money.amount_minor),
        fee: told.and_then(Payment::first_told_fee),
        receipt: paid.and_then(Payment::receipt).cloned().unwrap_or_default(),
        sandbox: order.environment == guichet_core::Environment::Test,
        created_at_ms: order.created_at_ms,
        changed_at_ms,
        expires_at_ms: terms.expires_at_ms,
    })
}

/// The same as it was when the client was first answered: a repetition is answered alike.
pub(super) fn as_first_shown(view: PayinView, stored: &Stored) -> PayinView {
    let link = handed_out(&stored.order).and_then(|payment| payment.state.link());
    PayinView {
        url: link.and_then(|link| link.url.clone()).unwrap_or(view.url),
        status: PayinStatus::Open,
        paid_minor: None,
        fee: link.and_then(|link| link.fee),
        receipt: Receipt::default(),
        changed_at_ms: view.created_at_ms,
        ..view
    }
}

/// Where the order stands in words of no vendor, and since when. Money that does not fit is not yet
/// decided; a decline is final, because no vendor takes a second attempt on one link.
fn status(order: &Order) -> (PayinStatus, i64) {
    if let OrderState::Paid { at_ms, .. } | OrderState::Fulfilled { paid_at_ms: at_ms, .. } = order.state {
        return (PayinStatus::Paid, at_ms);
    }
    if let Some((why, at_ms)) = end_of_the_link(order) {
        return (PayinStatus::Failed(why), at_ms);
    }
    let newest = handed_out(order).map(|payment| &payment.state);
    match (&order.state, newest) {
        (_, Some(PaymentState::Paid { at_ms, .. })) if order.needs_you() => (PayinStatus::Processing, *at_ms),
        // Nobody knows whether it was paid, so it is not over.
        (OrderState::Cancelled { .. } | OrderState::Expired { .. }, Some(_)) if order.is_undecided() => {
            (PayinStatus::Processing, order.created_at_ms)
        }
        // The watch goes on, and the bank or the operator may yet say yes.
        (_, Some(PaymentState::Processing { .. })) => (PayinStatus::Processing, order.created_at_ms),
        (OrderState::Cancelled { at_ms }, _) => (PayinStatus::Failed(PayinFailure::Cancelled), *at_ms),
        (OrderState::Expired { at_ms }, _) => (PayinStatus::Failed(PayinFailure::Expired), *at_ms),
        (_, Some(PaymentState::Paid { .. })) => (PayinStatus::Processing, order.created_at_ms),
        (_, _) => (PayinStatus::Open, order.created_at_ms),
    }
}

/// The newest payment whose link a client may have.
fn handed_out(order: &Order) -> Option<&Payment> {
    order.payments.iter().rev().find(|payment| payment.state.link().is_some())
}

/// How the link that a client has came to its end, and when, if that was before the order did: what a
/// client was told then stays true.
pub(crate) fn end_of_the_link(order: &Order) -> Option<(PayinFailure, i64)> {
    let (why, at_ms) = match handed_out(order)?.state {
        PaymentState::Failed { at_ms, .. } => (PayinFailure::Declined, at_ms),
        PaymentState::Cancelled { at_ms, .. } => (PayinFailure::Cancelled, at_ms),
        PaymentState::Expired { at_ms, .. } => (PayinFailure::Expired, at_ms),
        PaymentState::Opening
        | PaymentState::Open { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Unknown { .. }
        | PaymentState::Paid { .. } => return None,
    };
    let ended_ms = match order.state {
        OrderState::Expired { at_ms } | OrderState::Cancelled { at_ms } => at_ms,
        OrderState::Pending | OrderState::Failed => i64::MAX,
        OrderState::Paid { .. } | OrderState::Fulfilled { .. } => return None,
    };
    (at_ms < ended_ms).then_some((why, at_ms))
}
