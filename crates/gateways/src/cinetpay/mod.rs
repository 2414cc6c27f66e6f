//! CinetPay Checkout v2 (West and Central Africa): a hosted page for mobile money, cards and
//! wallets, notifications signed with `x-token`, and a check that can be asked by the merchant's own
//! `transaction_id`. Written after the vendor's public documentation (initialisation, verification,
//! notification, hmac, return, table of codes), its integration guide, and its published client
//! libraries; where they are silent or disagree, the code beside it says what we chose.

mod amount;
mod callback;
mod client;
mod codes;
mod dialect;
mod fields;
mod notification;
mod phone;
mod profile;
mod protocol;
mod read;
mod render;
mod rules;
mod seen;
mod signature;
pub mod wire;

pub use client::CinetPay;
pub use dialect::CinetPayDialect;
