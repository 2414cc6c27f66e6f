//! An order: the money that is asked for, its payments, and its state.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::{CredentialId, MerchantId, OrderId, PaymentId, PaymentLinkId};
use crate::money::Money;
use crate::payer::Payer;
use crate::payment::{Payment, PaymentState};
use crate::refund::Refund;

/// The time for which an order's payments are still checked after its expiry, for money that comes late: 24 hours.
pub const WATCH_MS: i64 = 24 * 3_600_000;

/// The time for which an order waits for money where neither the shop nor a way to pay says otherwise: an hour.
pub const USUAL_LIFE_MS: i64 = 3_600_000;

/// The environment of an order: play money or real money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Play money, made with a `sk_test_` key.
    Test,
    /// Real money, made with a `sk_live_` key.
    Live,
}

impl Environment {
    /// The environment's word in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Environment::Test => "test",
            Environment::Live => "live",
        }
    }
}

/// The treatment of money that comes after the order has closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LatePolicy {
    /// The order becomes paid after all.
    Honour,
    /// A person decides.
    Hold,
}

/// A merchant's policy for late money. Money of a wrong amount or environment, and money paid twice, is always
/// held: no policy settles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Money that came after the order had expired.
    pub paid_after_expiry: LatePolicy,
    /// Money that came after the shop had cancelled the order.
    pub paid_after_cancel: LatePolicy,
}

impl Default for Policy {
    fn default() -> Self {
        Policy { paid_after_expiry: LatePolicy::Honour, paid_after_cancel: LatePolicy::Hold }
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The line's name, for people.
    pub name: String,
    /// The number of pieces, at least one.
    pub quantity: i64,
    /// The price of one, in minor units of the order's currency; less than nothing for what is taken off.
    pub unit_amount: i64,
}

/// The parts that stand between the lines of an order and its money, in minor units of its currency. None of
/// them is less than nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// The discount, taken off what the lines add up to.
    #[serde(default)]
    pub discount: i64,
    /// The tax that is added to the lines.
    #[serde(default)]
    pub tax: i64,
    /// The tax that the lines hold already, so that it is told and not added.
    #[serde(default)]
    pub included_tax: i64,
}

impl Breakdown {
    /// Whether there is none of them.
    pub fn is_empty(&self) -> bool {
        *self == Breakdown::default()
    }
}

/// A way to pay that a gateway's page may offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Money kept at a phone operator.
    MobileMoney,
    /// A bank card.
    Card,
    /// A wallet of its own, such as an application.
    Wallet,
}

/// Wishes for the gateway's page. A gateway that cannot fulfil one ignores it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presentation {
    /// ISO 639-1 code of the page's language, such as `fr`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The channels that the page offers; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// Whether the payer cannot change the phone number on the page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lock_phone: bool,
    /// Lines for the gateway's receipt, at most three, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub receipt: BTreeMap<String, String>,
}

impl Presentation {
    /// Whether there is no wish.
    pub fn is_plain(&self) -> bool {
        *self == Presentation::default()
    }
}

/// The origin of an order that a vendor's client made: its credential, and what its answers and notifications
/// need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The dialect of the client, by its gateway's name.
    pub dialect: String,
    /// The credential that the client used.
    pub credential: CredentialId,
    /// The reference that the client was given, in the vendor's format.
    pub reference: String,
    /// The request's idempotency key, where the vendor's protocol has one: a repetition is answered with this
    /// order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// The address for the customer when nothing was paid, where the vendor has a separate one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_url: Option<String>,
    /// The address for the vendor's notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_url: Option<String>,
    /// The client's own fields, given back as they came.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub echo: serde_json::Map<String, serde_json::Value>,
}

/// The terms of an order, as the shop asked for them. While the order waits, [`Event::RevisionRequested`] may
/// change them, but never the reference, the origin, the payment link, the policy and the expiry. Once it is closed, only
/// [`Event::ReopenRequested`] does, and never the reference, the origin and the payment link.
///
/// [`Event::RevisionRequested`]: crate::Event::RevisionRequested
/// [`Event::ReopenRequested`]: crate::Event::ReopenRequested
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The shop's reference for the order, unique per merchant and environment.
    pub reference: String,
    /// The money that is to be paid.
    pub money: Money,
    /// The lines that add up to the money, the breakdown being counted in; may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// The discount and the taxes.
    #[serde(default, skip_serializing_if = "Breakdown::is_empty")]
    pub breakdown: Breakdown,
    /// The title that the customer reads on the gateway's page.
    pub title: String,
    /// The description below the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The person who pays.
    #[serde(default)]
    pub payer: Payer,
    /// Wishes for the gateway's page.
    #[serde(default, skip_serializing_if = "Presentation::is_plain")]
    pub presentation: Presentation,
    /// The vendor's client that made the order, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The payment link at which the order was made, if it was at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_link: Option<PaymentLinkId>,
    /// The address to which the customer returns afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// The shop's metadata, given back as it came.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// The policy for late money.
    pub policy: Policy,
    /// The time at which the order stops waiting for money (unix ms).
    pub expires_at_ms: i64,
    /// The time until which its payments are still checked after that (unix ms).
    pub watch_until_ms: i64,
    /// Whether that expiry is the usual one, which nobody chose: a way to pay that takes longer prolongs it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expiry_is_usual: bool,
}

impl Terms {
    /// The same terms with an expiry that somebody chose, or that a way to pay brought along.
    pub fn expiring_at(self, expires_at_ms: i64) -> Self {
        Terms { expires_at_ms, watch_until_ms: expires_at_ms + WATCH_MS, expiry_is_usual: false, ..self }
    }

    /// The same terms with as long to be paid as a way to pay takes, where nobody chose the expiry.
    pub fn given(self, life_ms: Option<i64>, now_ms: i64) -> Self {
        match life_ms.filter(|_| self.expiry_is_usual) {
            Some(life_ms) => self.expiring_at(now_ms + life_ms),
            None => self,
        }
    }

    /// Whether there is nothing to pay, as with a coupon for the whole price.
    pub fn is_free(&self) -> bool {
        self.money.amount_minor == 0
    }
}

/// The state of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum OrderState {
    /// Waiting for money.
    Pending,
    /// Every payment so far failed and none is open; the customer may try again.
    Failed,
    /// A check that matched saw the money, or there was nothing to pay.
    Paid {
        /// The payment that paid the order; `None` where there was nothing to pay.
        payment: Option<PaymentId>,
        /// The time of the check that saw the money (unix ms).
        at_ms: i64,
        /// Whether the order had expired or been cancelled before.
        late: bool,
    },
    /// The shop has handed over the goods.
    Fulfilled {
        /// The payment that paid the order; `None` where there was nothing to pay.
        payment: Option<PaymentId>,
        /// The time of the check that saw the money (unix ms).
        paid_at_ms: i64,
        /// The time of fulfilment (unix ms).
        at_ms: i64,
        /// Whether the order had expired or been cancelled before the money came.
        late: bool,
    },
    /// Nobody paid in time.
    Expired {
        /// The time at which it was decided (unix ms).
        at_ms: i64,
    },
    /// The shop called it off.
    Cancelled {
        /// The time at which it was decided (unix ms).
        at_ms: i64,
    },
}

impl OrderState {
    /// The words for all states, in the order of an order's life.
    pub const STATUSES: [&str; 6] = ["pending", "failed", "paid", "fulfilled", "expired", "cancelled"];

    /// The word for this state in the API, the database and the logs.
    pub fn status(&self) -> &'static str {
        match self {
            OrderState::Pending => "pending",
            OrderState::Failed => "failed",
            OrderState::Paid { .. } => "paid",
            OrderState::Fulfilled { .. } => "fulfilled",
            OrderState::Expired { .. } => "expired",
            OrderState::Cancelled { .. } => "cancelled",
        }
    }

    /// Whether the order still waits for money.
    pub fn is_waiting(&self) -> bool {
        matches!(self, OrderState::Pending | OrderState::Failed)
    }

    /// Whether the order is paid, also where there was nothing to pay.
    pub fn is_paid(&self) -> bool {
        matches!(self, OrderState::Paid { .. } | OrderState::Fulfilled { .. })
    }

    /// The time at which the money was seen; of an order that asks for nothing, of its creation (unix ms).
    pub fn paid_at_ms(&self) -> Option<i64> {
        match self {
            OrderState::Paid { at_ms, .. } => Some(*at_ms),
            OrderState::Fulfilled { paid_at_ms, .. } => Some(*paid_at_ms),
            OrderState::Pending
            | OrderState::Failed
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. } => None,
        }
    }

    /// The payment that paid the order, once one has; an order that asked for nothing is paid by none.
    pub fn paid_by(&self) -> Option<PaymentId> {
        match self {
            OrderState::Paid { payment, .. } | OrderState::Fulfilled { payment, .. } => *payment,
            OrderState::Pending
            | OrderState::Failed
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. } => None,
        }
    }
}

/// The reason why money is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldKind {
    /// It came after the order had expired or been cancelled.
    PaidLate,
    /// The order had been paid by another payment.
    PaidTwice,
    /// It is not the amount or the currency of the order.
    AmountMismatch,
    /// Play money on a live order, or real money on a test order.
    WrongEnvironment,
    /// The gateway's answers stay unclear, or the checks learnt nothing until the end of the watch, so money may have
    /// come unseen.
    Undecided,
}

impl HeldKind {
    /// Every reason.
    pub const ALL: [HeldKind; 5] = [
        HeldKind::PaidLate,
        HeldKind::PaidTwice,
        HeldKind::AmountMismatch,
        HeldKind::WrongEnvironment,
        HeldKind::Undecided,
    ];

    /// The reason's word in the API, the database and the logs.
    pub fn as_str(self) -> &'static str {
        match self {
            HeldKind::PaidLate => "paid_late",
            HeldKind::PaidTwice => "paid_twice",
            HeldKind::AmountMismatch => "amount_mismatch",
            HeldKind::WrongEnvironment => "wrong_environment",
            HeldKind::Undecided => "undecided",
        }
    }
}

/// Held money: it came but does not fit, or may have come unseen, and a person decides about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The payment that brought the money.
    pub payment: PaymentId,
    /// The reason.
    pub kind: HeldKind,
    /// The money that the gateway reported, where it reported an amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Money>,
    /// The time at which it was held (unix ms).
    pub at_ms: i64,
    /// The time at which a person resolved it, or a check an undecided one (unix ms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at_ms: Option<i64>,
}

impl Held {
    /// Whether the outcome of that payment is still undecided.
    pub(crate) fn is_undecided(&self, payment: PaymentId) -> bool {
        self.payment == payment && self.kind == HeldKind::Undecided && self.resolved_at_ms.is_none()
    }

    /// Whether a person was, or still is, asked about that payment in a spell of unclear answers that began then.
    pub(crate) fn asks_about_spell(&self, payment: PaymentId, since_ms: i64) -> bool {
        self.is_undecided(payment)
            || (self.payment == payment && self.kind == HeldKind::Undecided && self.at_ms >= since_ms)
    }
}

/// An order with its payments and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Our identifier.
    pub id: OrderId,
    /// The merchant whose order it is.
    pub merchant: MerchantId,
    /// The environment: play money or real money.
    pub environment: Environment,
    /// The number of committed changes; guards against lost updates.
    pub version: i64,
    /// The terms. Shared between versions of the order, because they seldom change.
    pub terms: Arc<Terms>,
    /// The state.
    pub state: OrderState,
    /// The payments, oldest first.
    pub payments: Vec<Payment>,
    /// Held money, resolved or not.
    pub held: Vec<Held>,
    /// What went back to the payer, withdrawn records among it, oldest first.
    pub refunds: Vec<Refund>,
    /// The time of the customer's last visit to a page of this order (unix ms).
    pub attended_at_ms: Option<i64>,
    /// The time of creation (unix ms).
    pub created_at_ms: i64,
}

impl Order {
    /// The payment with that identifier.
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.id == id)
    }

    /// The payment that the order goes by: the one that paid it, or else the newest.
    pub fn main_payment(&self) -> Option<&Payment> {
        self.state.paid_by().and_then(|id| self.payment(id)).or(self.payments.last())
    }

    /// Whether the order stopped waiting for money and has none, or its time is over and the worker has not said so
    /// yet.
    pub fn has_closed(&self, now_ms: i64) -> bool {
        match self.state {
            OrderState::Pending | OrderState::Failed => now_ms >= self.terms.expires_at_ms,
            OrderState::Expired { .. } | OrderState::Cancelled { .. } => true,
            OrderState::Paid { .. } | OrderState::Fulfilled { .. } => false,
        }
    }

    /// Whether a person is to find out what became of a payment.
    pub fn is_undecided(&self) -> bool {
        self.held.iter().any(|held| held.is_undecided(held.payment))
    }

    /// The money that a payment brought; `None` where none is known to have come, or not how much.
    pub fn money_of(&self, id: PaymentId) -> Option<Money> {
        let payment =
            self.payment(id).filter(|payment| matches!(payment.state, PaymentState::Paid { .. }))?;
        if self.state.paid_by() == Some(id) {
            return Some(self.terms.money);
        }
        let held = self.held.iter().find(|held| held.payment == id && held.kind != HeldKind::Undecided);
        match held.and_then(|held| held.seen) {
            // What a tied payment was opened for is not known.
            None if payment.tied => None,
            None => Some(payment.opened_for.unwrap_or(self.terms.money)),
            seen => seen,
        }
    }

    /// How much of the money that a payment brought may still go back; `None` where nothing is left, or nothing is
    /// known to have come.
    pub fn refundable(&self, id: PaymentId) -> Option<Money> {
        let came = self.money_of(id)?;
        let went_back = self.refunds.iter().filter(|refund| refund.payment == id && refund.counts());
        let went_back: i64 = went_back.map(|refund| refund.money.amount_minor).sum();
        let left = Money { amount_minor: came.amount_minor.saturating_sub(went_back), ..came };
        (left.amount_minor > 0).then_some(left)
    }

    /// Whether held money waits for a person.
    pub fn needs_you(&self) -> bool {
        self.held.iter().any(|held| held.resolved_at_ms.is_none())
    }
}
