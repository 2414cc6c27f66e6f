//! Refusals: each has a stable code and a sentence that says what to do.

use crate::code::Code;

/// The reason why an event was refused. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The event names a payment that this order does not have.
    #[error("This order has no such payment; read the order to see the payments it has.")]
    NoSuchPayment,
    /// The order is paid.
    #[error("This order is already paid; nothing more can be opened or cancelled on it.")]
    AlreadyPaid,
    /// The order has expired.
    #[error("This order has expired; create a new order to be paid.")]
    OrderExpired,
    /// The order was cancelled.
    #[error("This order was cancelled; create a new order to be paid.")]
    OrderCancelled,
    /// The order is not paid.
    #[error("This order is not paid, so it cannot be fulfilled; wait for the order.paid event.")]
    NotPaid,
    /// Another request is opening a payment at the same account.
    #[error("A payment of this order is being opened at that gateway; ask again in a few seconds.")]
    PaymentInProgress,
    /// A payment may be on its way, so a second one might pay twice.
    #[error(
        "A payment of this order may already be on its way; wait until the gateway has told its outcome."
    )]
    PaymentUndecided,
    /// A payment could still bring what the order asked for before.
    #[error(
        "A payment of this order was opened for what it asks for now; wait until that has failed or lapsed, or make a new order."
    )]
    PaymentOpen,
    /// The order has as many payments as one order may have.
    #[error("This order already had 20 payments; create a new order.")]
    TooManyPayments,
    /// The order waits for money, so there is nothing to take up again.
    #[error(
        "This order waits for money, and for something else than is asked for now; pay it as it is, or cancel it first."
    )]
    OrderWaits,
    /// Money that came for the order, or may have, waits for a decision.
    #[error(
        "Money of this order is held, or may have come unseen; decide about it before the order is taken up again."
    )]
    MoneyHeld,
    /// Money came for the order, and a person dealt with it.
    #[error("Money came for this order and was dealt with, so it is not taken up again; create a new order.")]
    MoneyCame,
    /// The order is a vendor's client's, which was told that it is over.
    #[error("A vendor's client made this order and was told that it is over; that client makes a new one.")]
    ClientWasTold,
    /// There is no held money of that payment.
    #[error("No held money of this payment waits for a decision.")]
    NothingHeld,
    /// Held money that may not be taken for the order.
    #[error(
        "Only money that came late can be honoured; money of a wrong amount or environment, or paid twice, can only be dismissed once you have dealt with it."
    )]
    NotHonourable,
    /// No money of that payment is known to have come, or all of it went back.
    #[error(
        "No money of this payment is there to go back: none is known to have come, or all of it went back already."
    )]
    NothingToRefund,
    /// More than what is left of the money that came.
    #[error("No more can go back than came by this payment, less what went back already; and never nothing.")]
    RefundExceedsPaid,
    /// Another currency than that of the money that came.
    #[error("Money goes back in the currency in which it came; give the amount in that currency.")]
    RefundCurrency,
    /// The order has as many refunds as one order may have.
    #[error("This order already has 20 refunds; no more can be recorded.")]
    TooManyRefunds,
    /// The event names a refund that this order does not have.
    #[error("This order has no such refund; read the order to see the refunds it has.")]
    NoSuchRefund,
}

impl Refusal {
    /// The stable code that clients can act on.
    pub fn code(self) -> Code {
        match self {
            Refusal::NoSuchPayment => Code::NoSuchPayment,
            Refusal::AlreadyPaid => Code::OrderAlreadyPaid,
            Refusal::OrderExpired => Code::OrderExpired,
            Refusal::OrderCancelled => Code::OrderCancelled,
            Refusal::NotPaid => Code::OrderNotPaid,
            Refusal::PaymentInProgress => Code::PaymentInProgress,
            Refusal::PaymentUndecided => Code::PaymentUndecided,
            Refusal::PaymentOpen => Code::PaymentOpen,
            Refusal::TooManyPayments => Code::TooManyPayments,
            Refusal::OrderWaits => Code::OrderWaits,
            Refusal::MoneyHeld => Code::MoneyHeld,
            Refusal::MoneyCame => Code::MoneyCame,
            Refusal::ClientWasTold => Code::ClientWasTold,
            Refusal::NothingHeld => Code::NothingHeld,
            Refusal::NotHonourable => Code::NotHonourable,
            Refusal::NothingToRefund => Code::NothingToRefund,
            Refusal::RefundExceedsPaid => Code::RefundExceedsPaid,
            Refusal::RefundCurrency => Code::RefundCurrency,
            Refusal::TooManyRefunds => Code::TooManyRefunds,
            Refusal::NoSuchRefund => Code::NoSuchRefund,
        }
    }
}
