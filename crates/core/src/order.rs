//! An order: what is to be paid, and where that stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::{CredentialId, MerchantId, OrderId, PaymentId};
use crate::money::Money;
use crate::payer::Payer;
use crate::payment::Payment;

/// How long an order is watched after its expiry for money that comes late: 24 hours, in ms.
pub const WATCH_MS: i64 = 24 * 3_600_000;

/// Whether real money is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Play money, made with a `sk_test_` key.
    Test,
    /// Real money, made with a `sk_live_` key.
    Live,
}

impl Environment {
    /// The word for it in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Environment::Test => "test",
            Environment::Live => "live",
        }
    }
}

/// What to do with money that came after the order had closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LatePolicy {
    /// The order becomes paid after all.
    Honour,
    /// A person decides.
    Hold,
}

/// What a merchant wants done with money that does not fit. Money with a wrong amount, of a wrong
/// environment or paid twice is always held: no policy may settle it.
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
    /// What it is, for people.
    pub name: String,
    /// How many, at least one.
    pub quantity: i64,
    /// The price of one, in minor units of the order's currency.
    pub unit_amount: i64,
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

/// How the gateway's page should meet the customer. A gateway that cannot do so ignores it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presentation {
    /// ISO 639-1 code of the page's language, such as `fr`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The ways to pay that are offered; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// Whether the payer's phone number is filled in for good.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lock_phone: bool,
    /// Lines for the gateway's receipt, at most three, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub receipt: BTreeMap<String, String>,
}

impl Presentation {
    /// Whether nothing is asked for.
    pub fn is_plain(&self) -> bool {
        *self == Presentation::default()
    }
}

/// Where an order came from that a vendor's client made, with what that client is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The vendor whose language the client speaks.
    pub dialect: String,
    /// The credential it used.
    pub credential: CredentialId,
    /// The reference that the client was given, spelled as that vendor spells them.
    pub reference: String,
    /// What makes a repetition of its request answer this order, where the vendor has that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// Where the customer goes when nothing was paid, where the vendor tells the two apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_url: Option<String>,
    /// Where the vendor's notifications are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_url: Option<String>,
    /// The client's own words, given back as they came.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub echo: serde_json::Map<String, serde_json::Value>,
}

/// What the shop asked for. While the order waits, only [`Event::RevisionRequested`] changes it, and
/// never by what it is known, who made it, how odd money is treated or when it ends; afterwards nothing does.
///
/// [`Event::RevisionRequested`]: crate::Event::RevisionRequested
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The shop's own name for the order, unique per merchant and environment.
    pub reference: String,
    /// What is to be paid.
    pub money: Money,
    /// The lines that add up to it; may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// What the customer reads on the gateway's page.
    pub title: String,
    /// More words for the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who pays.
    #[serde(default)]
    pub payer: Payer,
    /// How the gateway's page should meet the customer.
    #[serde(default, skip_serializing_if = "Presentation::is_plain")]
    pub presentation: Presentation,
    /// Where the order came from, when a vendor's client made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Where the customer goes afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// The shop's own notes, given back as they came.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// What to do with money that does not fit.
    pub policy: Policy,
    /// When the order stops waiting for money (unix ms).
    pub expires_at_ms: i64,
    /// Until when its payments are still asked about after that (unix ms).
    pub watch_until_ms: i64,
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum OrderState {
    /// Waiting for money.
    Pending,
    /// Every payment so far failed and none is open; the customer may try again.
    Failed,
    /// A check that matched saw the money.
    Paid {
        /// The payment that paid it.
        payment: PaymentId,
        /// When the check saw it (unix ms).
        at_ms: i64,
        /// Whether the order had expired or been cancelled before.
        late: bool,
    },
    /// The shop has handed over the goods.
    Fulfilled {
        /// The payment that paid it.
        payment: PaymentId,
        /// When the check saw the money (unix ms).
        paid_at_ms: i64,
        /// When the shop said so (unix ms).
        at_ms: i64,
        /// Whether the order had expired or been cancelled before the money came.
        late: bool,
    },
    /// Nobody paid in time.
    Expired {
        /// When (unix ms).
        at_ms: i64,
    },
    /// The shop called it off.
    Cancelled {
        /// When (unix ms).
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

    /// The payment that paid the order, once one has.
    pub fn paid_by(&self) -> Option<PaymentId> {
        match self {
            OrderState::Paid { payment, .. } | OrderState::Fulfilled { payment, .. } => Some(*payment),
            OrderState::Pending
            | OrderState::Failed
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. } => None,
        }
    }
}

/// Why money that came was not simply taken.
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
    /// The checks told us nothing to the end of the watch, so money may have come unseen.
    Undecided,
}

impl HeldKind {
    /// The word for it in the API, the database and the logs.
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

/// Money that came but does not fit, or may have come unseen; it waits for a person until resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The payment that brought it.
    pub payment: PaymentId,
    /// Why it was held.
    pub kind: HeldKind,
    /// What the gateway said was paid, when it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Money>,
    /// When (unix ms).
    pub at_ms: i64,
    /// When a person settled the question; for an undecided one, also when a check did (unix ms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at_ms: Option<i64>,
}

impl Held {
    /// Whether it still waits for someone who can tell what became of that payment.
    pub(crate) fn is_undecided(&self, payment: PaymentId) -> bool {
        self.payment == payment && self.kind == HeldKind::Undecided && self.resolved_at_ms.is_none()
    }
}

/// What is to be paid, with its payments and where all of it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Our identifier.
    pub id: OrderId,
    /// Whose order it is.
    pub merchant: MerchantId,
    /// Whether real money is meant.
    pub environment: Environment,
    /// Grows by one with every committed change; the guard against lost updates.
    pub version: i64,
    /// What the shop asked for. Shared, since one version of an order seldom asks for anything else than the one
    /// before.
    pub terms: Arc<Terms>,
    /// Where it stands.
    pub state: OrderState,
    /// The attempts to pay it, oldest first.
    pub payments: Vec<Payment>,
    /// Money that does not fit.
    pub held: Vec<Held>,
    /// When a customer was last seen waiting for this order (unix ms).
    pub attended_at_ms: Option<i64>,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
}

impl Order {
    /// The payment of that id.
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.id == id)
    }

    /// Whether money that does not fit waits for a person.
    pub fn needs_you(&self) -> bool {
        self.held.iter().any(|held| held.resolved_at_ms.is_none())
    }
}
