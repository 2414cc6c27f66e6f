//! The hosted payment page, as a real acquirer has one, with a button for everything that a
//! customer or a bank may do. Plain forms, no script: it works on any phone.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderValue, StatusCode, header};

use crate::clock::time_of_day;
use crate::payment::{Action, LATE_S, LINK_TTL_MS, Payment, PaymentView, Status};
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// The customers' routes.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new().route("/pay/{ref}", get(show)).route("/pay/{ref}/{action}", post(act))
}

/// A link that can still be paid.
#[derive(Template)]
#[template(path = "open.html")]
struct OpenPage {
    payment: PaymentView,
    begun: bool,
    left_s: i64,
    ttl_s: i64,
    expires_at: String,
    late_minutes: u64,
}

/// A link that cannot.
#[derive(Template)]
#[template(path = "closed.html")]
struct ClosedPage {
    payment: PaymentView,
    outcome: Outcome,
    /// Why nothing was done, when something was tried.
    refused: Option<String>,
    shop: Option<String>,
}

/// What the customer reads about a link that is decided.
struct Outcome {
    tone: &'static str,
    heading: &'static str,
    sentence: String,
}

/// The customer walked away.
#[derive(Template)]
#[template(path = "left.html")]
struct LeftPage {
    payment: PaymentView,
    begun: bool,
    expires_at: String,
}

/// No such link.
#[derive(Template)]
#[template(path = "missing.html")]
struct MissingPage {
    message: String,
}

async fn show(State(sandbox): State<Sandbox>, Path(reference): Path<String>) -> Response {
    render(&sandbox, &reference, None)
}

async fn act(State(sandbox): State<Sandbox>, Path((reference, action)): Path<(String, String)>) -> Response {
    let (action, returns) = match action.as_str() {
        "pay" => (Action::Pay, true),
        "pay_late" => (Action::PayLate { seconds: LATE_S }, true),
        "pay_no_return" => (Action::Pay, false),
        "decline" => (Action::Decline, false),
        "cancel" => (Action::Cancel, false),
        "initiate" => (Action::Initiate, false),
        "leave" => return leave(&sandbox, &reference),
        _ => return missing(&Refusal::NoSuchRoute { path: format!("/pay/{reference}/{action}") }),
    };
    match sandbox.act(&reference, action) {
        Err(refusal) => render(&sandbox, &reference, Some(&refusal)),
        Ok(payment) => {
            // As the vendors do: the browser goes back to the shop after success only.
            let shop = payment.redirect_url.filter(|_| returns).and_then(|url| shop_address(&url));
            see_other(shop.as_deref().unwrap_or(&format!("/pay/{reference}")))
        }
    }
}

/// The page of a link as it stands now, and why something that was tried was not done.
fn render(sandbox: &Sandbox, reference: &str, refused: Option<&Refusal>) -> Response {
    let now_ms = sandbox.clock().now_ms();
    let mut ledger = sandbox.ledger();
    let payment = match ledger.find(reference, now_ms) {
        Ok(payment) => payment,
        Err(refusal) => return missing(&refusal),
    };
    let status = refused.map_or(StatusCode::OK, Refusal::http_status);
    match outcome(payment) {
        None => {
            let page = open_page(payment, now_ms);
            drop(ledger);
            html(status, &page)
        }
        Some(outcome) => {
            let payment = payment.view();
            drop(ledger);
            let shop = payment.redirect_url.as_deref().and_then(shop_address);
            let refused = refused.map(Refusal::to_string);
            html(status, &ClosedPage { payment, outcome, refused, shop })
        }
    }
}

fn open_page(payment: &Payment, now_ms: i64) -> OpenPage {
    OpenPage {
        begun: payment.status() == Status::Initiated,
        left_s: (payment.expires_at_ms() - now_ms).max(0) / 1000,
        ttl_s: LINK_TTL_MS / 1000,
        expires_at: time_of_day(payment.expires_at_ms()),
        late_minutes: LATE_S / 60,
        payment: payment.view(),
    }
}

/// Nothing happens; a link that is decided says so.
fn leave(sandbox: &Sandbox, reference: &str) -> Response {
    let now_ms = sandbox.clock().now_ms();
    let page = sandbox.ledger().find(reference, now_ms).and_then(|payment| {
        payment.refuse_if_closed()?;
        Ok(LeftPage {
            begun: payment.status() == Status::Initiated,
            expires_at: time_of_day(payment.expires_at_ms()),
            payment: payment.view(),
        })
    });
    match page {
        Ok(page) => html(StatusCode::OK, &page),
        Err(_) => render(sandbox, reference, None),
    }
}

/// What became of a link; `None` while it can be paid.
fn outcome(payment: &Payment) -> Option<Outcome> {
    let (tone, heading, sentence) = match payment.status() {
        Status::Created | Status::Initiated => return None,
        Status::Confirming => {
            let until = payment.confirms_at_ms().map(time_of_day).unwrap_or_default();
            let sentence = format!("Your money was taken. The bank confirms it at {until}.");
            return Some(Outcome { tone: "wait", heading: "Being confirmed", sentence });
        }
        Status::Paid => ("good", "Paid", "Thank you. This link has done its work and cannot be used again."),
        Status::Declined => {
            ("bad", "Declined", "The bank said no. Nothing was taken; ask the shop for a new link.")
        }
        Status::Cancelled => {
            ("bad", "Cancelled", "You cancelled it. Nothing was taken; ask the shop for a new link.")
        }
        Status::Expired => {
            ("bad", "Expired", "This link's time is over. Nothing was taken; ask the shop for a new one.")
        }
    };
    Some(Outcome { tone, heading, sentence: sentence.to_owned() })
}

/// An address that a browser may be sent to: http or https, and fit for a header.
fn shop_address(url: &str) -> Option<String> {
    let scheme = url.split_once("://")?.0;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let mut address = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'!'..=b'~' => address.push(char::from(byte)),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    Some(address)
}

fn missing(refusal: &Refusal) -> Response {
    html(refusal.http_status(), &MissingPage { message: refusal.to_string() })
}

/// Sends the browser on with a GET.
pub(crate) fn see_other(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// A page that stores nothing, runs nothing and sends no referrer.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Response {
    let body = match page.render() {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ];
    (status, headers, body).into_response()
}

#[cfg(test)]
mod tests {
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
}
