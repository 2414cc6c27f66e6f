//! The events of an order, and the entries of its journal.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{AccountId, CredentialId, CustomerId, KeyId, PaymentId, RefundId};
use crate::money::Money;
use crate::order::{Environment, Terms};
use crate::payer::Payer;
use crate::payment::{FailureReason, Link, PaymentTerms};
use crate::receipt::Receipt;
use crate::refund::Refund;

/// The evidence of money that came: what a check at the gateway saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The money; `None` where the gateway's answer has no amount (weaker evidence).
    pub money: Option<Money>,
    /// The reference in the gateway's answer.
    pub reference: String,
    /// The environment; `None` where the gateway does not report it.
    pub environment: Option<Environment>,
    /// What else the gateway told.
    #[serde(default)]
    pub receipt: Receipt,
}

/// The result of a check: the only source of truth about a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "seen", rename_all = "snake_case")]
pub enum Seen {
    /// Not paid yet, and it still can be.
    Pending {
        /// Whether the payer has begun.
        processing: bool,
    },
    /// The gateway says that the money came.
    Paid(Evidence),
    /// The gateway says definitely that it will not be paid.
    Failed {
        /// The reason.
        reason: FailureReason,
    },
    /// Nothing was learnt: a timeout, a 5xx, an unlisted status, a body that does not parse.
    Unknown {
        /// A short code of the trouble, such as `gateway_timeout`; the same trouble gives the same code.
        trouble: String,
        /// The answer that came instead, shortened and free of secrets.
        raw: String,
        /// Whether the gateway did answer and its answer is not understood, so that asking again will hardly help;
        /// false where it was not reached, or was not well.
        unclear: bool,
    },
}

/// The actor who caused an event. Journals hold it in this form for ever, so its words and fields are never
/// renamed: `by` is the kind of actor, and the field beside it tells which one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Actor {
    /// The shop's server, with one of its API keys.
    Key {
        /// The key's public name.
        id: KeyId,
    },
    /// The shop's server, as the client of a vendor.
    Credential {
        /// The credential's public name.
        id: CredentialId,
    },
    /// The customer.
    Customer {
        /// The customer's identifier, where they are signed in; nobody signs in on a hosted page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<CustomerId>,
    },
    /// A person who runs this server.
    Operator {
        /// The name under which they are signed in; at the command line, that of the system's user.
        login: String,
    },
    /// Guichet's own worker.
    Worker,
}

/// The actor as the beginning of a sentence.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Key { id } => write!(f, "The shop ({id})"),
            Actor::Credential { id } => write!(f, "The shop ({id})"),
            Actor::Customer { id: Some(id) } => write!(f, "The customer ({id})"),
            Actor::Customer { id: None } => f.write_str("The customer"),
            Actor::Operator { login } => write!(f, "The operator ({login})"),
            Actor::Worker => f.write_str("The worker"),
        }
    }
}

/// A person's decision about held money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// Take it: the order becomes paid.
    Honour,
    /// It was dealt with elsewhere (paid back, for instance).
    Dismiss,
}

/// An event: the only thing that changes an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Someone wants to pay at a gateway account.
    PaymentRequested {
        /// The identifier for the new payment.
        payment: PaymentId,
        /// The account to open it at.
        account: AccountId,
        /// That account's gateway.
        gateway: String,
        /// The gateway's properties that decisions about the payment depend on.
        terms: PaymentTerms,
        /// The actor.
        actor: Actor,
    },
    /// The gateway opened the payment.
    PaymentOpened {
        /// The payment.
        payment: PaymentId,
        /// The link that the gateway gave.
        link: Link,
    },
    /// Nothing was opened, and that is certain.
    OpenFailed {
        /// The payment.
        payment: PaymentId,
        /// The reason.
        reason: FailureReason,
    },
    /// The gateway may or may not have opened the payment.
    OpenLost {
        /// The payment.
        payment: PaymentId,
        /// The cause, shortened and free of secrets.
        trouble: String,
    },
    /// The gateway (for cash: a person) was asked about the payment.
    Checked {
        /// The payment.
        payment: PaymentId,
        /// The time at which it was asked (unix ms): what came later may be news to the answer.
        asked_at_ms: i64,
        /// The result.
        seen: Seen,
        /// The actor.
        actor: Actor,
    },
    /// A gateway called back: a hint, never a proof.
    CallbackReceived {
        /// The payment that it seems to be about.
        payment: PaymentId,
        /// The body as it came, shortened.
        body: String,
    },
    /// A payment that the gateway knows, and of which nothing is known here, is tied to the order that it is said to be
    /// for. Its outcome is not known by that: it is checked.
    PaymentTied {
        /// Its identifier.
        payment: PaymentId,
        /// The account it went through.
        account: AccountId,
        /// That account's gateway.
        gateway: String,
        /// The gateway's properties that decisions about the payment depend on.
        terms: PaymentTerms,
        /// The reference by which the gateway knows it.
        reference: String,
        /// The actor.
        actor: Actor,
    },
    /// A customer is looking at the order.
    CustomerWaiting,
    /// Time has passed.
    Tick,
    /// The time of day was set back, so that what was planned by it is too far away.
    ClockSetBack,
    /// The shop cancels the order, or its customer does.
    CancelRequested {
        /// The actor.
        actor: Actor,
    },
    /// The shop has handed over the goods.
    FulfilRequested {
        /// The actor.
        actor: Actor,
    },
    /// The terms of a waiting order are to change.
    RevisionRequested {
        /// The new terms.
        terms: Box<Terms>,
        /// The actor.
        actor: Actor,
    },
    /// The shop takes up again an order that expired or was cancelled without money.
    ReopenRequested {
        /// The terms from now on.
        terms: Box<Terms>,
        /// The actor.
        actor: Actor,
    },
    /// The customer filled in what a gateway needs of them and the order had not.
    PayerCompleted {
        /// The fields that were filled in; the others are empty.
        payer: Box<Payer>,
        /// The actor.
        actor: Actor,
    },
    /// A person decided about held money.
    HeldResolved {
        /// The payment that brought the money.
        payment: PaymentId,
        /// The decision.
        resolution: Resolution,
        /// The actor.
        actor: Actor,
    },
    /// A person records that money went back to the payer.
    RefundRecorded {
        /// The refund; its times are set when it is decided.
        refund: Box<Refund>,
    },
    /// The record of a refund was a mistake: no money went back.
    RefundWithdrawn {
        /// The refund.
        refund: RefundId,
        /// The reason, in the words of whoever withdraws it.
        reason: String,
        /// The actor.
        actor: Actor,
    },
}

macro_rules! entry_kinds {
    ($(#[doc = $about:literal] $name:ident = $word:literal;)*) => {
        /// The kind of a journal entry; the dotted word is the public event type.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum EntryKind { $(#[doc = $about] $name,)* }

        impl EntryKind {
            /// Every kind, in the order of an order's life.
            pub const ALL: &'static [EntryKind] = &[$(EntryKind::$name,)*];

            /// The public event type, such as `order.paid`.
            pub fn as_str(self) -> &'static str {
                match self { $(EntryKind::$name => $word,)* }
            }

            /// What it says happened, as a sentence.
            pub fn about(self) -> &'static str {
                match self { $(EntryKind::$name => $about.trim_ascii(),)* }
            }
        }
    };
}

entry_kinds! {
    /// The order exists.
    OrderCreated = "order.created";
    /// Its terms changed.
    OrderRevised = "order.revised";
    /// A payment row was written before its gateway is called.
    PaymentOpening = "payment.opening";
    /// The customer can pay.
    PaymentOpened = "payment.opened";
    /// A payment that was opened, and then forgotten here, was tied to the order.
    PaymentTied = "payment.tied";
    /// The answer to opening was lost.
    PaymentUnknown = "payment.unknown";
    /// The payer has begun.
    PaymentProcessing = "payment.processing";
    /// A gateway called back.
    PaymentCalledBack = "payment.called_back";
    /// A check learnt nothing.
    PaymentTrouble = "payment.trouble";
    /// The money came.
    PaymentPaid = "payment.paid";
    /// The payment failed.
    PaymentFailed = "payment.failed";
    /// The payment expired.
    PaymentExpired = "payment.expired";
    /// The payer cancelled the payment.
    PaymentCancelled = "payment.cancelled";
    /// Every payment so far failed and none is open.
    OrderFailed = "order.failed";
    /// The customer tries again, or the shop takes up again an order that was closed.
    OrderReopened = "order.reopened";
    /// The order is paid.
    OrderPaid = "order.paid";
    /// Nobody paid in time.
    OrderExpired = "order.expired";
    /// The shop cancelled the order.
    OrderCancelled = "order.cancelled";
    /// The shop has handed over the goods.
    OrderFulfilled = "order.fulfilled";
    /// Money that does not fit waits for a person.
    OrderNeedsYou = "order.needs_you";
    /// A person decided about held money, or a check decided what was undecided.
    OrderResolved = "order.resolved";
    /// Money of the order went back to the payer.
    OrderRefunded = "order.refunded";
    /// The record of a refund was withdrawn: no money had gone back.
    OrderRefundWithdrawn = "order.refund_withdrawn";
}

/// One line of an order's journal: what changed, from what to what, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The kind.
    pub kind: EntryKind,
    /// The payment that it is about.
    pub payment: Option<PaymentId>,
    /// The state before, where one changed.
    pub old: Option<&'static str>,
    /// The state after, where one changed.
    pub new: Option<&'static str>,
    /// The evidence, as a sentence for a person.
    pub why: String,
}

/// The next link of an order's journal: SHA-256 over the previous link and this entry's stored
/// bytes, in base64url without padding. The first entry follows the empty text.
pub fn chain(previous: &str, stored: &str) -> String {
    let digest = Sha256::new().chain_update(previous).chain_update([0]).chain_update(stored).finalize();
    data_encoding::BASE64URL_NOPAD.encode(&digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in journals that are kept for ever: a line here may be added, never changed.
    #[test]
    fn actors_are_written_and_read_in_one_form_for_ever() {
        let (key, crd) = ("key_01kaqwm3v0e9r8t7y6v5w4x3z1", "crd_01kaqwm3v0e9r8t7y6v5w4x3z1");
        let cus = "cus_01kaqwm3v0e9r8t7y6v5w4x3z1";
        for (actor, stored, sentence) in [
            (
                Actor::Key { id: key.parse().unwrap() },
                format!(r#"{{"by":"key","id":"{key}"}}"#),
                format!("The shop ({key})"),
            ),
            (
                Actor::Credential { id: crd.parse().unwrap() },
                format!(r#"{{"by":"credential","id":"{crd}"}}"#),
                format!("The shop ({crd})"),
            ),
            (
                Actor::Customer { id: Some(cus.parse().unwrap()) },
                format!(r#"{{"by":"customer","id":"{cus}"}}"#),
                format!("The customer ({cus})"),
            ),
            (Actor::Customer { id: None }, r#"{"by":"customer"}"#.to_owned(), "The customer".to_owned()),
            (
                Actor::Operator { login: "amina".to_owned() },
                r#"{"by":"operator","login":"amina"}"#.to_owned(),
                "The operator (amina)".to_owned(),
            ),
            (Actor::Worker, r#"{"by":"worker"}"#.to_owned(), "The worker".to_owned()),
        ] {
            assert_eq!(serde_json::to_string(&actor).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Actor>(&stored).unwrap(), actor);
            assert_eq!(actor.to_string(), sentence);
        }
    }

    #[test]
    fn what_a_later_version_adds_to_an_actor_is_passed_over() {
        let stored = r#"{"by":"operator","login":"amina","from":"10.0.0.7"}"#;
        let actor = serde_json::from_str::<Actor>(stored).unwrap();
        assert_eq!(actor, Actor::Operator { login: "amina".to_owned() });
    }

    #[test]
    fn an_actor_nobody_is_named_for_is_refused() {
        for wrong in [
            r#"{"by":"operator"}"#,
            r#"{"by":"key"}"#,
            r#"{"by":"key","id":"crd_01kaqwm3v0e9r8t7y6v5w4x3z1"}"#,
            r#"{"by":"nobody"}"#,
            "{}",
        ] {
            assert!(serde_json::from_str::<Actor>(wrong).is_err(), "{wrong}");
        }
    }
}
