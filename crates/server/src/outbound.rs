//! Calls to addresses that merchants chose. They reach the public Internet and what the operator
//! allowed, never this machine's own network: the name is resolved once, every address is judged,
//! and the connection goes to a judged address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use guichet_gateways::{HttpTransport, Request, Response, Transport, TransportError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

/// How long an endpoint may take to answer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The longest that a `Retry-After` is believed: 24 h.
const LONGEST_RETRY_MS: i64 = 24 * 3_600_000;

/// A network such as `10.0.0.0/8`; of one address, when made from that.
pub use ipnet::IpNet as Network;

/// Reads a network.
///
/// # Errors
/// It is not written as one.
pub fn network(text: &str) -> anyhow::Result<Network> {
    text.parse().context("a network is written ADDRESS/BITS, such as 127.0.0.0/8")
}

/// How long the other side of an answer asks to be left alone, in ms and at most a day: a number of
/// seconds, or a date, which is held against the answer's own so that no two clocks have to agree.
pub(crate) fn retry_after_ms(headers: &HeaderMap) -> Option<i64> {
    let value = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::trim);
    let asked = value(RETRY_AFTER)?;
    let asked_s = match asked.parse::<i64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let date = |text| httpdate::parse_http_date(text).ok();
            let wait = date(asked)?.duration_since(date(value(DATE)?)?).ok()?;
            i64::try_from(wait.as_secs()).ok()?
        }
    };
    (asked_s >= 0).then(|| asked_s.saturating_mul(1000).min(LONGEST_RETRY_MS))
}

/// How much is kept of what a receiver wrote, in bytes.
const KEPT_BYTES: usize = 1024;

/// The beginning of what a receiver wrote, as far as it comes, without what controls a terminal; `None` where it wrote nothing.
pub(crate) async fn beginning(mut answer: reqwest::Response) -> Option<String> {
    let mut bytes = Vec::new();
    while bytes.len() < KEPT_BYTES {
        match answer.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            // What came before the connection broke off tells enough.
            Ok(None) | Err(_) => break,
        }
    }
    bytes.truncate(KEPT_BYTES);
    let plain = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    let text: String = String::from_utf8_lossy(&bytes).chars().map(plain).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// What kept a receiver from answering, without its address.
pub(crate) fn reason(error: reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer within 15 s"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke off"
    };
    let mut cause: &dyn std::error::Error = &error.without_url();
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    format!("{kind}: {cause}")
}

/// Where merchants' addresses may lead.
#[derive(Debug, Clone, Default)]
pub struct Reach(Arc<[Network]>);

impl Reach {
    /// The public Internet and these networks.
    pub fn with(allowed: &[Network]) -> Self {
        Reach(allowed.into())
    }

    /// The networks beside the public Internet.
    pub fn allowed(&self) -> &[Network] {
        &self.0
    }

    fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address)) || is_global(address)
    }

    /// Refuses an address that can never be called: not HTTP, with credentials in it, or leading inside.
    pub fn judge(&self, url: &url::Url) -> Result<(), &'static str> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err("it must begin with https:// or http://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not carry a user name or a password");
        }
        let address = match url.host() {
            None => return Err("it must name a host"),
            Some(url::Host::Domain(name)) => {
                return if name.trim_end_matches('.').is_empty() {
                    Err("it must name a host")
                } else {
                    Ok(())
                };
            }
            Some(url::Host::Ipv4(address)) => IpAddr::V4(address),
            Some(url::Host::Ipv6(address)) => IpAddr::V6(address),
        };
        if self.permits(address) { Ok(()) } else { Err("it leads into a private network") }
    }

    /// A client that goes nowhere else.
    pub fn client(&self) -> anyhow::Result<reqwest::Client> {
        Ok(self.builder().build()?)
    }

    /// The same with a connection for each call. Who answers before the whole body has come closes the connection behind that
    /// answer, and the next call over it would fail for no reason of its own.
    pub fn client_of_single_calls(&self) -> anyhow::Result<reqwest::Client> {
        Ok(self.builder().pool_max_idle_per_host(0).build()?)
    }

    fn builder(&self) -> reqwest::ClientBuilder {
        // Fails when a provider is installed already, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .user_agent(concat!("Guichet/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(self.clone()))
            .pool_idle_timeout(Duration::from_secs(30))
    }
}

/// A transport that goes nowhere else: for the notifications of a sandbox, which anybody may ask for.
pub struct WithinReach {
    reach: Reach,
    transport: HttpTransport,
}

impl WithinReach {
    /// One to wherever that leads.
    pub fn new(reach: Reach) -> anyhow::Result<Self> {
        Ok(WithinReach { transport: HttpTransport::over(reach.client()?), reach })
    }
}

#[async_trait]
impl Transport for WithinReach {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        // An address that is no name is never resolved, so the client alone would not judge it.
        self.reach.judge(&request.url).map_err(|why| TransportError::NotSent(why.to_owned()))?;
        self.transport.send(request).await
    }
}

impl Resolve for Reach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.is_empty() || found.iter().any(|address| !reach.permits(address.ip())) {
                return Err("the name leads into a private network".into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_global_v4(address),
        IpAddr::V6(address) => is_global_v6(address),
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol = a == 192 && b == 0 && c == 0;
    let benchmark = a == 198 && (18..20).contains(&b);
    let relay = a == 192 && b == 88 && c == 99;
    !(a == 0
        || a >= 224
        || shared
        || protocol
        || benchmark
        || relay
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation())
}

/// Only the global unicast block, without the parts of it that carry or document other addresses.
fn is_global_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let global_unicast = first & 0xe000 == 0x2000;
    let special = first == 0x2001 && (second < 0x0200 || second == 0x0db8);
    let six_to_four = first == 0x2002;
    let documentation = first == 0x3fff && second < 0x1000;
    global_unicast && !special && !six_to_four && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_inside_are_refused_in_every_spelling() {
        let reach = Reach::default();
        for inside in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://0/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/",
            "http://100.64.0.1/",
            "http://192.0.0.8/",
            "http://198.18.0.1/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[fc00::1]/",
            "http://[fe80::1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:db8::1]/",
            "http://[2001::1]/",
            "http://[ff02::1]/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "http://user:pw@example.com/",
            "javascript:alert(1)",
        ] {
            let url = url::Url::parse(inside).unwrap();
            assert!(reach.judge(&url).is_err(), "{inside}");
        }
        for outside in ["https://example.com/hook", "http://8.8.8.8/", "http://[2a00:1450:4007::1]/"] {
            assert_eq!(reach.judge(&url::Url::parse(outside).unwrap()), Ok(()), "{outside}");
        }
    }

    #[test]
    fn the_operator_may_allow_a_network() {
        let reach = Reach::with(&["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        for (url, allowed) in [
            ("http://127.0.0.1:9/", true),
            ("http://[fd00::1]/", true),
            ("http://10.0.0.1/", false),
            ("http://[::1]/", false),
        ] {
            assert_eq!(reach.judge(&url::Url::parse(url).unwrap()).is_ok(), allowed, "{url}");
        }
        for wrong in ["127.0.0.0", "127.0.0.0/33", "x/8", "::/129"] {
            assert!(network(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn how_long_others_ask_to_be_left_alone() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (asked, answered, expected) in [
            ("120", None, Some(120_000)),
            (" 0 ", None, Some(0)),
            ("9999999", None, Some(86_400_000)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(date), Some(30_000)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", Some(date), Some(30_000)),
            ("Mon, 06 Nov 1995 08:49:37 GMT", Some(date), Some(86_400_000)),
            ("Sun, 06 Nov 1994 08:49:36 GMT", Some(date), None),
            ("Sun, 06 Nov 1994 08:50:07 GMT", None, None),
            ("-1", None, None),
            ("99999999999999999999", Some(date), None),
            ("soon", Some(date), None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, asked.parse().unwrap());
            if let Some(date) = answered {
                headers.insert(DATE, date.parse().unwrap());
            }
            assert_eq!(retry_after_ms(&headers), expected, "{asked} {answered:?}");
        }
        assert_eq!(retry_after_ms(&HeaderMap::new()), None);
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        let resolved = Reach::default().resolve("localhost".parse().unwrap()).await;
        assert!(resolved.is_err());
        let allowed = Reach::with(&["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        assert!(allowed.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
