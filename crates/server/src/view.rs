//! What the API shows: orders and payments as JSON. The same view goes into events and webhooks.

mod book;
mod refund;

use std::fmt;

use guichet_core::{
    AccountId, FailureReason, Fee, FeeSource, Held, Item, Money, Order, OrderId, OrderState, Payer, Payment,
    PaymentId, PaymentLinkId, PaymentState, Phone, Receipt,
};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::clock::Moment;

pub use book::{BookLineView, CorrectionView, CountedView};
pub use refund::{ListedRefundView, RefundView};

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Money)]
pub struct MoneyView {
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

impl fmt::Display for MoneyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal, self.currency)
    }
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        MoneyView { amount: money.amount_minor, currency: money.currency.code(), decimal: money.decimal() }
    }
}

/// One line of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Item)]
pub struct ItemView<'a> {
    /// What it is.
    #[schema(example = "Semolina, 5 kg")]
    name: &'a str,
    /// How many.
    #[schema(example = 2)]
    quantity: i64,
    /// The price of one, in minor units; less than nothing for what is taken off.
    #[schema(example = 125_000)]
    unit_amount: i64,
}

impl<'a> From<&'a Item> for ItemView<'a> {
    fn from(item: &'a Item) -> Self {
        ItemView { name: &item.name, quantity: item.quantity, unit_amount: item.unit_amount }
    }
}

/// Who pays.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payer)]
pub struct PayerView<'a> {
    /// Family name.
    #[schema(example = "Benali")]
    family_name: Option<&'a str>,
    /// Given name.
    #[schema(example = "Amina")]
    given_name: Option<&'a str>,
    /// E-mail address.
    #[schema(example = "amina@example.com")]
    email: Option<&'a str>,
    /// E.164 phone number.
    #[schema(value_type = Option<String>, example = "+213555000001")]
    phone: Option<&'a Phone>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "12 rue Didouche Mourad")]
    address: Option<&'a str>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Algiers")]
    city: Option<&'a str>,
    /// State or region.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Algiers")]
    state: Option<&'a str>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "16000")]
    zip_code: Option<&'a str>,
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "DZ")]
    country: Option<&'a str>,
}

impl<'a> From<&'a Payer> for PayerView<'a> {
    fn from(payer: &'a Payer) -> Self {
        PayerView {
            family_name: payer.family_name.as_deref(),
            given_name: payer.given_name.as_deref(),
            email: payer.email.as_deref(),
            phone: payer.phone.as_ref(),
            address: payer.address.as_deref(),
            city: payer.city.as_deref(),
            state: payer.state.as_deref(),
            zip_code: payer.zip_code.as_deref(),
            country: payer.country.as_deref(),
        }
    }
}

/// One attempt to pay an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub struct PaymentView<'a> {
    /// Its identifier.
    #[schema(value_type = String, example = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    id: PaymentId,
    /// The gateway it goes through.
    #[schema(example = "ocpay")]
    gateway: &'a str,
    /// The gateway account.
    #[schema(value_type = String, example = "acc_01kaqwm3v0e9r8t7y6v5w4x3z3")]
    account: AccountId,
    /// `opening`, `open`, `processing`, `unknown`, `paid`, `failed`, `expired` or `cancelled`.
    #[schema(example = "open")]
    status: &'static str,
    /// The reference by which the gateway knows it.
    #[schema(example = "OCPL-A1B2C3-D4E5")]
    reference: Option<&'a str>,
    /// Where the customer pays, while they can.
    #[schema(example = "https://gateway.example/pay/1")]
    payment_url: Option<&'a str>,
    /// Why it failed: a stable code and, where there is more to say, a sentence.
    failure: Option<FailureView<'a>>,
    /// What the gateway keeps for itself, as it first said it; null where it does not.
    fee: Option<MoneyView>,
    /// What it keeps by what you declare of the account, once the money came; null where it says so itself.
    declared_fee: Option<MoneyView>,
    /// What the gateway told of the money, once it came.
    receipt: Option<ReceiptView<'a>>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00Z")]
    created_at: Moment,
    /// When the gateway was last asked about it.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:04:00Z")]
    checked_at: Option<Moment>,
}

/// What the gateway told of money that came. What it does not tell is null.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub struct ReceiptView<'a> {
    /// The operator or the means it was paid with, by the gateway's own word.
    #[schema(example = "OM")]
    operator: Option<&'a str>,
    /// The phone number it was paid from.
    #[schema(example = "+2250707000001")]
    paid_from: Option<&'a str>,
    /// The number under which the gateway or its operator finds the transaction.
    #[schema(example = "MP220915.2257.A76307")]
    transaction: Option<&'a str>,
    /// What the gateway kept for itself.
    fee: Option<MoneyView>,
    /// What the payer was charged, fees included.
    charged: Option<MoneyView>,
    /// From when on you can have the money.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-02-02T00:00:00Z")]
    funds_at: Option<Moment>,
}

impl<'a> From<&'a Receipt> for ReceiptView<'a> {
    fn from(receipt: &'a Receipt) -> Self {
        ReceiptView {
            operator: receipt.operator.as_deref(),
            paid_from: receipt.paid_from.as_deref(),
            transaction: receipt.transaction.as_deref(),
            fee: receipt.fee.map(Into::into),
            charged: receipt.charged.map(Into::into),
            funds_at: receipt.funds_at_ms.map(Moment),
        }
    }
}

/// Why a payment failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentFailure)]
pub struct FailureView<'a> {
    /// Stable code.
    #[schema(example = "declined_cancelled_or_expired")]
    code: &'a str,
    /// What is known beyond the code.
    #[schema(example = "The card was declined.")]
    message: Option<&'a str>,
}

impl<'a> From<&'a FailureReason> for FailureView<'a> {
    fn from(reason: &'a FailureReason) -> Self {
        match reason {
            FailureReason::OpenRefused { refusal, message } => {
                FailureView { code: refusal, message: Some(message) }
            }
            FailureReason::NotSent { message } => FailureView { code: reason.code(), message: Some(message) },
            FailureReason::Declined
            | FailureReason::Cancelled
            | FailureReason::LinkExpired
            | FailureReason::DeclinedCancelledOrExpired => FailureView { code: reason.code(), message: None },
        }
    }
}

impl<'a> PaymentView<'a> {
    fn new(order: &Order, payment: &'a Payment, now_ms: i64) -> Self {
        let fee = order.money_of(payment.id).and_then(|came| Fee::of(payment, came));
        let declared_fee = fee.filter(|fee| fee.source == FeeSource::Declared);
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
        let url = link.and_then(|link| link.url.as_deref()).filter(|_| payment.is_payable(now_ms));
        PaymentView {
            id: payment.id,
            gateway: &payment.gateway,
            account: payment.account,
            status: payment.state.status(),
            reference: link.map(|link| link.reference.as_str()),
            payment_url: url,
            failure,
            fee: payment.first_told_fee().map(Into::into),
            declared_fee: declared_fee.map(|fee| fee.money.into()),
            receipt: payment.receipt().map(Into::into),
            created_at: Moment(payment.created_at_ms),
            checked_at: payment.checked_at_ms.map(Moment),
        }
    }
}

/// Money that came but does not fit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldMoney)]
pub struct HeldView {
    /// The payment that brought it.
    #[schema(value_type = String, example = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    payment: PaymentId,
    /// `paid_late`, `paid_twice`, `amount_mismatch`, `wrong_environment` or `undecided`.
    #[schema(example = "paid_twice")]
    kind: &'static str,
    /// What the gateway said was paid.
    seen: Option<MoneyView>,
    /// When.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00Z")]
    at: Moment,
    /// When a person settled the question.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    resolved_at: Option<Moment>,
}

impl From<&Held> for HeldView {
    fn from(held: &Held) -> Self {
        HeldView {
            payment: held.payment,
            kind: held.kind.as_str(),
            seen: held.seen.map(Into::into),
            at: Moment(held.at_ms),
            resolved_at: held.resolved_at_ms.map(Moment),
        }
    }
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderView<'a> {
    /// Its identifier.
    #[schema(value_type = String, example = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    id: OrderId,
    /// The shop's own name for it.
    #[schema(example = "ORD-2026-000123")]
    reference: &'a str,
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
    /// The lines that add up to it, less the discount and with the tax.
    items: Vec<ItemView<'a>>,
    /// What was taken off the lines, in minor units.
    #[schema(example = 0)]
    discount: i64,
    /// The tax that was added to the lines, in minor units.
    #[schema(example = 0)]
    tax: i64,
    /// The tax that the lines hold already, in minor units.
    #[schema(example = 0)]
    included_tax: i64,
    /// What the customer reads on the gateway's page.
    #[schema(example = "Order ORD-2026-000123")]
    title: &'a str,
    /// Who pays.
    payer: PayerView<'a>,
    /// The payment link at which it was made, if it was at one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "lnk_01kaqwm3v0e9r8t7y6v5w4x3z9")]
    payment_link: Option<PaymentLinkId>,
    /// Where the customer goes afterwards.
    #[schema(example = "https://shop.example/orders/123")]
    return_url: Option<&'a str>,
    /// The shop's own notes.
    #[schema(value_type = Object)]
    metadata: &'a serde_json::Map<String, serde_json::Value>,
    /// Where to send the customer now: the gateway's page of the newest payment that can be paid.
    #[schema(example = "https://gateway.example/pay/1")]
    payment_url: Option<&'a str>,
    /// The hosted page where the customer chooses how to pay.
    #[schema(value_type = String, example = "https://pay.example/checkout/01kaqwm3v0e9r8t7y6v5w4x3z1…")]
    checkout_url: PageAddress<'a>,
    /// The hosted page that tells the customer where the order stands.
    #[schema(value_type = String, example = "https://pay.example/status/01kaqwm3v0e9r8t7y6v5w4x3z1…")]
    status_url: PageAddress<'a>,
    /// The attempts to pay it, oldest first.
    payments: Vec<PaymentView<'a>>,
    /// Money that does not fit.
    held: Vec<HeldView>,
    /// Whether some of that waits for a person.
    needs_you: bool,
    /// What went back to the payer, as it was recorded, oldest first.
    refunds: Vec<RefundView<'a>>,
    /// Whether the money came after the order had expired or been cancelled.
    paid_late: bool,
    /// When a check saw the money; of an order that asks for nothing, when it was made.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:04:00Z")]
    paid_at: Option<Moment>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00Z")]
    created_at: Moment,
    /// When it stops waiting for money.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T13:00:00Z")]
    expires_at: Moment,
}

impl<'a> OrderView<'a> {
    /// The view of an order whose hosted pages are under `public_url` and `token`.
    pub fn new(order: &'a Order, token: &'a str, public_url: &'a str, now_ms: i64) -> Self {
        let terms = &order.terms;
        let payments: Vec<PaymentView<'_>> =
            order.payments.iter().map(|payment| PaymentView::new(order, payment, now_ms)).collect();
        let payable = order.state.is_waiting();
        let payment_url = payments.iter().rev().find_map(|payment| payment.payment_url).filter(|_| payable);
        let (paid_at_ms, paid_late) = match order.state {
            OrderState::Paid { at_ms, late, .. } => (Some(at_ms), late),
            OrderState::Fulfilled { paid_at_ms, late, .. } => (Some(paid_at_ms), late),
            OrderState::Pending
            | OrderState::Failed
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. } => (None, false),
        };
        OrderView {
            id: order.id,
            reference: &terms.reference,
            environment: order.environment.as_str(),
            status: order.state.status(),
            version: order.version,
            amount: terms.money.amount_minor,
            currency: terms.money.currency.code(),
            amount_decimal: terms.money.decimal(),
            items: terms.items.iter().map(Into::into).collect(),
            discount: terms.breakdown.discount,
            tax: terms.breakdown.tax,
            included_tax: terms.breakdown.included_tax,
            title: &terms.title,
            payer: (&terms.payer).into(),
            payment_link: terms.payment_link,
            return_url: terms.return_url.as_deref(),
            metadata: &terms.metadata,
            payment_url,
            checkout_url: PageAddress { public_url, page: "checkout", token },
            status_url: PageAddress { public_url, page: "status", token },
            payments,
            held: order.held.iter().map(Into::into).collect(),
            needs_you: order.needs_you(),
            refunds: order.refunds.iter().map(Into::into).collect(),
            paid_late,
            paid_at: paid_at_ms.map(Moment),
            created_at: Moment(order.created_at_ms),
            expires_at: Moment(terms.expires_at_ms),
        }
    }
}

/// Where a hosted page of an order is.
#[derive(Debug)]
struct PageAddress<'a> {
    public_url: &'a str,
    page: &'static str,
    token: &'a str,
}

impl fmt::Display for PageAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        [self.public_url, "/", self.page, "/", self.token].into_iter().try_for_each(|part| f.write_str(part))
    }
}

impl Serialize for PageAddress<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
