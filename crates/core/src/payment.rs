//! A payment: one attempt to pay an order at one gateway account. Its states carry their data.

use serde::{Deserialize, Serialize};

use crate::fee::DeclaredFee;
use crate::id::{AccountId, PaymentId};
use crate::money::Money;
use crate::receipt::Receipt;

/// The link that opening a payment gave: its reference at the gateway, and the page where the customer pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The reference by which the gateway knows this payment.
    pub reference: String,
    /// The page where the customer pays; `None` for a gateway without one (cash).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The time at which the gateway expires the link unless paying has begun (unix ms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
    /// A second reference of the gateway for this payment, which its notifications may carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The fee that the gateway told when it opened the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Money>,
}

/// The way in which a payment is recovered whose answer to opening was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recovery {
    /// The gateway can be asked by the payment id that we sent.
    LookupByOurReference,
    /// Opening again with the same key answers the same payment.
    OpenAgain,
    /// Neither is possible. The link was never handed out, so nobody can pay it, and it expires by itself.
    LapsesUnseen,
}

/// The form in which our reference for a payment is sent to a gateway.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceFormat {
    /// The gateway takes no reference of ours.
    #[default]
    #[serde(rename = "untold")]
    NotSent,
    /// As the identifier is written.
    AsWritten,
    /// Its letters and digits only, for a gateway that takes no other character.
    LettersAndDigits,
}

/// The gateway's properties that decisions about this payment depend on, fixed when it was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentTerms {
    /// The recovery of a lost answer.
    pub recovery: Recovery,
    /// Whether the gateway can be checked at all (cash cannot).
    pub checkable: bool,
    /// The least time between two checks, in milliseconds.
    pub min_check_interval_ms: i64,
    /// The life of a link that nobody starts to pay, in milliseconds.
    pub link_ttl_ms: i64,
    /// The form in which our reference for the payment is sent.
    #[serde(default, rename = "our_name")]
    pub reference_format: ReferenceFormat,
    /// Whether a check tells a payer who has begun from one who has not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tells_begun: bool,
    /// The time that an order is given to be paid this way, in milliseconds, where nobody chose another and the
    /// usual is too short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_life_ms: Option<i64>,
    /// The fee that the merchant declares, for a gateway that tells none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_fee: Option<DeclaredFee>,
}

/// The reason for which a payment failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FailureReason {
    /// The payer's bank or operator declined.
    Declined,
    /// The payer cancelled on the gateway's page.
    Cancelled,
    /// The link expired at the gateway.
    LinkExpired,
    /// The gateway has one word for declined, cancelled and expired (OCPay's `FAILED`).
    DeclinedCancelledOrExpired,
    /// The gateway refused to open the payment: nothing exists there.
    OpenRefused {
        /// Our stable code for the refusal.
        refusal: String,
        /// The gateway's message, shortened and free of secrets.
        message: String,
    },
    /// The request never left: nothing exists at the gateway.
    NotSent {
        /// The cause.
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

/// The state of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum PaymentState {
    /// The row exists; the gateway has not answered yet.
    Opening,
    /// The customer can pay.
    Open {
        /// The link.
        link: Link,
    },
    /// The customer has begun; the bank or operator is working.
    Processing {
        /// The link.
        link: Link,
    },
    /// The answer to opening was lost. Becomes failed only when the gateway says so.
    Unknown {
        /// The time at which the answer was given up (unix ms).
        since_ms: i64,
    },
    /// The gateway says that the money came.
    Paid {
        /// The link; `None` when the money was found before its link was.
        link: Option<Link>,
        /// The time of the check that saw the money (unix ms).
        at_ms: i64,
        /// What the gateway told beside that.
        #[serde(default)]
        receipt: Receipt,
    },
    /// The gateway refused or declined it, or it was never sent.
    Failed {
        /// The link, if there was one.
        link: Option<Link>,
        /// The reason.
        reason: FailureReason,
        /// The time at which we learnt it (unix ms).
        at_ms: i64,
    },
    /// It expired without money.
    Expired {
        /// The link, if there was one.
        link: Option<Link>,
        /// The time of expiry for us (unix ms).
        at_ms: i64,
    },
    /// The payer cancelled it.
    Cancelled {
        /// The link, if there was one.
        link: Option<Link>,
        /// The time at which we learnt it (unix ms).
        at_ms: i64,
    },
}

impl PaymentState {
    /// The words of every status.
    pub const STATUSES: [&str; 8] =
        ["opening", "open", "processing", "unknown", "paid", "failed", "expired", "cancelled"];

    /// The state's word in the API, the database and the logs.
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

    /// The link, once there is one.
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
    /// The gateway's properties that decisions about it depend on.
    pub terms: PaymentTerms,
    /// The state.
    pub state: PaymentState,
    /// The time of creation (unix ms).
    pub created_at_ms: i64,
    /// The time of the last check, whatever its answer (unix ms).
    pub checked_at_ms: Option<i64>,
    /// The time of the next check (unix ms); `None` when there is none.
    pub check_at_ms: Option<i64>,
    /// Whether the last check was [`Seen::Unknown`](crate::Seen::Unknown): no answer, or none that makes sense.
    pub in_trouble: bool,
    /// The time of the first of the unclear answers that the gateway has given since it was last understood (unix
    /// ms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unclear_since_ms: Option<i64>,
    /// Whether a check ever saw that the payer had begun.
    #[serde(default)]
    pub begun: bool,
    /// The time of the last callback that no check has answered yet (unix ms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called_back_at_ms: Option<i64>,
    /// The money it was opened for, where its order was revised since; an answer without an amount means this
    /// money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_for: Option<Money>,
    /// Whether it had come to its end when its order was taken up again: the order does not fail because of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before_reopening: bool,
    /// Whether it was tied to the order because nothing was known of it here: what it was opened for is not known, and
    /// nobody can be sent to its page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tied: bool,
}

impl Payment {
    /// Our reference for this payment as the gateway knows it; `None` where the gateway takes none.
    pub fn our_reference(&self) -> Option<String> {
        match self.terms.reference_format {
            ReferenceFormat::NotSent => None,
            ReferenceFormat::AsWritten => Some(self.id.to_string()),
            ReferenceFormat::LettersAndDigits => Some(self.id.to_string().replace('_', "")),
        }
    }

    /// What the gateway told of the money, once it came.
    pub fn receipt(&self) -> Option<&Receipt> {
        match &self.state {
            PaymentState::Paid { receipt, .. } => Some(receipt),
            PaymentState::Opening
            | PaymentState::Open { .. }
            | PaymentState::Processing { .. }
            | PaymentState::Unknown { .. }
            | PaymentState::Failed { .. }
            | PaymentState::Expired { .. }
            | PaymentState::Cancelled { .. } => None,
        }
    }

    /// The gateway's fee as it was first told: when the payment was opened, or else with the money.
    pub fn first_told_fee(&self) -> Option<Money> {
        let when_opened = self.state.link().and_then(|link| link.fee);
        when_opened.or_else(|| self.receipt().and_then(|receipt| receipt.fee))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in the rows of orders: their words are never renamed.
    #[test]
    fn terms_are_stored_in_one_form() {
        for (format, word) in [
            (ReferenceFormat::NotSent, "untold"),
            (ReferenceFormat::AsWritten, "as_written"),
            (ReferenceFormat::LettersAndDigits, "letters_and_digits"),
        ] {
            let terms = PaymentTerms {
                recovery: Recovery::LapsesUnseen,
                checkable: true,
                min_check_interval_ms: 3000,
                link_ttl_ms: 60_000,
                reference_format: format,
                tells_begun: false,
                order_life_ms: None,
                declared_fee: None,
            };
            let stored = format!(
                r#"{{"recovery":"lapses_unseen","checkable":true,"min_check_interval_ms":3000,"link_ttl_ms":60000,"our_name":"{word}"}}"#
            );
            assert_eq!(serde_json::to_string(&terms).unwrap(), stored);
            assert_eq!(serde_json::from_str::<PaymentTerms>(&stored).unwrap(), terms);
        }
    }
}
