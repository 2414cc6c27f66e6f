//! The simulated acquirer that the gateways do not offer: it serves every dialect of
//! `guichet-gateways` over the same wire formats, with hosted payment pages, a virtual clock and
//! seeded faults. It needs no Internet and no keys, and moves no money.
//!
//! # Keys
//! `sk_sandbox_…` and any UUID are sandbox keys, `sk_live_…` are live ones; each is a tenant of its
//! own. Keys that end with `_unvalidated`, `_blocked` or `_limited` are refused as the vendor would.
//!
//! # Magic inputs
//! A tag in the title decides the outcome without a browser: `[paid]`, `[declined]`, `[cancelled]`,
//! `[expired]`, `[late]`, `[wrong-amount]`, `[never]`; each may say `after N` seconds, such as
//! `[paid after 60]`. With `late`, N is when the bank confirms what was taken at once.
//!
//! # Example
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use guichet_sandbox::{Fault, FaultKind, Sandbox, Settings};
//!
//! let sandbox = Sandbox::new(Settings { seed: 7, ..Settings::default() });
//! sandbox.inject(Fault::next(FaultKind::CutAfter)).expect("this fault makes sense");
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:4010").await?;
//! sandbox.serve(listener).await
//! # }
//! ```

mod amount;
mod clock;
mod control;
mod dice;
mod faults;
mod fields;
mod hold;
mod home;
mod key;
mod ledger;
mod page;
mod payment;
mod refusal;
mod sandbox;
mod tag;
mod tamper;
mod vendor;

pub use clock::{Clock, MAX_ADVANCE_S};
pub use faults::{Fault, FaultKind, FaultView, HOLD_MS, MAX_COUNT, MAX_HOLD_MS, On};
pub use payment::{Action, LATE_S, LINK_TTL_MS, PaymentView, Status};
pub use refusal::Refusal;
pub use sandbox::{MAX_PAYMENTS, Sandbox, Settings};
