//! A refund: money of an order that went back to the payer, as a person recorded it. Guichet moves no money back itself.

use serde::{Deserialize, Serialize};

use crate::event::Actor;
use crate::id::{PaymentId, RefundId};
use crate::money::Money;

/// The way on which money went back to the payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundMethod {
    /// At the gateway, by a person who is signed in there.
    GatewayPortal,
    /// In cash.
    Cash,
    /// By a transfer of the shop's own, from its bank or its phone.
    Transfer,
}

impl RefundMethod {
    /// The words for all methods.
    pub const ALL: [RefundMethod; 3] =
        [RefundMethod::GatewayPortal, RefundMethod::Cash, RefundMethod::Transfer];

    /// The method's word in the API, the database and the logs.
    pub fn as_str(self) -> &'static str {
        match self {
            RefundMethod::GatewayPortal => "gateway_portal",
            RefundMethod::Cash => "cash",
            RefundMethod::Transfer => "transfer",
        }
    }

    /// The method as the end of a sentence.
    fn how(self) -> &'static str {
        match self {
            RefundMethod::GatewayPortal => "at the gateway",
            RefundMethod::Cash => "in cash",
            RefundMethod::Transfer => "by a transfer",
        }
    }
}

/// Money that went back to the payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Our identifier.
    pub id: RefundId,
    /// The payment whose money it was.
    pub payment: PaymentId,
    /// How much went back, in the currency that was paid.
    pub money: Money,
    /// The way.
    pub method: RefundMethod,
    /// The number under which the gateway, the bank or the till finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The reason, in the words of whoever recorded it.
    pub reason: String,
    /// Who recorded it.
    pub recorded_by: Actor,
    /// The time at which it was recorded (unix ms).
    pub at_ms: i64,
    /// The time at which the record was withdrawn, because no money had gone back (unix ms).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at_ms: Option<i64>,
}

impl Refund {
    /// Whether it counts: nobody has withdrawn it.
    pub fn counts(&self) -> bool {
        self.withdrawn_at_ms.is_none()
    }

    /// What happened, as the end of a sentence.
    pub(crate) fn sentence(&self) -> String {
        let how = self.method.how();
        match &self.reference {
            Some(reference) => {
                format!("{} went back to the payer {how}, under {reference}: {}", self.money, self.reason)
            }
            None => format!("{} went back to the payer {how}: {}", self.money, self.reason),
        }
    }
}
