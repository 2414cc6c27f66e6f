//! A payment session: a payment of an order, in OneEntry's words.

use guichet_core::{Order, OrderState, Payment, PaymentState};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::catalogue::{AUTO, marked, with_ids};
use crate::clock::rfc3339;
use crate::oneentry::amount::number;
use crate::oneentry::front::Front;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::visitor::Visitor;

/// A session's number is its order's times this, and the payment's index in the order, from 1 on. An
/// order has at most 20 payments.
const MOST_PAYMENTS: i64 = 32;

const WAITING: &str = "waiting";
const COMPLETED: &str = "completed";
const CANCELED: &str = "canceled";
const EXPIRED: &str = "expired";

/// OneEntry's `ISessionEntity`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    id: i64,
    order_id: i64,
    created_date: String,
    updated_date: String,
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    payment_account_id: i64,
    payment_url: Option<String>,
    amount: Box<RawValue>,
}

/// The numbers in a session's number: its order's, and its payment's index from 0 on.
pub(super) fn taken_apart(id: i64) -> Option<(i64, usize)> {
    let index = usize::try_from(id.checked_rem_euclid(MOST_PAYMENTS)? - 1).ok()?;
    Some((id.div_euclid(MOST_PAYMENTS), index))
}

impl Session {
    /// The session that the payment of that index is.
    pub(super) fn at(front: &Front, visitor: &Visitor, own: &OwnOrder, index: usize) -> Option<Self> {
        let order = &own.stored.order;
        let payment = order.payments.get(index)?;
        let status = status(order, payment);
        Some(Session {
            id: own.notes.number * MOST_PAYMENTS + i64::try_from(index).ok()? + 1,
            order_id: own.notes.number,
            created_date: rfc3339(payment.created_at_ms),
            updated_date: rfc3339(changed_at_ms(order, payment)),
            kind: "session",
            status,
            payment_account_id: account_id(front, visitor, own, payment),
            payment_url: url(front, own, payment).filter(|_| status == WAITING),
            amount: number(payment.opened_for.unwrap_or(order.terms.money)),
        })
    }

    /// The session that counts: the paying one once the order is paid, otherwise the newest.
    pub(super) fn current(front: &Front, visitor: &Visitor, own: &OwnOrder) -> Option<Self> {
        Session::at(front, visitor, own, current(&own.stored.order)?)
    }
}

/// Where the customer pays an order now: what its current session says.
pub(crate) fn payment_url(front: &Front, own: &OwnOrder) -> Option<String> {
    let order = &own.stored.order;
    let payment = order.payments.get(current(order)?)?;
    url(front, own, payment).filter(|_| status(order, payment) == WAITING)
}

fn current(order: &Order) -> Option<usize> {
    match order.state.paid_by() {
        Some(paid_by) => order.payments.iter().position(|payment| payment.id == paid_by),
        None => order.payments.len().checked_sub(1),
    }
}

/// The order has the first word: nothing waits for money that is not wanted any more.
fn status(order: &Order, payment: &Payment) -> &'static str {
    match &order.state {
        OrderState::Paid { payment: paid_by, .. } | OrderState::Fulfilled { payment: paid_by, .. } => {
            if *paid_by == Some(payment.id) {
                COMPLETED
            } else {
                CANCELED
            }
        }
        OrderState::Expired { .. } => EXPIRED,
        OrderState::Cancelled { .. } => CANCELED,
        OrderState::Pending | OrderState::Failed => match &payment.state {
            // Money that came and does not fit waits for the merchant.
            PaymentState::Opening
            | PaymentState::Open { .. }
            | PaymentState::Processing { .. }
            | PaymentState::Unknown { .. }
            | PaymentState::Paid { .. } => WAITING,
            PaymentState::Failed { .. } | PaymentState::Cancelled { .. } => CANCELED,
            PaymentState::Expired { .. } => EXPIRED,
        },
    }
}

fn changed_at_ms(order: &Order, payment: &Payment) -> i64 {
    let payment_ms = match &payment.state {
        PaymentState::Opening | PaymentState::Open { .. } | PaymentState::Processing { .. } => {
            payment.created_at_ms
        }
        PaymentState::Unknown { since_ms } => *since_ms,
        PaymentState::Paid { at_ms, .. }
        | PaymentState::Failed { at_ms, .. }
        | PaymentState::Expired { at_ms, .. }
        | PaymentState::Cancelled { at_ms, .. } => *at_ms,
    };
    let order_ms = match &order.state {
        OrderState::Pending | OrderState::Failed => payment.created_at_ms,
        OrderState::Paid { at_ms, .. }
        | OrderState::Fulfilled { paid_at_ms: at_ms, .. }
        | OrderState::Expired { at_ms }
        | OrderState::Cancelled { at_ms } => *at_ms,
    };
    payment_ms.max(order_ms)
}

/// The gateway's page while the customer can pay there, and none for cash; otherwise a page of ours that
/// says what can be done.
fn url(front: &Front, own: &OwnOrder, payment: &Payment) -> Option<String> {
    let page = |page: &str| Some(front.public_url().page(page, &own.stored.token));
    match &payment.state {
        PaymentState::Open { link } | PaymentState::Processing { link } if link.url.is_none() => None,
        PaymentState::Open { link } | PaymentState::Processing { link }
            if payment.is_payable(front.clock().now_ms()) =>
        {
            link.url.clone()
        }
        // Whoever has paid is not to choose again how to pay.
        PaymentState::Processing { .. } | PaymentState::Paid { .. } => page("status"),
        PaymentState::Opening
        | PaymentState::Open { .. }
        | PaymentState::Unknown { .. }
        | PaymentState::Failed { .. }
        | PaymentState::Expired { .. }
        | PaymentState::Cancelled { .. } => page("checkout"),
    }
}

/// The project's way to pay that the payment goes through: the order's, unless the customer chose another
/// on our page.
fn account_id(front: &Front, visitor: &Visitor, own: &OwnOrder, payment: &Payment) -> i64 {
    let accounts = &visitor.project.accounts;
    let snapshot = front.registry().snapshot();
    let name = snapshot.accounts.get(&payment.account).map(|account| account.name.as_str());
    let chosen = marked(accounts, &own.notes.payment_account);
    let leads_there = |gateway_account: &str| gateway_account == AUTO || Some(gateway_account) == name;
    let found = chosen
        .filter(|(_, account)| leads_there(&account.gateway_account))
        .or_else(|| with_ids(accounts).find(|(_, account)| Some(account.gateway_account.as_str()) == name));
    found.or(chosen).map_or(0, |(id, _)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sessions_number_says_where_it_is() {
        for (id, expected) in [
            (89 * 32 + 1, Some((89, 0))),
            (89 * 32 + 20, Some((89, 19))),
            (33, Some((1, 0))),
            (32, None),
            (0, None),
            (-31, Some((-1, 0))),
            (i64::MIN, None),
        ] {
            assert_eq!(taken_apart(id), expected, "{id}");
        }
    }
}
