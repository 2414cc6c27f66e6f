//! Answers of the back office: pages with the headers that keep them private, ways to go on, and what went wrong in the reader's
//! language.

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use guichet_core::Code;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::access::NotLetIn;
use crate::app::Error;
use crate::limiter::TooMany;
use crate::pages::Language;
use crate::repeats;
use crate::store::{CommitError, Fault};

use super::Office;
use super::gate::text;
use super::texts::{Texts, texts};

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

/// What went wrong.
#[derive(Debug, Clone)]
pub(super) enum Trouble {
    /// There is no such page or thing, or it is another shop's.
    NotFound,
    /// The role does not have that.
    NotAllowed,
    /// The form was not sent by a page of ours, or by one of an older session.
    NotOurForm,
    /// The form is too long.
    TooLong,
    /// A field cannot be read.
    BadField(&'static str),
    /// A field is missing, or not one of those that can be chosen.
    BadForm,
    /// Too often.
    TooMany(i64),
    /// What was asked for cannot be done as things stand.
    Refused(Code),
    /// A gateway, or this server, cannot do it at present.
    NotNow,
    /// Our own fault.
    Fault,
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Error::from(fault).into()
    }
}

impl From<CommitError> for Trouble {
    fn from(error: CommitError) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchOrder => Trouble::NotFound,
            Error::Refused(refusal) => Trouble::Refused(refusal.code()),
            Error::Quiet(_) => Trouble::Refused(Code::ServerIsQuiet),
            Error::LeaseLost | Error::Overloaded | Error::Unwritable(_) => {
                repeats::fault("the back office met trouble", &error);
                Trouble::NotNow
            }
            Error::ReferenceTaken
            | Error::KeyTaken
            | Error::GatewayReferenceTaken
            | Error::Locked(_)
            | Error::Fault(_) => {
                repeats::fault("the back office met trouble", &error);
                Trouble::Fault
            }
        }
    }
}

impl From<TooMany> for Trouble {
    fn from(too_many: TooMany) -> Self {
        Trouble::TooMany(too_many.retry_after_s())
    }
}

impl From<NotLetIn> for Trouble {
    fn from(error: NotLetIn) -> Self {
        match error {
            NotLetIn::TooMany(too_many) => too_many.into(),
            NotLetIn::Quiet(_) => Trouble::Refused(Code::ServerIsQuiet),
            NotLetIn::Commit(error) => error.into(),
        }
    }
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Trouble::NotFound => StatusCode::NOT_FOUND,
            Trouble::NotAllowed | Trouble::NotOurForm => StatusCode::FORBIDDEN,
            Trouble::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::BadField(_) | Trouble::BadForm => StatusCode::UNPROCESSABLE_ENTITY,
            Trouble::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Trouble::Refused(_) => StatusCode::CONFLICT,
            Trouble::NotNow => StatusCode::SERVICE_UNAVAILABLE,
            Trouble::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
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
        Problem { language, base: super::visitor::base(office), trouble }
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
        let retry = match self.trouble {
            Trouble::TooMany(seconds) => Some(seconds),
            Trouble::NotNow => Some(5),
            _ => None,
        };
        if let Some(seconds) = retry {
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
