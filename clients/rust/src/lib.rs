//! A client of a Guichet server. It is thin: what a method sends and answers is the server's own contract, in Rust's types.
//!
//! ```no_run
//! # async fn shop() -> Result<(), guichet_client::Error> {
//! use guichet_client::{Guichet, OrderRequest};
//!
//! let guichet = Guichet::new("https://pay.example", "sk_live_…")?;
//! let order = OrderRequest {
//!     reference: "ORD-1".to_owned(),
//!     amount: Some(250_000),
//!     currency: "DZD".to_owned(),
//!     ..OrderRequest::default()
//! };
//! let order = guichet.orders().create(&order).await?;
//! println!("The customer pays at {}", order.checkout_url);
//! # Ok(())
//! # }
//! ```

#![expect(
    clippy::disallowed_methods,
    reason = "the clock and the random numbers of the server are not a client's"
)]

mod call;
mod contract;
mod error;
mod guichet;
mod list;
mod orders;
mod others;
mod webhook;

pub use contract::*;
pub use error::{Error, Refusal};
pub use guichet::Guichet;
pub use list::List;
pub use orders::Orders;
pub use others::{Events, PaymentLinks, Refunds, Reports, WebhookEndpoints};
pub use webhook::{WebhookInvalid, verify_webhook, verify_webhook_at};
