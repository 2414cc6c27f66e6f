//! Where a request comes from, as far as counting goes: the client's address. Whoever has an IPv6
//! address has 2^64 of them, so those count by their network.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::inbound::Peer;

use crate::limiter::Key;

/// The client's address, or the /64 that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source(IpAddr);

impl Source {
    /// The source of that address.
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Source(address.into()),
            IpAddr::V6(address) => Source(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into()),
        }
    }

    /// What its budgets are counted under.
    pub(crate) fn key(self) -> Key {
        Key::of(&["source", &self.0.to_string()])
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>();
        // Without a peer, as in a call from within, all share one budget.
        let address = peer.map_or(Ipv6Addr::UNSPECIFIED.into(), |peer| peer.client(&parts.headers));
        Ok(Source::of(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_source() {
        let source = |text: &str| Source::of(text.parse().unwrap());
        assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff::9"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
        assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
    }
}
