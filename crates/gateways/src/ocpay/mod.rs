//! OCPay (OneClickDz, Algeria): hosted card payment in whole dinars, learnt of by asking only, for
//! there are no notifications. Written after the vendor's public documentation of the v3 API
//! (create-link, check-payment, error-handling, status-polling) and its published client libraries.

mod client;
mod dialect;
mod protocol;
mod read;
mod rules;
pub mod wire;

pub use client::OcPay;
pub use dialect::OcPayDialect;
