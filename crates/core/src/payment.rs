//! A payment: one attempt to pay an order at one gateway account. Its states carry their data.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, PaymentId};
use crate::money::Money;

/// What opening a payment gave us: how to ask the gateway about it, and where to send the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The reference by which the gateway knows this payment.
    pub reference: String,
    /// The page where the customer pays; `None` for a gateway without one (cash).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When the gateway lets the link lapse unless paying has begun (unix ms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
    /// Another name the gateway has for this payment, by which its notifications may speak of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
}

/// How a payment whose opening answer was lost is brought back to certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recovery {
    /// The gateway can be asked by the payment id that we sent.
    LookupByOurReference,
    /// Opening again with the same key answers the same payment.
    OpenAgain,
    /// Neither: but the link was never handed out, so nobody can pay it, and it lapses by itself.
    LapsesUnseen,
}

/// How a gateway is told our name for a payment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OurName {
    /// It takes none.
    #[default]
    Untold,
    /// As the identifier is written.
    AsWritten,
    /// Its letters and digits only, for a gateway that takes no other character.
    LettersAndDigits,
}

/// What the engine must know of the gateway to work this payment, fixed when the payment began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentTerms {
    /// How a lost answer is recovered.
    pub recovery: Recovery,
    /// Whether the gateway can be asked at all (cash cannot).
    pub checkable: bool,
    /// The least time between two checks, in milliseconds.
    pub min_check_interval_ms: i64,
    /// How long a link lives when nobody starts to pay, in milliseconds.
    pub link_ttl_ms: i64,
    /// How the gateway is told our name for the payment.
    #[serde(default)]
    pub our_name: OurName,
}

/// Why a payment failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FailureReason {
    /// The payer's bank or operator said no.
    Declined,
    /// The payer cancelled on the gateway's page.
    Cancelled,
    /// The gateway let the link lapse.
    LinkExpired,
    /// The gateway has one word for declined, cancelled and lapsed (OCPay's `FAILED`).
    DeclinedCancelledOrExpired,
    /// The gateway refused to open the payment: nothing exists there.
    OpenRefused {
        /// Our stable code for the refusal.
        refusal: String,
        /// What the gateway said, shortened and free of secrets.
        message: String,
    },
    /// The request never left: nothing exists at the gateway.
    NotSent {
        /// What kept it from leaving.
        message: String,
    },
}

impl FailureReason {
    /// The stable code that the API shows.
    pub fn code(&self) -> &'static str {
        match self {
            FailureReason::Declined => "declined",
            FailureReason::Cancelled => "cancelled",
            FailureReason::LinkExpired => "link_expired",
            FailureReason::DeclinedCancelledOrExpired => "declined_cancelled_or_expired",
            FailureReason::OpenRefused { .. } => "open_refused",
            FailureReason::NotSent { .. } => "not_sent",
        }
    }
}

/// Where a payment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum PaymentState {
    /// The row exists; the gateway has not answered yet.
    Opening,
    /// The customer can pay.
    Open {
        /// What opening gave.
        link: Link,
    },
    /// The customer has begun; the bank or operator is working.
    Processing {
        /// What opening gave.
        link: Link,
    },
    /// The answer to opening was lost. Never turned into failed without the gateway's word.
    Unknown {
        /// When the answer was given up (unix ms).
        since_ms: i64,
    },
    /// The gateway says that the money came.
    Paid {
        /// What opening gave; `None` when the money was found before its link was.
        link: Option<Link>,
        /// When our check saw it (unix ms).
        at_ms: i64,
        /// What the gateway kept for itself, where it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fee: Option<Money>,
        /// What the payer was charged, where the gateway said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        charged: Option<Money>,
    },
    /// The gateway says no, or nothing was ever sent to it.
    Failed {
        /// What opening gave, if it got so far.
        link: Option<Link>,
        /// Why.
        reason: FailureReason,
        /// When we learnt it (unix ms).
        at_ms: i64,
    },
    /// It lapsed without money.
    Expired {
        /// What opening gave, if it got so far.
        link: Option<Link>,
        /// When it lapsed for us (unix ms).
        at_ms: i64,
    },
    /// The payer cancelled it.
    Cancelled {
        /// What opening gave, if it got so far.
        link: Option<Link>,
        /// When we learnt it (unix ms).
        at_ms: i64,
    },
}

impl PaymentState {
    /// The word for this state in the API, the database and the logs.
    pub fn status(&self) -> &'static str {
        match self {
            PaymentState::Opening => "opening",
            PaymentState::Open { .. } => "open",
            PaymentState::Processing { .. } => "processing",
            PaymentState::Unknown { .. } => "unknown",
            PaymentState::Paid { .. } => "paid",
            PaymentState::Failed { .. } => "failed",
            PaymentState::Expired { .. } => "expired",
            PaymentState::Cancelled { .. } => "cancelled",
        }
    }

    /// What opening gave, when it gave something.
    pub fn link(&self) -> Option<&Link> {
        match self {
            PaymentState::Opening | PaymentState::Unknown { .. } => None,
            PaymentState::Open { link } | PaymentState::Processing { link } => Some(link),
            PaymentState::Paid { link, .. }
            | PaymentState::Failed { link, .. }
            | PaymentState::Expired { link, .. }
            | PaymentState::Cancelled { link, .. } => link.as_ref(),
        }
    }

    /// Whether money may still come by the ordinary way: opening, open, processing or unknown.
    pub fn is_live(&self) -> bool {
        match self {
            PaymentState::Opening
            | PaymentState::Open { .. }
            | PaymentState::Processing { .. }
            | PaymentState::Unknown { .. } => true,
            PaymentState::Paid { .. }
            | PaymentState::Failed { .. }
            | PaymentState::Expired { .. }
            | PaymentState::Cancelled { .. } => false,
        }
    }
}

/// One attempt to pay an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Our identifier, also our reference at gateways that take one.
    pub id: PaymentId,
    /// The gateway account it goes through.
    pub account: AccountId,
    /// The gateway's name, such as `ocpay`.
    pub gateway: String,
    /// What the engine must know of that gateway.
    pub terms: PaymentTerms,
    /// Where it stands.
    pub state: PaymentState,
    /// When the row was made (unix ms).
    pub created_at_ms: i64,
    /// When the gateway was last asked, whatever it answered (unix ms).
    pub checked_at_ms: Option<i64>,
    /// When the gateway is to be asked next (unix ms); `None` when there is nothing more to ask.
    pub check_at_ms: Option<i64>,
    /// Whether the last check told us nothing: the gateway was down, or spoke nonsense.
    pub in_trouble: bool,
    /// Whether a check ever saw that the payer has begun.
    #[serde(default)]
    pub begun: bool,
    /// What it was opened for, where its order has asked for something else since; an answer without an
    /// amount is about this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_for: Option<Money>,
}

impl Payment {
    /// What the gateway was told as our name for this payment, where it takes one.
    pub fn our_reference(&self) -> Option<String> {
        match self.terms.our_name {
            OurName::Untold => None,
            OurName::AsWritten => Some(self.id.to_string()),
            OurName::LettersAndDigits => Some(self.id.to_string().replace('_', "")),
        }
    }

    /// Whether the customer can be sent to this payment's page now.
    pub fn is_payable(&self, now_ms: i64) -> bool {
        let lapsed = |link: &Link| link.expires_at_ms.is_some_and(|at| at <= now_ms);
        match &self.state {
            PaymentState::Open { link } | PaymentState::Processing { link } => !lapsed(link),
            PaymentState::Opening
            | PaymentState::Unknown { .. }
            | PaymentState::Paid { .. }
            | PaymentState::Failed { .. }
            | PaymentState::Expired { .. }
            | PaymentState::Cancelled { .. } => false,
        }
    }
}
