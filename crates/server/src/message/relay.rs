//! The mail server a merchant names, and how it is spoken to: under TLS from the first byte, under TLS
//! after STARTTLS or not at all, or in the clear, which is for a server in the operator's own network.

use std::net::{IpAddr, SocketAddr};

use percent_encoding::percent_decode_str;
use reqwest::dns::{Name, Resolve};

use crate::outbound::Reach;

/// Whether and when the conversation is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// `smtps://`: from the first byte (RFC 8314).
    Tls,
    /// `smtp+starttls://`: a server that does not offer it is told nothing (RFC 3207).
    StartTls,
    /// `smtp://`: never, so only within a private network and without a password.
    Plain,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relay {
    pub(super) security: Security,
    pub(super) host: url::Host<String>,
    pub(super) port: u16,
    /// The user name, when the server wants one.
    pub(super) user: Option<String>,
}

impl Relay {
    /// Reads an address such as `smtps://user@mail.example:465`.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let url = url::Url::parse(text).map_err(|_| "it is written smtps://user@host:port")?;
        let (security, usual_port) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtp" => (Security::Plain, 25),
            _ => return Err("it must begin with smtps://, smtp+starttls:// or smtp://"),
        };
        if url.password().is_some() {
            return Err("the password does not belong into the address; give it as password");
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err("it must end with the host and the port");
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it must name a host")?;
        let host = url::Host::parse(host).map_err(|_| "its host cannot be read")?;
        let user = Some(decoded(url.username())).filter(|user| !user.is_empty());
        if security == Security::Plain && user.is_some() {
            return Err("smtp:// is not encrypted, so it carries no user; use smtps:// or smtp+starttls://");
        }
        Ok(Relay { security, host, port: url.port().unwrap_or(usual_port), user })
    }

    /// Refuses a server that may never be spoken to: one that lies inside where the operator has not
    /// allowed it, or one out on the Internet in the clear.
    pub(super) fn judge(&self, reach: &Reach) -> Result<(), &'static str> {
        reach.judge(&as_http(&self.host).ok_or("its host cannot be read")?)?;
        match self.host {
            url::Host::Domain(_) => Ok(()),
            url::Host::Ipv4(address) => self.judge_address(address.into()),
            url::Host::Ipv6(address) => self.judge_address(address.into()),
        }
    }

    fn judge_address(&self, address: IpAddr) -> Result<(), &'static str> {
        let host = match address {
            IpAddr::V4(address) => url::Host::Ipv4(address),
            IpAddr::V6(address) => url::Host::Ipv6(address),
        };
        // The reach that nobody has widened is the Internet.
        let is_outside = as_http(&host).is_none_or(|url| Reach::default().judge(&url).is_ok());
        match self.security {
            Security::Plain if is_outside => Err(
                "smtp:// is not encrypted and stays within a private network; use smtps:// or smtp+starttls://",
            ),
            Security::Plain | Security::StartTls | Security::Tls => Ok(()),
        }
    }

    /// The addresses to try, each of them judged; the connection goes there and the name is not asked
    /// for again.
    pub(super) async fn addresses(&self, reach: &Reach) -> Result<Vec<SocketAddr>, String> {
        self.judge(reach).map_err(|why| format!("the mail server cannot be used: {why}"))?;
        let found: Vec<IpAddr> = match &self.host {
            url::Host::Ipv4(address) => vec![(*address).into()],
            url::Host::Ipv6(address) => vec![(*address).into()],
            url::Host::Domain(name) => {
                let name: Name = name.parse().map_err(|_| "the mail server's name cannot be read")?;
                let found = reach.resolve(name).await;
                let found = found.map_err(|error| format!("the mail server was not found: {error}"))?;
                found.map(|address| address.ip()).collect()
            }
        };
        for address in &found {
            self.judge_address(*address).map_err(|why| format!("the mail server cannot be used: {why}"))?;
        }
        Ok(found.into_iter().map(|address| SocketAddr::new(address, self.port)).collect())
    }

    /// The name that its certificate must bear.
    pub(super) fn certified_name(&self) -> String {
        match &self.host {
            url::Host::Domain(name) => name.clone(),
            url::Host::Ipv4(address) => address.to_string(),
            url::Host::Ipv6(address) => address.to_string(),
        }
    }
}

/// The reach judges addresses of the web, so this asks it about the same host there.
fn as_http(host: &url::Host<String>) -> Option<url::Url> {
    url::Url::parse(&format!("http://{host}/")).ok()
}

/// A user name as it was before it was written into an address; user names often hold an “@”.
fn decoded(user: &str) -> String {
    percent_decode_str(user).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail_servers() {
        let relay = |security, host: &str, port, user: Option<&str>| {
            let host = url::Host::parse(host).unwrap();
            Ok(Relay { security, host, port, user: user.map(str::to_owned) })
        };
        let table = [
            ("smtps://mail.example", relay(Security::Tls, "mail.example", 465, None)),
            ("smtps://MAIL.example:2465/", relay(Security::Tls, "mail.example", 2465, None)),
            ("smtps://lampes@mail.example", relay(Security::Tls, "mail.example", 465, Some("lampes"))),
            (
                "smtp+starttls://shop%2Bdz%40lampes.example@mail.example",
                relay(Security::StartTls, "mail.example", 587, Some("shop+dz@lampes.example")),
            ),
            ("smtp://127.0.0.1:1025", relay(Security::Plain, "127.0.0.1", 1025, None)),
            ("smtp://[::1]", relay(Security::Plain, "[::1]", 25, None)),
            ("smtps://user:pw@mail.example", Err("password")),
            ("smtp://user@127.0.0.1", Err("no user")),
            ("https://mail.example", Err("begin with")),
            ("smtps://", Err("name a host")),
            ("smtps://mail.example/ehlo", Err("must end")),
            ("smtps://mail.example?tls=none", Err("must end")),
            ("mail.example", Err("written")),
            ("", Err("written")),
        ];
        for (text, expected) in table {
            match (Relay::parse(text), expected) {
                (Ok(read), Ok(expected)) => assert_eq!(read, expected, "{text}"),
                (Err(error), Err(expected)) => assert!(error.contains(expected), "{text}: {error}"),
                (read, expected) => panic!("{text}: {read:?}, not {expected:?}"),
            }
        }
    }

    #[tokio::test]
    async fn a_mail_server_inside_is_for_the_operator_to_allow() {
        let (narrow, wide) = (Reach::default(), Reach::with(&["127.0.0.0/8".parse().unwrap()]));
        let table = [
            ("smtps://127.0.0.1", false, true),
            ("smtps://2130706433", false, true),
            ("smtps://0x7f.1", false, true),
            ("smtp://127.0.0.1", false, true),
            ("smtps://10.0.0.1", false, false),
            ("smtps://[::ffff:10.0.0.1]", false, false),
            ("smtps://169.254.169.254:25", false, false),
            ("smtps://8.8.8.8", true, true),
            ("smtp+starttls://8.8.8.8", true, true),
            ("smtp://8.8.8.8", false, false),
            ("smtp://[2a00:1450:4007::1]", false, false),
        ];
        for (text, narrowly, widely) in table {
            let relay = Relay::parse(text).unwrap();
            assert_eq!(relay.addresses(&narrow).await.is_ok(), narrowly, "{text}");
            assert_eq!(relay.addresses(&wide).await.is_ok(), widely, "{text}");
        }
        let named = Relay::parse("smtps://localhost").unwrap();
        assert_eq!(named.judge(&narrow), Ok(()), "a name is judged when it is looked up");
        assert!(named.addresses(&narrow).await.is_err());
    }
}
