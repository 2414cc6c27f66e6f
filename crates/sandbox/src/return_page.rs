//! The customer's return from the hosted page to the shop: an ordinary link, or, where the vendor has the browser
//! post something, a form that submits itself.

use askama::Template;
use axum::response::Response;
use guichet_gateways::{Dialect, PayinFailure, PayinStatus, PayinView, Returns};
use http::StatusCode;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::html::{html_under, see_other};

/// The script, which submits the form. Browsers without scripts show a button.
const SCRIPT: &str = "document.forms[0].submit()";

/// The content security policy, which allows that script and no other, by its SHA-256 in base64.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='; base-uri 'none'; frame-ancestors 'none'";

/// The address to which the browser returns, and the fields that it posts there; without fields it follows a link.
pub(crate) struct Return {
    pub(crate) address: String,
    pub(crate) fields: Option<Vec<(&'static str, String)>>,
}

impl Return {
    /// The return that the page of a decided payment offers.
    pub(crate) fn offered(dialect: &dyn Dialect, view: &PayinView) -> Option<Return> {
        Return::to(dialect, view, &[failure_url(view), view.request.return_url.as_deref()])
    }

    /// The return that happens by itself after the customer acted. A failed payment leads to its own address;
    /// where there is none, only those vendors return the browser that do so whatever the outcome.
    pub(crate) fn automatic(dialect: &dyn Dialect, view: &PayinView) -> Option<Return> {
        let whatever = dialect.profile().returns == Returns::Always || !is_failure(view);
        let usual = view.request.return_url.as_deref().filter(|_| whatever);
        Return::to(dialect, view, &[failure_url(view), usual])
    }

    fn to(dialect: &dyn Dialect, view: &PayinView, addresses: &[Option<&str>]) -> Option<Return> {
        let address = addresses.iter().flatten().next()?;
        Some(Return { address: shop_address(address)?, fields: dialect.return_form(view) })
    }

    /// The response that sends the browser there.
    pub(crate) fn into_response(self) -> Response {
        match self.fields {
            None => see_other(&self.address),
            Some(fields) => {
                let page = ReturnPage { address: self.address, fields, script: SCRIPT };
                html_under(POLICY, StatusCode::OK, &page)
            }
        }
    }
}

#[derive(Template)]
#[template(path = "return.html")]
struct ReturnPage {
    address: String,
    fields: Vec<(&'static str, String)>,
    script: &'static str,
}

fn is_failure(view: &PayinView) -> bool {
    match view.status {
        PayinStatus::Failed(PayinFailure::Declined | PayinFailure::Cancelled | PayinFailure::Expired) => true,
        PayinStatus::Open | PayinStatus::Processing | PayinStatus::Paid => false,
    }
}

/// The address for the customer when nothing was paid, if that is so.
fn failure_url(view: &PayinView) -> Option<&str> {
    view.request.failure_url.as_deref().filter(|_| is_failure(view))
}

/// What does not fit a header, beside letters outside ASCII.
const UNFIT: AsciiSet = CONTROLS.add(b' ');

/// An address that a browser may be sent to: http or https, and fit for a header.
fn shop_address(url: &str) -> Option<String> {
    let scheme = url.split_once("://")?.0;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    Some(utf8_percent_encode(url, &UNFIT).to_string())
}

#[cfg(test)]
mod tests {
    use sha2::Digest as _;

    use super::*;

    #[test]
    fn only_web_addresses_are_followed_and_they_fit_a_header() {
        for (url, expected) in [
            ("https://shop.dz/ok?id=7&x=%C3%A9", Some("https://shop.dz/ok?id=7&x=%C3%A9")),
            ("HTTP://shop.dz", Some("HTTP://shop.dz")),
            ("https://shop.dz/é\r\nSet-Cookie: a", Some("https://shop.dz/%C3%A9%0D%0ASet-Cookie:%20a")),
            ("javascript://alert(1)", None),
            ("ftp://shop.dz", None),
            ("/relative", None),
            ("", None),
        ] {
            assert_eq!(shop_address(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn the_policy_lets_the_one_script_run() {
        let hash = data_encoding::BASE64.encode(&sha2::Sha256::digest(SCRIPT));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "{hash}");
        let page = ReturnPage { address: String::new(), fields: Vec::new(), script: SCRIPT };
        assert!(page.render().unwrap().contains(&format!("<script>{SCRIPT}</script>")));
    }
}
