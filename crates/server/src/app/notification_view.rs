//! A notification about a payment that no order has, as the API and the command line show it.

use guichet_core::{AccountId, OrderId, PaymentId, Seen, UnmatchedId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Moment;
use crate::store::UnmatchedRow;
use crate::view::MoneyView;

/// What a gateway told of a payment that no order has.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnmatchedNotification)]
pub struct NotificationView<'a> {
    /// Its identifier.
    #[schema(value_type = String, example = "unm_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    id: UnmatchedId,
    /// `open`, `tied` or `dismissed`.
    #[schema(example = "open")]
    status: &'static str,
    /// The gateway.
    #[schema(example = "cinetpay")]
    gateway: &'a str,
    /// The gateway account that it came to.
    #[schema(value_type = String, example = "acc_01kaqwm3v0e9r8t7y6v5w4x3z3")]
    account: AccountId,
    /// Our identifier of the payment, where the notification tells it; null where the gateway names its own alone.
    #[schema(value_type = Option<String>, example = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    payment: Option<PaymentId>,
    /// The reference by which the gateway is asked about the payment.
    #[schema(example = "pay01kaqwm3v0e9r8t7y6v5w4x3z2")]
    reference: &'a str,
    /// Whether the gateway signed it. What nobody signed is here because the gateway said, when asked, that it is paid.
    signed: bool,
    /// What the gateway said when it was asked: `paid`, `pending`, `processing` or `failed`; null where it told nothing.
    #[schema(example = "paid")]
    payment_status: Option<&'static str>,
    /// How much it said was paid.
    amount: Option<MoneyView>,
    /// What came last, shortened, without secrets.
    #[schema(example = "cpm_trans_id=pay01kaqwm3v0e9r8t7y6v5w4x3z2&cpm_amount=5000")]
    body: &'a str,
    /// How often it came.
    #[schema(example = 2)]
    received: i64,
    /// When it first came.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00Z")]
    first_received_at: Moment,
    /// When it last came.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:05:00Z")]
    last_received_at: Moment,
    /// The order that its payment was tied to.
    #[schema(value_type = Option<String>, example = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    order: Option<OrderId>,
    /// When it was tied or dismissed.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T13:00:00Z")]
    settled_at: Option<Moment>,
}

impl<'a> From<&'a UnmatchedRow> for NotificationView<'a> {
    fn from(row: &'a UnmatchedRow) -> Self {
        let (payment_status, amount) = match &row.seen {
            None | Some(Seen::Unknown { .. }) => (None, None),
            Some(Seen::Pending { processing: false }) => (Some("pending"), None),
            Some(Seen::Pending { processing: true }) => (Some("processing"), None),
            Some(Seen::Paid(evidence)) => (Some("paid"), evidence.money),
            Some(Seen::Failed { .. }) => (Some("failed"), None),
        };
        NotificationView {
            id: row.id,
            status: row.status.as_str(),
            gateway: &row.gateway,
            account: row.account,
            payment: row.payment,
            reference: &row.reference,
            signed: row.signed,
            payment_status,
            amount: amount.map(Into::into),
            body: &row.body,
            received: row.received,
            first_received_at: Moment(row.first_at_ms),
            last_received_at: Moment(row.last_at_ms),
            order: row.order,
            settled_at: row.settled_at_ms.map(Moment),
        }
    }
}

impl NotificationView<'_> {
    /// What the gateway said of the payment, for a table: its word, and how much.
    pub fn told(&self) -> String {
        let money = self.amount.as_ref().map(|money| format!(" {money}")).unwrap_or_default();
        format!("{}{money}", self.payment_status.unwrap_or("unknown"))
    }
}
