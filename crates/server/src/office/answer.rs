//! Answers of the back office: pages with the headers that keep them private, ways to go on, and what went wrong in the reader's
//! language.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::pages::Language;
use crate::repeats;

use super::Office;
use super::addresses::base;
use super::headers::text;
use super::texts::{Texts, texts};

pub(super) use super::trouble::Trouble;

/// What may be loaded and done: style, script and pictures of this server, and forms to it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page, with the headers that keep it private.
pub(super) fn page(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => shown(html),
        Err(error) => {
            repeats::fault("a page of the back office could not be written", &error);
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn shown(html: String) -> Response {
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Leads a browser on after it posted something.
pub(super) fn redirect(to: &str) -> Response {
    match HeaderValue::try_from(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// What went wrong, for a reader.
#[derive(Debug)]
pub(super) struct Problem {
    language: Language,
    base: String,
    trouble: Trouble,
}

impl Problem {
    /// That trouble in that language.
    pub(super) fn new(language: Language, office: &Office, trouble: Trouble) -> Self {
        Problem { language, base: base(office), trouble }
    }
}

/// The page that says so.
#[derive(Template)]
#[template(path = "office/problem.html", whitespace = "minimize")]
struct ProblemPage<'a> {
    language: Language,
    base: &'a str,
    words: &'static Texts,
    title: &'static str,
    line: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let words = texts(self.language);
        let (title, line) = words.problems.told(&self.trouble);
        let page = ProblemPage { language: self.language, base: &self.base, words, title, line };
        let mut response = (self.trouble.status(), self::page(&page)).into_response();
        if let Some(seconds) = self.trouble.retry_after_s() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// What is not there.
pub(super) async fn nothing_here(State(office): State<Office>, headers: HeaderMap) -> Response {
    let language = Language::from_accept_language(text(&headers, header::ACCEPT_LANGUAGE));
    Problem::new(language, &office, Trouble::NotFound).into_response()
}
