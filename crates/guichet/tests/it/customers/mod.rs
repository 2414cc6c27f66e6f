//! Customers at a shop's front: signing up, in and out, proving an address, and everything
//! that somebody who is not a customer may try. By HTTP on real sockets, as OneEntry's clients call.

mod codes;
pub(crate) mod front;
mod guesses;
mod lives;
mod rules;
mod secrets;
mod strangers;
mod tokens;
