//! The ring: an event comes in, the core decides, the store commits, and what is to be done next goes out. `apply.rs` is
//! the one way by which an order changes; the rest is what leads to an event or follows from one.

mod application;
mod applied;
mod apply;
mod book;
mod breaker;
mod checks;
mod commit;
mod dialect_backend;
mod errands;
mod error;
mod filling_in;
mod finding;
mod health;
mod in_flight;
mod key_calls;
mod notification_view;
mod numbers;
mod open;
mod payin_view;
mod payment_links;
mod recipients;
mod refunds;
mod reopen;
mod routing;
mod signals;
mod tie;
mod unmatched;
mod whose;

pub use application::App;
pub use applied::{Applied, Attachment};
pub(crate) use dialect_backend::DialectBackend;
pub use errands::{Answer, Errand, Task};
pub use error::Error;
pub use finding::{Meaningless, Narrowed, Narrowing};
pub use in_flight::Checked;
pub(crate) use key_calls::{Allowance, WINDOW_S};
pub use notification_view::NotificationView;
pub(crate) use payin_view::{end_of_the_link, payin_view};
pub(crate) use payment_links::{AskedLink, LinkRefused, mark};
pub use refunds::{RefundTerms, checked_reason};
pub(crate) use routing::{NoAccount, Refusals, RefusedBy};
pub(crate) use unmatched::Unmatched;
