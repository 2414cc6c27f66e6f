//! What the API shows: orders and payments as JSON. The same view goes into events and webhooks.

use guichet_core::{FailureReason, Held, Item, Money, Order, OrderState, Payer, Payment, PaymentState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MoneyView {
    /// Minor units of the currency by ISO 4217: centimes of a dinar, whole CFA francs.
    #[schema(example = 250_000)]
    amount: i64,
    /// ISO 4217 code.
    #[schema(example = "DZD")]
    currency: &'static str,
    /// The same for people.
    #[schema(example = "2500.00")]
    decimal: String,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        MoneyView { amount: money.amount_minor, currency: money.currency.code(), decimal: money.decimal() }
    }
}

/// One line of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemView {
    /// What it is.
    #[schema(example = "Semolina, 5 kg")]
    name: String,
    /// How many.
    #[schema(example = 2)]
    quantity: i64,
    /// The price of one, in minor units.
    #[schema(example = 125_000)]
    unit_amount: i64,
}

impl From<&Item> for ItemView {
    fn from(item: &Item) -> Self {
        ItemView { name: item.name.clone(), quantity: item.quantity, unit_amount: item.unit_amount }
    }
}

/// Who pays.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayerView {
    /// Family name.
    name: Option<String>,
    /// First name.
    surname: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// E.164 phone number.
    phone: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    /// State or region.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    zip_code: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
}

impl From<&Payer> for PayerView {
    fn from(payer: &Payer) -> Self {
        PayerView {
            name: payer.name.clone(),
            surname: payer.surname.clone(),
            email: payer.email.clone(),
            phone: payer.phone.as_ref().map(ToString::to_string),
            address: payer.address.clone(),
            city: payer.city.clone(),
            state: payer.state.clone(),
            zip_code: payer.zip_code.clone(),
            country: payer.country.clone(),
        }
    }
}

/// One attempt to pay an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentView {
    /// Its identifier.
    #[schema(example = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    id: String,
    /// The gateway it goes through.
    #[schema(example = "ocpay")]
    gateway: String,
    /// The gateway account.
    account: String,
    /// `opening`, `open`, `processing`, `unknown`, `paid`, `failed`, `expired` or `cancelled`.
    #[schema(example = "open")]
    status: &'static str,
    /// The reference by which the gateway knows it.
    #[schema(example = "OCPL-A1B2C3-D4E5")]
    reference: Option<String>,
    /// Where the customer pays, while they can.
    payment_url: Option<String>,
    /// Why it failed: a stable code and, where there is more to say, a sentence.
    failure: Option<FailureView>,
    /// What the gateway kept for itself, where it says so.
    fee: Option<MoneyView>,
    /// What the payer was charged, fees included, where the gateway says so.
    charged: Option<MoneyView>,
    /// When it was asked for.
    created_at: String,
    /// When the gateway was last asked about it.
    checked_at: Option<String>,
}

/// Why a payment failed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FailureView {
    /// Stable code.
    #[schema(example = "declined_cancelled_or_expired")]
    code: String,
    /// What is known beyond the code.
    message: Option<String>,
}

impl From<&FailureReason> for FailureView {
    fn from(reason: &FailureReason) -> Self {
        match reason {
            FailureReason::OpenRefused { refusal, message } => {
                FailureView { code: refusal.clone(), message: Some(message.clone()) }
            }
            FailureReason::NotSent { message } => {
                FailureView { code: reason.code().to_owned(), message: Some(message.clone()) }
            }
            FailureReason::Declined
            | FailureReason::Cancelled
            | FailureReason::LinkExpired
            | FailureReason::DeclinedCancelledOrExpired => {
                FailureView { code: reason.code().to_owned(), message: None }
            }
        }
    }
}

impl PaymentView {
    fn new(payment: &Payment, now_ms: i64) -> Self {
        let link = payment.state.link();
        let failure = match &payment.state {
            PaymentState::Failed { reason, .. } => Some(reason.into()),
            PaymentState::Opening
            | PaymentState::Open { .. }
            | PaymentState::Processing { .. }
            | PaymentState::Unknown { .. }
            | PaymentState::Paid { .. }
            | PaymentState::Expired { .. }
            | PaymentState::Cancelled { .. } => None,
        };
        let (fee, charged) = match &payment.state {
            PaymentState::Paid { fee, charged, .. } => (*fee, *charged),
            PaymentState::Opening
            | PaymentState::Open { .. }
            | PaymentState::Processing { .. }
            | PaymentState::Unknown { .. }
            | PaymentState::Failed { .. }
            | PaymentState::Expired { .. }
            | PaymentState::Cancelled { .. } => (None, None),
        };
        let url = link.and_then(|link| link.url.clone()).filter(|_| payment.is_payable(now_ms));
        PaymentView {
            id: payment.id.to_string(),
            gateway: payment.gateway.clone(),
            account: payment.account.to_string(),
            status: payment.state.status(),
            reference: link.map(|link| link.reference.clone()),
            payment_url: url,
            failure,
            fee: fee.map(Into::into),
            charged: charged.map(Into::into),
            created_at: rfc3339(payment.created_at_ms),
            checked_at: payment.checked_at_ms.map(rfc3339),
        }
    }
}

/// Money that came but does not fit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldView {
    /// The payment that brought it.
    payment: String,
    /// `paid_late`, `paid_twice`, `amount_mismatch`, `wrong_environment` or `undecided`.
    #[schema(example = "paid_twice")]
    kind: &'static str,
    /// What the gateway said was paid.
    seen: Option<MoneyView>,
    /// When.
    at: String,
    /// When a person settled the question.
    resolved_at: Option<String>,
}

impl From<&Held> for HeldView {
    fn from(held: &Held) -> Self {
        HeldView {
            payment: held.payment.to_string(),
            kind: held.kind.as_str(),
            seen: held.seen.map(Into::into),
            at: rfc3339(held.at_ms),
            resolved_at: held.resolved_at_ms.map(rfc3339),
        }
    }
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "Order")]
pub(crate) struct OrderView {
    /// Its identifier.
    #[schema(example = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    id: String,
    /// The shop's own name for it.
    #[schema(example = "ORD-2026-000123")]
    reference: String,
    /// `test` or `live`.
    #[schema(example = "test")]
    environment: &'static str,
    /// `pending`, `failed`, `paid`, `fulfilled`, `expired` or `cancelled`.
    #[schema(example = "pending")]
    status: &'static str,
    /// Grows by one with every change.
    version: i64,
    /// What is to be paid, in minor units of the currency by ISO 4217: centimes of a dinar, whole
    /// CFA francs.
    #[schema(example = 250_000)]
    amount: i64,
    /// ISO 4217 code.
    #[schema(example = "DZD")]
    currency: &'static str,
    /// The same amount for people.
    #[schema(example = "2500.00")]
    amount_decimal: String,
    /// The lines that add up to it.
    items: Vec<ItemView>,
    /// What the customer reads on the gateway's page.
    #[schema(example = "Order ORD-2026-000123")]
    title: String,
    /// Who pays.
    payer: PayerView,
    /// Where the customer goes afterwards.
    return_url: Option<String>,
    /// The shop's own notes.
    #[schema(value_type = Object)]
    metadata: serde_json::Map<String, serde_json::Value>,
    /// Where to send the customer now: the gateway's page of the newest payment that can be paid.
    payment_url: Option<String>,
    /// The hosted page where the customer chooses how to pay.
    checkout_url: String,
    /// The hosted page that tells the customer where the order stands.
    status_url: String,
    /// The attempts to pay it, oldest first.
    payments: Vec<PaymentView>,
    /// Money that does not fit.
    held: Vec<HeldView>,
    /// Whether some of that waits for a person.
    needs_you: bool,
    /// Whether the money came after the order had expired or been cancelled.
    paid_late: bool,
    /// When a check saw the money.
    paid_at: Option<String>,
    /// When it was made.
    created_at: String,
    /// When it stops waiting for money.
    expires_at: String,
}

impl OrderView {
    /// The view of an order whose hosted pages are under `public_url` and `token`.
    pub(crate) fn new(order: &Order, token: &str, public_url: &str, now_ms: i64) -> Self {
        let terms = &order.terms;
        let payments: Vec<PaymentView> =
            order.payments.iter().map(|payment| PaymentView::new(payment, now_ms)).collect();
        let payable = order.state.is_waiting();
        let payment_url =
            payments.iter().rev().find_map(|payment| payment.payment_url.clone()).filter(|_| payable);
        let (paid_at_ms, paid_late) = match order.state {
            OrderState::Paid { at_ms, late, .. } => (Some(at_ms), late),
            OrderState::Fulfilled { paid_at_ms, late, .. } => (Some(paid_at_ms), late),
            OrderState::Pending
            | OrderState::Failed
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. } => (None, false),
        };
        OrderView {
            id: order.id.to_string(),
            reference: terms.reference.clone(),
            environment: order.environment.as_str(),
            status: order.state.status(),
            version: order.version,
            amount: terms.money.amount_minor,
            currency: terms.money.currency.code(),
            amount_decimal: terms.money.decimal(),
            items: terms.items.iter().map(Into::into).collect(),
            title: terms.title.clone(),
            payer: (&terms.payer).into(),
            return_url: terms.return_url.clone(),
            metadata: terms.metadata.clone(),
            payment_url,
            checkout_url: format!("{public_url}/checkout/{token}"),
            status_url: format!("{public_url}/status/{token}"),
            payments,
            held: order.held.iter().map(Into::into).collect(),
            needs_you: order.needs_you(),
            paid_late,
            paid_at: paid_at_ms.map(rfc3339),
            created_at: rfc3339(order.created_at_ms),
            expires_at: rfc3339(terms.expires_at_ms),
        }
    }
}
