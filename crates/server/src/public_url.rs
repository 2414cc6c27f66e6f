//! The address at which the world reaches this server. It may have a path, where a reverse proxy serves several
//! things under one name: every link and every form honours that path, whether the proxy hands it on or takes it off.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::Uri;
use http::uri::PathAndQuery;

/// The first segments of this server's own paths. An address whose path began with one of them could not be told
/// from a request for it.
pub(crate) const OWN_ROOTS: [&str; 16] = [
    "api",
    "callbacks",
    "checkout",
    "docs",
    "healthz",
    "l",
    "metrics",
    "office",
    "openapi",
    "openapi.json",
    "readyz",
    "s",
    "status",
    "v1",
    "v2",
    "v3",
];

/// The address of this server: `http` or `https`, a host, perhaps a path; never with a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Arc<Parts>);

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    text: String,
    /// The number of bytes of `text` before its path.
    origin_length: usize,
}

impl PublicUrl {
    /// The address of a server that nobody has named: links would be nothing but their paths. An [`App`] that has it
    /// changes no order.
    ///
    /// [`App`]: crate::app::App
    pub fn unknown() -> Self {
        PublicUrl(Arc::new(Parts { text: String::new(), origin_length: 0 }))
    }

    /// Whether it is the address of a server.
    pub fn is_known(&self) -> bool {
        !self.0.text.is_empty()
    }

    /// The whole address, such as `https://shop.example/pay`.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Its path: empty, or `/` and more, such as `/pay`.
    pub fn path(&self) -> &str {
        &self.0.text[self.0.origin_length..]
    }

    /// The address of a customer's page, such as `https://shop.example/pay/status/{token}`.
    pub(crate) fn page(&self, page: &str, token: &str) -> String {
        format!("{}/{page}/{token}", self.as_str())
    }

    /// The address of a request without this path, as the routes know it; `None` where it did not have it.
    pub(crate) fn without_path(&self, uri: &Uri) -> Option<Uri> {
        let rest =
            uri.path_and_query()?.as_str().strip_prefix(self.path()).filter(|_| !self.path().is_empty())?;
        let shortened = match rest.chars().next() {
            Some('/') => PathAndQuery::try_from(rest),
            None | Some('?') => PathAndQuery::try_from(format!("/{rest}")),
            Some(_) => return None,
        };
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(shortened.ok()?);
        Uri::from_parts(parts).ok()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not an address at which a server can be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPublicUrl {
    /// It is no address.
    #[error("it is not a URL ({0}); it looks like https://pay.shop.example")]
    Unreadable(url::ParseError),
    /// It is of another scheme.
    #[error("it begins with “{0}:”; browsers and gateways reach this server by http:// or https://")]
    Scheme(String),
    /// It has parts that an address of a server cannot have.
    #[error("it has {0}, which cannot stand in front of the addresses of pages; leave that out")]
    TooMuch(&'static str),
    /// Its path is one of this server's own.
    #[error(
        "its path begins with /{0}, like an address of this server itself; choose another path, such as /pay"
    )]
    OwnPath(String),
}

impl FromStr for PublicUrl {
    type Err = BadPublicUrl;

    fn from_str(text: &str) -> Result<Self, BadPublicUrl> {
        let url = url::Url::parse(text.trim()).map_err(BadPublicUrl::Unreadable)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadPublicUrl::Scheme(url.scheme().to_owned()));
        }
        let too_much = [
            (!url.username().is_empty() || url.password().is_some(), "a user name or a password"),
            (url.query().is_some(), "a query"),
            (url.fragment().is_some(), "a fragment"),
        ];
        if let Some((_, what)) = too_much.into_iter().find(|(has, _)| *has) {
            return Err(BadPublicUrl::TooMuch(what));
        }
        let path = url.path().trim_end_matches('/');
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if OWN_ROOTS.contains(&first) {
            return Err(BadPublicUrl::OwnPath(first.to_owned()));
        }
        let origin = url.origin().ascii_serialization();
        Ok(PublicUrl(Arc::new(Parts { text: format!("{origin}{path}"), origin_length: origin.len() })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_a_public_address() {
        for (text, expected) in [
            ("https://pay.shop.example", Ok(("https://pay.shop.example", ""))),
            ("https://pay.shop.example/", Ok(("https://pay.shop.example", ""))),
            (" https://SHOP.example:443/pay/ ", Ok(("https://shop.example/pay", "/pay"))),
            ("http://10.0.0.7:8080/a/b//", Ok(("http://10.0.0.7:8080/a/b", "/a/b"))),
            ("http://[::1]:8080", Ok(("http://[::1]:8080", ""))),
            ("ftp://shop.example", Err("it begins with “ftp:”")),
            ("javascript:alert(1)", Err("it begins with “javascript:”")),
            ("shop.example:8080", Err("it begins with “shop.example:”")),
            ("pay.shop.example", Err("it is not a URL")),
            ("https://", Err("it is not a URL")),
            ("https://me:secret@shop.example", Err("it has a user name or a password")),
            ("https://shop.example/?a=1", Err("it has a query")),
            ("https://shop.example/#pay", Err("it has a fragment")),
            ("https://shop.example/v1", Err("its path begins with /v1")),
            ("https://shop.example/status/pay", Err("its path begins with /status")),
        ] {
            let read = text.parse::<PublicUrl>();
            match (&read, expected) {
                (Ok(url), Ok((whole, path))) => {
                    assert_eq!((url.as_str(), url.path()), (whole, path), "{text}")
                }
                (Err(error), Err(begins)) => {
                    assert!(error.to_string().starts_with(begins), "{text}: {error}")
                }
                (read, expected) => panic!("{text}: {read:?} is not {expected:?}"),
            }
        }
    }

    #[test]
    fn a_request_loses_the_path_once() {
        let url: PublicUrl = "https://shop.example/pay".parse().expect("an address");
        for (asked, expected) in [
            ("/pay/status/tok?lang=ar", Some("/status/tok?lang=ar")),
            ("/pay/", Some("/")),
            ("/pay", Some("/")),
            ("/pay?lang=fr", Some("/?lang=fr")),
            ("/pay/pay/x", Some("/pay/x")),
            ("/payments", None),
            ("/status/tok", None),
            ("/", None),
        ] {
            let shortened = url.without_path(&asked.parse().expect("a path"));
            assert_eq!(shortened.map(|uri| uri.to_string()).as_deref(), expected, "{asked}");
        }
        let root: PublicUrl = "https://shop.example".parse().expect("an address");
        assert_eq!(root.without_path(&Uri::from_static("/status/tok")), None);
    }
}
