//! Any vendor's client paid through any gateway: the matrix of the two, the routes between them, the
//! gateways' notifications, and a storm of true and forged ones. Everything goes over real sockets,
//! from a request as the vendor documents it to the notification that its client gets.
//!
//! `cargo test -p guichet --test it matrix -- --nocapture` prints the matrix;
//! `GUICHET_TEST_STORM` is how many orders the storm falls on.

mod callbacks;
mod cells;
pub(crate) mod client;
mod deliveries;
mod handed_on;
mod health;
mod lost;
pub(crate) mod market;
mod mended;
pub(crate) mod notices;
mod over;
mod play;
mod quiet;
mod routing;
mod storm;
mod twins;
mod unclear;
mod words;
