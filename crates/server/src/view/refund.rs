//! A refund as JSON.

use guichet_core::{Actor, Order, OrderId, PaymentId, Refund, RefundId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Moment;

use super::MoneyView;

/// Money that went back to the payer, as somebody recorded it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub struct RefundView<'a> {
    /// Its identifier.
    #[schema(value_type = String, example = "rfd_01kaqwm3v0e9r8t7y6v5w4x3z6")]
    id: RefundId,
    /// The payment whose money it was.
    #[schema(value_type = String, example = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    payment: PaymentId,
    /// How much went back.
    amount: MoneyView,
    /// `gateway_portal`, `cash` or `transfer`.
    #[schema(example = "gateway_portal")]
    method: &'static str,
    /// The number under which the gateway, the bank or the till finds it.
    #[schema(example = "R-2026-0042")]
    reference: Option<&'a str>,
    /// The reason, in the words of whoever recorded it.
    #[schema(example = "Out of stock.")]
    reason: &'a str,
    /// Who recorded it: `by` says what kind of person or program, the field beside it which one.
    #[schema(value_type = Object, example = json!({ "by": "operator", "login": "amina" }))]
    recorded_by: &'a Actor,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00Z")]
    recorded_at: Moment,
    /// When the record was withdrawn, because no money had gone back.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    withdrawn_at: Option<Moment>,
}

impl<'a> From<&'a Refund> for RefundView<'a> {
    fn from(refund: &'a Refund) -> Self {
        RefundView {
            id: refund.id,
            payment: refund.payment,
            amount: refund.money.into(),
            method: refund.method.as_str(),
            reference: refund.reference.as_deref(),
            reason: &refund.reason,
            recorded_by: &refund.recorded_by,
            recorded_at: Moment(refund.at_ms),
            withdrawn_at: refund.withdrawn_at_ms.map(Moment),
        }
    }
}

/// A refund, and whose it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedRefund)]
pub struct ListedRefundView<'a> {
    /// The order.
    #[schema(value_type = String, example = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    order: OrderId,
    /// The shop's own name for the order.
    #[schema(example = "ORD-2026-000123")]
    order_reference: &'a str,
    #[serde(flatten)]
    refund: RefundView<'a>,
}

impl<'a> ListedRefundView<'a> {
    /// The view of an order's refund.
    pub fn new(order: &'a Order, refund: &'a Refund) -> Self {
        ListedRefundView { order: order.id, order_reference: &order.terms.reference, refund: refund.into() }
    }
}
