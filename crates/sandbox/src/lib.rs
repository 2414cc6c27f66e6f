//! The simulated acquirer that the gateways do not offer: it serves every dialect of
//! `guichet-gateways` over the same wire formats, with hosted payment pages, notifications, a
//! virtual clock and seeded faults. It needs no Internet and no keys, and moves no money. It knows
//! no vendor by name: what it must know of one is in the dialect's manners.
//!
//! # Keys
//! Each dialect says which keys it lets in; every pair of key and account is a tenant of its own.
//! Keys that end with `_unvalidated`, `_blocked` or `_limited` are refused as the vendor would.
//!
//! # Magic inputs
//! A tag in the title, the description or the merchant's reference decides the outcome without a
//! browser: `[paid]`, `[declined]`, `[cancelled]`, `[expired]`, `[late]`, `[wrong-amount]`,
//! `[never]`; each may say `after N` seconds, such as `[paid after 60]`. With `late`, N is when the
//! bank confirms what was taken at once. `[processing]` or `[waiting]` goes before the outcome,
//! `[no-callback]` keeps notifications from being sent. The same words count at the end of the
//! merchant's reference, such as `ORDER7-declined`, and so does a member `sandboxScenario` of the
//! request (`completed`, `failed`, `pending`) where the dialect keeps it.
//!
//! # Notifications
//! Where the vendor notifies, so does the sandbox: after every change of a payment's status, signed
//! with the secret that was set up for the merchant, or else with `secret_of_` and the merchant's
//! key. What is not answered with 2xx within 10 seconds is sent again after 1 and 5 minutes, half an
//! hour, 2 and 6 hours of the sandbox's time. No redirect is followed, no ping goes before. Any
//! address is called, this machine's own too: do not let strangers reach a sandbox.
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

mod act;
mod agenda;
mod amount;
mod armed;
mod clock;
mod control;
mod dice;
mod fault;
mod faults;
mod fields;
mod goodbye;
mod hold;
mod home;
mod html;
mod ledger;
mod notifier;
mod outbox;
mod page;
mod payment;
mod postings;
mod refusal;
mod sandbox;
mod serve;
mod shown;
mod tag;
mod tamper;
mod tenant;
mod vendor;
mod view;
mod webhooks;

pub use act::Action;
pub use clock::{Clock, MAX_ADVANCE_S};
pub use fault::{Fault, FaultView};
pub use faults::{FaultKind, MAX_COUNT, On};
pub use outbox::{Message, MessageChannel, MessageView};
pub use postings::{Attempt, Delivery, NotificationView};
pub use refusal::Refusal;
pub use sandbox::{Sandbox, Settings};
pub use view::{PaymentView, Status};
pub use webhooks::{Webhook, WebhookView};
