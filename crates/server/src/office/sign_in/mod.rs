//! Coming in and going out: the page to sign in, the page that an invitation leads to, the page that asks for the password again, and the
//! end of a session.

mod by_link;
mod enter;
mod leave;
mod pages;
mod scope;
mod texts;
mod welcome;

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, header};

use crate::operators::Browser;
use crate::pages::Language;

use super::Office;
use super::addresses::base;
use super::answer::redirect;
use super::headers::{COOKIE, text};
use super::route::{Needs, Route};

/// How long a browser keeps the cookie, in seconds: as long as a session lasts at the most.
const KEPT_S: u32 = 14 * 24 * 3600;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::shows("/sign-in", Needs::Nothing, enter::shown),
        Route::acts("/sign-in", Needs::Nothing, enter::posted),
        Route::shows("/welcome/{token}", Needs::Nothing, welcome::shown),
        Route::acts("/welcome/{token}", Needs::Nothing, welcome::posted),
        Route::acts("/sign-out", Needs::SignedIn, leave::posted),
        Route::acts("/scope", Needs::SignedIn, scope::posted),
    ]
}

/// The way in that only the demo has.
pub(super) fn entrance() -> Route {
    Route::shows("/enter/{token}", Needs::Nothing, by_link::shown)
}

/// Leads on with a cookie; an empty one is forgotten.
fn redirect_with_cookie(office: &Office, to: &str, cookie: &str) -> Response {
    let mut response = redirect(to);
    set_cookie(office, &mut response, cookie);
    response
}

/// Gives a browser the cookie, for the office alone and for no script.
fn set_cookie(office: &Office, response: &mut Response, cookie: &str) {
    let public = office.app.public_url();
    let secure = if public.as_str().starts_with("https:") { "; Secure" } else { "" };
    let (path, life) = (base(office), if cookie.is_empty() { 0 } else { KEPT_S });
    let text = format!("{COOKIE}={cookie}; Path={path}; Max-Age={life}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}

/// The browser that a request comes from.
fn browser(headers: &HeaderMap, source: crate::access::Source) -> Browser {
    Browser { name: text(headers, header::USER_AGENT).to_owned(), address: source.to_string() }
}

/// The language of a page for whoever is not signed in.
fn language(headers: &HeaderMap, wished: Option<&str>) -> Language {
    Language::choose(&[wished], text(headers, header::ACCEPT_LANGUAGE))
}

/// The page with that status.
fn with_status(status: http::StatusCode, response: Response) -> Response {
    (status, response).into_response()
}
