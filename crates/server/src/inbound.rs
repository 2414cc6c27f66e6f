//! Who calls: the address at the other end of a connection, seen through the proxies that the operator
//! trusts. What any other caller claims about itself is not believed.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use http::HeaderMap;

use crate::outbound::{Network, network};
use crate::repeats;

/// Where proxies write the address that called them, theirs last.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose word is believed; none unless they are named.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Arc<[Network]>);

impl Proxies {
    /// These and no others.
    pub fn only(networks: &[Network]) -> Self {
        Proxies(networks.into())
    }

    /// Their addresses and networks.
    pub fn named(&self) -> &[Network] {
        &self.0
    }

    /// Whether that address is one of them.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The body of a request did not arrive in time.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the body did not arrive in time")]
pub struct BodyTooSlow;

/// Reads a proxy's address, or the network of several.
pub fn proxy(text: &str) -> anyhow::Result<Network> {
    match text.parse::<IpAddr>() {
        Ok(address) => Ok(Network::from(address)),
        Err(_) => network(text).context("a proxy is an IP address such as 10.0.0.5, or a network of them"),
    }
}

/// The other end of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The address that is connected.
    pub address: IpAddr,
    /// Whom to believe if it speaks for somebody else.
    pub proxies: Proxies,
}

impl Peer {
    /// The address that a request comes from: the last one that no trusted proxy is known to have.
    pub fn client(&self, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
        let mut named: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
        let mut address = self.address.to_canonical();
        while self.proxies.trusts(address)
            && let Some(before) = named.pop().and_then(read)
        {
            address = before.to_canonical();
        }
        address
    }

    /// Says in the log that a proxy is not named which seems to be one: it is on this machine or in its network, and
    /// says for whom it asks.
    pub(crate) fn note_unnamed_proxy(&self, headers: &HeaderMap) {
        let address = self.address.to_canonical();
        let is_near = match address {
            IpAddr::V4(address) => address.is_loopback() || address.is_private(),
            IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
        };
        if !is_near || !headers.contains_key(FORWARDED_FOR) || self.proxies.trusts(address) {
            return;
        }
        repeats::say("a proxy is not named", "", move |left_out| {
            tracing::warn!(
                %address, left_out,
                "X-Forwarded-For of this address is not believed, so that all its visitors count as one; \
                 if it is your proxy, name it with --trusted-proxy"
            );
        });
    }
}

/// An address as proxies write it, some with a port.
fn read(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let with_port = || text.parse::<SocketAddr>().ok().map(|both| both.ip());
    text.trim_matches(['[', ']']).parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let ours = Proxies::only(&[proxy("10.0.0.0/8").unwrap(), proxy("2001:db8::1").unwrap()]);
        let table = [
            ("203.0.113.7", &["198.51.100.1"][..], "203.0.113.7"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["192.0.2.1, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["192.0.2.1", "198.51.100.1,10.0.0.2"], "198.51.100.1"),
            ("2001:db8::1", &["2a00::1"], "2a00::1"),
            ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.1", &["[2a00::1]:4711"], "2a00::1"),
            ("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["10.0.0.2,10.0.0.3"], "10.0.0.2"),
        ];
        for (address, lines, expected) in table {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, line.parse().unwrap());
            }
            let peer = Peer { address: address.parse().unwrap(), proxies: ours.clone() };
            assert_eq!(peer.client(&headers), expected.parse::<IpAddr>().unwrap(), "{address} {lines:?}");
        }
        for near in ["127.0.0.1", "::1"] {
            assert!(!Proxies::default().trusts(near.parse().unwrap()), "{near}");
        }
        assert!(!Proxies::default().trusts("10.0.0.1".parse().unwrap()));
        assert!(proxy("proxy.example").is_err());
    }
}
