//! How each type of event is made to happen: with which order, at which gateway, and what is done to it afterwards.

use guichet_core::EntryKind;

/// What the sandbox must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Payment {
    /// The order has no payment, and the sandbox is not needed.
    None,
    /// One whose title has that tag, which decides what becomes of it.
    Tagged(&'static str),
    /// One during whose next call of that kind the sandbox is in trouble.
    Troubled(&'static str),
}

/// What the gateway must be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gateway {
    /// Anything.
    Any,
    /// A check must tell a payer who has begun from one who has not.
    TellsBegun,
    /// It must notify at the address of each request.
    Notifies,
}

/// What is done to the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// Its customer chooses to pay the shop itself, for which an order is given more time.
    PayLater,
    /// It is called off.
    Cancel,
    /// It is taken up again.
    Reopen,
    /// This event is waited for.
    Await(EntryKind),
    /// The goods are handed over.
    Fulfil,
    /// The held money is dealt with elsewhere.
    Dismiss,
    /// All of its money goes back.
    Refund,
    /// That is withdrawn.
    WithdrawRefund,
}

/// How an event is made to happen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recipe {
    /// The order's payment.
    pub(super) payment: Payment,
    /// Where.
    pub(super) gateway: Gateway,
    /// After how many seconds it expires, where that is what happens.
    pub(super) expires_in: Option<i64>,
    /// What is done next.
    pub(super) then: &'static [Then],
}

/// An order that is played at any gateway.
const fn any(payment: Payment, then: &'static [Then]) -> Recipe {
    Recipe { payment, gateway: Gateway::Any, expires_in: None, then }
}

/// How an event of that type is made to happen.
///
/// # Errors
/// It cannot be played; the sentence says when it happens.
pub(super) fn recipe(kind: EntryKind) -> Result<Recipe, &'static str> {
    use Payment::{None as Without, Tagged, Troubled};
    Ok(match kind {
        EntryKind::PaymentTied => {
            return Err(
                "payment.tied happens only where a gateway tells of a payment that this database does not know, as after a \
                 restore, and somebody ties it to an order: guichet unmatched tie",
            );
        }
        EntryKind::OrderCreated => any(Without, &[]),
        EntryKind::OrderRevised => any(Without, &[Then::PayLater]),
        EntryKind::OrderCancelled => any(Without, &[Then::Cancel]),
        EntryKind::OrderReopened => any(Without, &[Then::Cancel, Then::Reopen]),
        EntryKind::OrderExpired => Recipe { expires_in: Some(60), ..any(Without, &[]) },
        EntryKind::PaymentOpening | EntryKind::PaymentOpened => any(Tagged(""), &[]),
        EntryKind::PaymentUnknown => any(Troubled("open"), &[]),
        EntryKind::PaymentTrouble => any(Troubled("check"), &[]),
        EntryKind::PaymentProcessing => {
            Recipe { gateway: Gateway::TellsBegun, ..any(Tagged("[never]"), &[]) }
        }
        // A notification that comes before the payment is known to be open brings nothing forward.
        EntryKind::PaymentCalledBack => {
            Recipe { gateway: Gateway::Notifies, ..any(Tagged("[paid after 3]"), &[]) }
        }
        EntryKind::PaymentPaid | EntryKind::OrderPaid => any(Tagged("[paid]"), &[]),
        EntryKind::PaymentFailed | EntryKind::OrderFailed => any(Tagged("[declined]"), &[]),
        EntryKind::PaymentExpired => any(Tagged("[expired]"), &[]),
        // Gateways tell a payer who gave up from one who was declined in few cases; what is paid in cash is called off.
        EntryKind::PaymentCancelled => any(Without, &[Then::PayLater, Then::Cancel]),
        EntryKind::OrderFulfilled => {
            any(Tagged("[paid]"), &[Then::Await(EntryKind::OrderPaid), Then::Fulfil])
        }
        EntryKind::OrderNeedsYou => any(Tagged("[wrong-amount]"), &[]),
        EntryKind::OrderResolved => {
            any(Tagged("[wrong-amount]"), &[Then::Await(EntryKind::OrderNeedsYou), Then::Dismiss])
        }
        EntryKind::OrderRefunded => any(Tagged("[paid]"), &[Then::Await(EntryKind::OrderPaid), Then::Refund]),
        EntryKind::OrderRefundWithdrawn => {
            let then = &[Then::Await(EntryKind::OrderPaid), Then::Refund, Then::WithdrawRefund];
            any(Tagged("[paid]"), then)
        }
    })
}
