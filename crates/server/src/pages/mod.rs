//! The pages a customer sees, and the browsable API reference: plain data in, one HTML text out.
//!
//! Nothing here knows the store, the clock or HTTP. A customer's page is complete in itself (style, script and
//! icons are inside), because on a 2G line every further request is a reason to give up; and it works
//! without JavaScript, because the paying path must.

pub(crate) mod checkout;
mod colour;
pub(crate) mod docs;
pub(crate) mod home;
mod label;
pub(crate) mod language;
mod link;
mod moment;
mod money;
pub(crate) mod payer_form;
pub(crate) mod problem;
mod qr;
mod shop;
pub(crate) mod status;
#[cfg(test)]
mod tests;
mod texts;
mod words;

use std::sync::LazyLock;

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

pub(crate) use checkout::{CheckoutPage, Choice, Notice};
pub(crate) use docs::{DocsPage, RAPIDOC, docs_security_policy};
pub(crate) use home::HomePage;
pub(crate) use label::{Label, gateway_called, in_language};
pub(crate) use language::Language;
pub(crate) use link::{AskedAmount, LinkPage};
pub(crate) use payer_form::{AskedField, Mistake};
pub(crate) use problem::{ProblemKind, ProblemPage};
pub(crate) use qr::Qr;
pub(crate) use shop::{PageSettings, Shop};
pub(crate) use status::{Receipt, StatusPage, StatusState, WayBack, Why};
pub(crate) use words::{amounts_called, bank_card, order_called, state_called};

/// What the style of every page begins with.
const COMMON: &str = include_str!("../../templates/style.css");
/// The style of pages that say one thing in the middle.
const STATE: &str = include_str!("../../templates/state.css");

/// The style of the small pages, and those of the pages that have more to show.
static STYLE: LazyLock<String> = LazyLock::new(|| squeeze(COMMON) + &squeeze(STATE));
static CHECKOUT_STYLE: LazyLock<String> =
    LazyLock::new(|| squeeze(COMMON) + &squeeze(include_str!("../../templates/checkout.css")));
static STATUS_STYLE: LazyLock<String> =
    LazyLock::new(|| STYLE.clone() + &squeeze(include_str!("../../templates/status.css")));
/// The script of the checkout and status pages.
static SCRIPT: LazyLock<String> = LazyLock::new(|| squeeze(include_str!("../../templates/status.js")));

/// The `Content-Security-Policy` of a page that a customer sees, of that shop if it is a shop's.
///
/// Inline style and script are allowed by their hashes alone, and a logo by its address. There is no
/// `form-action`: browsers apply it to redirects too, and the checkout form is answered with a redirect to
/// the gateway; what is posted to the shop may go to an app's own scheme.
pub(crate) fn content_security_policy(shop: Option<&Shop>) -> String {
    static HASHES: LazyLock<(String, String)> = LazyLock::new(|| {
        let styles = [&STYLE, &CHECKOUT_STYLE, &STATUS_STYLE].map(|style| source_hash(style));
        (styles.join(" "), source_hash(&SCRIPT))
    });
    let (styles, script) = &*HASHES;
    let own_style = shop.and_then(Shop::style).map(|style| source_hash(&style)).unwrap_or_default();
    let logo = shop.and_then(Shop::logo_elsewhere).unwrap_or_default();
    format!(
        "default-src 'none'; style-src {styles} {own_style}; script-src {script}; connect-src 'self'; \
         img-src 'self' data: {logo}; base-uri 'none'; frame-ancestors 'none'"
    )
}

fn source_hash(inline: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(&Sha256::digest(inline.as_bytes())))
}

/// Drops indentation, empty lines and whole-line comments. Line ends stay: JavaScript needs them.
pub(crate) fn squeeze(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for line in source.lines().map(str::trim) {
        let comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        if !line.is_empty() && !comment {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Seconds as `mm:ss`, or `h:mm:ss` from one hour on; what is already over shows `00:00`.
///
/// The same clock face is drawn by `status.js`; no language needs a plural for it.
fn clock_face(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes:02}:{rest:02}") }
}
