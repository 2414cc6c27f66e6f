//! Addresses to listen on, as people write them.

use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};

use anyhow::{Context, bail};

/// Reads `ADDRESS:PORT`, `localhost:PORT`, or `:PORT` for every IPv4 address of this machine.
///
/// # Errors
/// It is not written like that, or the name has no address.
pub(super) fn listen_address(text: &str) -> anyhow::Result<SocketAddr> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let Some((host, port)) = text.rsplit_once(':') else {
        bail!("the port is missing; write ADDRESS:PORT, such as 127.0.0.1:8080, or :8080 for all addresses");
    };
    let port: u16 =
        port.parse().with_context(|| format!("“{port}” is no port; it is a number up to 65535"))?;
    if host.is_empty() {
        return Ok((Ipv4Addr::UNSPECIFIED, port).into());
    }
    let found = (host, port).to_socket_addrs();
    let found: Vec<SocketAddr> = found.with_context(|| format!("“{host}” has no address"))?.collect();
    // A name of this machine has one of each kind; most others that call it use the older one.
    let first = found.iter().find(|address| address.is_ipv4()).or(found.first());
    first.copied().with_context(|| format!("“{host}” has no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_listened_on() {
        for (text, expected) in [
            ("127.0.0.1:8080", Some("127.0.0.1:8080")),
            ("[::1]:0", Some("[::1]:0")),
            (":8080", Some("0.0.0.0:8080")),
            ("localhost:8080", Some("127.0.0.1:8080")),
            ("8080", None),
            ("localhost", None),
            ("127.0.0.1:99999", None),
            ("127.0.0.1:", None),
            ("", None),
            ("a b:80", None),
        ] {
            let read = listen_address(text).ok().map(|address| address.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
