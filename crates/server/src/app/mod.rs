//! The ring: an event comes in, the core decides, the store commits, and what is to be done next goes out. `apply.rs` is
//! the one way by which an order changes; the rest is what leads to an event or follows from one.

mod application;
mod apply;
mod breaker;
mod checks;
mod commit;
mod dialect_backend;
mod error;
mod filling_in;
mod health;
mod in_flight;
mod numbers;
mod open;
mod payin_view;
mod recipients;
mod reopen;
mod routing;
mod signals;

pub use application::App;
pub use apply::{Applied, Attachment};
pub(crate) use dialect_backend::DialectBackend;
pub use error::Error;
pub use in_flight::Checked;
pub(crate) use payin_view::{end_of_the_link, payin_view};
pub(crate) use routing::{NoAccount, Refusals, RefusedBy};
