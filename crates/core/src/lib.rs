//! The domain: money, identifiers, orders, payments, and the function [`decide()`], which says what an event does
//! to an order.
//!
//! This crate does no IO: no clock, no randomness, no network, no database. Time comes in as an
//! argument (unix milliseconds), identifiers are made by the caller.

mod book;
mod code;
mod decide;
mod event;
mod fee;
mod id;
mod json;
mod minted;
mod money;
mod numbering;
mod order;
mod payer;
mod payment;
mod payment_link;
mod phone;
mod receipt;
mod refund;
mod refusal;
mod schedule;
mod subject;

pub use book::{Line, Share, Sums, difference, share};
pub use code::{Code, UnknownCode};
pub use decide::{Change, Decision, Effect, NewOrder, create, decide};
pub use event::{Actor, Entry, EntryKind, Event, Evidence, Resolution, Seen, chain};
pub use fee::{DeclaredFee, Fee, FeeSource, MOST_PER_MILLE};
pub use id::{
    AccountId, BadId, CredentialId, CustomerId, DeliveryId, EndpointId, EventId, KeyId, LoginId, MerchantId,
    OperatorId, OrderId, PaymentId, PaymentLinkId, RefundId, RequestId, SHARDS, SessionId, UnmatchedId,
};
pub use json::json_as_read;
pub use minted::OrderMark;
pub use money::{Currency, Money, UnknownCurrency};
pub use numbering::NumberingPlan;
pub use order::{
    Breakdown, Channel, Environment, Held, HeldKind, Item, LatePolicy, Order, OrderState, Origin, Policy,
    Presentation, Terms, USUAL_LIFE_MS, WATCH_MS,
};
pub use payer::{Payer, PayerField};
pub use payment::{FailureReason, Link, Payment, PaymentState, PaymentTerms, Recovery, ReferenceFormat};
pub use payment_link::{LinkAmount, LinkStatus, LinkTerms, LinkVisit, OutOfBounds, PaymentLink};
pub use phone::{BadPhone, Phone};
pub use receipt::Receipt;
pub use refund::{Refund, RefundMethod};
pub use refusal::Refusal;
pub use subject::Subject;
