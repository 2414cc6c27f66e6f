//! Where the demo listens and how it speaks.

use std::fmt;
use std::net::SocketAddr;

/// Prints a line. Whoever runs the demo knows what to do when nobody reads it any more.
pub type Print = fn(fmt::Arguments<'_>);

/// Where the demo listens, where that was said, and how it speaks.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The server.
    pub listen: Option<SocketAddr>,
    /// The sandbox.
    pub sandbox_listen: Option<SocketAddr>,
    /// The shop.
    pub shop_listen: Option<SocketAddr>,
    /// Whether it speaks JSON.
    pub json: bool,
    /// How it speaks.
    pub print: Print,
}
