//! The simulated acquirer that the gateways do not offer: it serves every dialect of
//! `guichet-gateways` over the same wire formats, with hosted payment pages, notifications, a
//! virtual clock and seeded misbehaviours. It needs no Internet and no keys, and moves no money. It knows
//! no vendor by name: what it must know of one is in the vendor's profile.
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
//! use guichet_sandbox::{Misbehaviour, MisbehaviourKind, Sandbox, Settings};
//!
//! let sandbox = Sandbox::new(Settings { seed: 7, ..Settings::default() });
//! sandbox.inject(Misbehaviour::next(MisbehaviourKind::CutAfter)).expect("this misbehaviour makes sense");
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:4010").await?;
//! sandbox.serve(listener).await
//! # }
//! ```

mod action;
mod amount;
mod calls;
mod clock;
mod connection;
mod control;
mod customer_pages;
mod fields;
mod fixtures;
mod forms;
mod home_page;
mod html;
mod injected;
mod kept_bytes;
mod magic_input;
mod merchant_page;
mod merchants;
mod misbehaviour;
mod misbehaviour_kind;
mod new_payment;
mod notifications;
mod notifier;
mod outbox;
mod pay_page;
mod payment;
mod payment_view;
mod read;
mod refusal;
mod return_page;
mod rng;
mod sandbox;
mod schedule;
mod serve;
mod store;
mod tamper;
mod tenant;
mod vendor_api;
mod vendor_call;
mod webhooks;

pub use action::Action;
pub use calls::{AnswerView, CallView, HeaderView};
pub use clock::{Clock, MAX_ADVANCE_S};
pub use fixtures::Fixtures;
pub use misbehaviour::{Misbehaviour, MisbehaviourView};
pub use misbehaviour_kind::{MAX_COUNT, MisbehaviourKind, On};
pub use notifications::{Attempt, Delivery, NotificationView};
pub use outbox::{Message, MessageChannel, MessageView};
pub use payment_view::{PaymentView, Status};
pub use refusal::Refusal;
pub use sandbox::{Sandbox, Settings};
pub use webhooks::{Webhook, WebhookView};
