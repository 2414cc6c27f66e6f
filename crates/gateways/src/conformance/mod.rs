//! The conformance suite: the misbehaviour that every gateway must survive. A gateway's tests run it by one
//! line, with samples of the vendor's good answers. It holds the laws that keep money safe: unknown is not
//! failed, nothing is paid without being seen, no secret leaks, and one call is one request.
//!
//! ```text
//! guichet_gateways::conformance::suite!(ocpay, ocpay_subject);
//! ```

mod behaviour;
mod bodies;
mod laws;
mod loopback;
mod scripted;

pub use crate::conformance_suite as suite;
pub use behaviour::behaviours;
pub use laws::{callbacks, checking, declarations, opening, validating};
pub use loopback::{LOOPBACK_NOW_MS, Loopback};
pub use scripted::{Answer, Scripted, answer};

use crate::gateway::{Account, Gateway};
use crate::payin::PayinRequest;

/// A gateway under test.
pub struct Subject {
    /// The gateway.
    pub gateway: &'static dyn Gateway,
    /// An account with a secret that occurs nowhere else in the samples.
    pub account: Account,
    /// A request that breaks no rule.
    pub request: PayinRequest,
    /// Samples of its answers; `None` for a gateway without an API.
    pub vendor: Option<Vendor>,
}

/// Samples of a gateway's answers when all is well. The bodies are JSON; a field is named by a JSON pointer
/// (RFC 6901), and an empty pointer means that the vendor has no such field.
pub struct Vendor {
    /// The reference in all samples.
    pub reference: &'static str,
    /// A payment was opened.
    pub opened: &'static str,
    /// In `opened`: the reference.
    pub opened_reference: &'static str,
    /// In `opened`: the pay page.
    pub opened_url: &'static str,
    /// A check: not paid yet.
    pub pending: &'static str,
    /// A check: paid as the subject's request asked.
    pub paid: &'static str,
    /// A check: it will not be paid.
    pub failed: &'static str,
    /// In `paid`: the word or number that says so.
    pub paid_status: &'static str,
    /// In `paid`: the amount.
    pub paid_amount: &'static str,
    /// In `paid`: the currency.
    pub paid_currency: &'static str,
    /// In `paid`: whether it was play money.
    pub paid_environment: &'static str,
    /// In `paid`: the reference.
    pub paid_reference: &'static str,
    /// The cases of opening that only this gateway has.
    pub open_cases: Vec<OpenCase>,
    /// The cases of checking that only this gateway has.
    pub check_cases: Vec<CheckCase>,
}

/// The outcome that opening must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// A link.
    Link,
    /// A link or a lost answer: either is right.
    LinkOrLost,
    /// Refused by the gateway, by this code of ours.
    Refused(&'static str),
    /// Certainly never sent.
    NotSent,
    /// Not called, because this server could not: nothing is said of the gateway.
    NotCalled,
    /// Nobody can tell whether it was opened.
    Lost,
    /// Anything but a link.
    NoLink,
}

/// The result that a check must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checks {
    /// Not paid yet.
    Pending,
    /// Paid, exactly as the good sample says.
    Paid,
    /// As the good sample says, or nothing learnt: either is right.
    PaidOrUnknown,
    /// The gateway says definitely that it will not be paid.
    Failed,
    /// Nothing was learnt, by this code; an empty code stands for any.
    Unknown(&'static str),
    /// Neither failed, nor a receipt that could settle the order.
    NotSettled,
}

/// One thing a gateway may do when a payment is opened.
#[derive(Debug, Clone)]
pub struct OpenCase {
    /// For the test's report.
    pub name: String,
    /// The answer of the transport.
    pub answer: Answer,
    /// The outcome that it must have.
    pub expected: Opens,
}

/// One thing a gateway may do when it is asked.
#[derive(Debug, Clone)]
pub struct CheckCase {
    /// For the test's report.
    pub name: String,
    /// The answer of the transport.
    pub answer: Answer,
    /// The outcome that it must have.
    pub expected: Checks,
}

/// Makes a module of tests for one gateway: a name for it, and a function that gives its
/// [`Subject`]. The calling crate needs tokio's test macro.
#[macro_export]
macro_rules! conformance_suite {
    ($name:ident, $subject:ident) => {
        mod $name {
            #[test]
            fn declares_itself_soundly() {
                $crate::conformance::declarations(&super::$subject());
            }

            #[test]
            fn validates_before_any_call() {
                $crate::conformance::validating(&super::$subject());
            }

            #[test]
            fn takes_callbacks_for_hints() {
                $crate::conformance::callbacks(&super::$subject());
            }

            #[tokio::test]
            async fn survives_every_answer_to_opening() {
                $crate::conformance::opening(&super::$subject()).await;
            }

            #[tokio::test]
            async fn survives_every_answer_to_checking() {
                $crate::conformance::checking(&super::$subject()).await;
            }
        }
    };
}
