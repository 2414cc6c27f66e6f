//! A shop that sells at its front: customers order, pay, change their minds and ask for their money
//! back. By HTTP on real sockets, as OneEntry's clients call, paid at the sandbox.

mod bad;
mod catalogue;
mod changes;
mod declared;
pub(crate) mod documented;
mod guide;
mod paying;
mod refunds;
pub(crate) mod shop;
mod together;
mod told;
mod walls;
