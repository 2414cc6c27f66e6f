//! Where the demo listens and how it speaks.

use std::net::SocketAddr;

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
}
