//! The gate before every screen and action: who comes, whether their own page sent them, whether they may, and whether they have proved
//! lately that they are who they are. What was typed is not lost over it.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, header};
use url::form_urlencoded;

use crate::access::{NotLetIn, Password};
use crate::operators::Signed;
use crate::pages::Language;
use crate::random;

use super::answer::{Problem, Trouble, redirect};
use super::headers::{cookie_of, text};
use super::needs::Needs;
use super::proof::{PASSWORD, ProofPage};
use super::visitor::Visitor;
use super::{Office, addresses};

/// The longest form.
const MOST_BYTES: usize = 64 * 1024;

/// The header with which the script of a page fetches it anew.
const FETCHED_ANEW: &str = "office-fetched-anew";

/// The field of every form that says that it is ours.
const FORM_TOKEN: &str = "form_token";

/// Lets a request through to where it wants, or answers it.
pub(super) async fn pass(
    State((office, needs)): State<(Office, Needs)>,
    request: Request,
    next: Next,
) -> Response {
    match admit(&office, needs, request).await {
        Ok(request) => next.run(request).await,
        Err(answer) => *answer,
    }
}

/// The same request with who comes in it, or what it is answered.
async fn admit(office: &Office, needs: Needs, request: Request) -> Result<Request, Box<Response>> {
    let (mut parts, body) = request.into_parts();
    let acts = parts.method != Method::GET && parts.method != Method::HEAD;
    let browser = Language::from_accept_language(text(&parts.headers, header::ACCEPT_LANGUAGE));
    let problem = |trouble| Box::new(Problem::new(browser, office, trouble).into_response());
    if acts && !is_from_our_own_page(office, &parts.headers) {
        return Err(problem(Trouble::NotOurForm));
    }
    let body = match acts {
        true => to_bytes(body, MOST_BYTES).await.map_err(|_| problem(Trouble::TooLong))?,
        false => Bytes::new(),
    };
    if needs == Needs::Nothing {
        return Ok(Request::from_parts(parts, Body::from(body)));
    }
    let signed = match cookie_of(&parts.headers) {
        Some(cookie) => office.operators.signed(cookie).await.map_err(|error| problem(error.into()))?,
        None => None,
    };
    let Some(signed) = signed else {
        let wanted = if acts { None } else { parts.uri.path_and_query().map(|wanted| wanted.as_str()) };
        return Err(Box::new(redirect(&addresses::sign_in(office, wanted))));
    };
    if !is_asked_by_the_page_itself(&parts.headers) {
        office.operators.note_use(&signed).await;
    }
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let is_ours = |token: &str| random::same(token, &signed.form_token);
    if acts && !field(FORM_TOKEN).is_some_and(is_ours) {
        return Err(problem(Trouble::NotOurForm));
    }
    let visitor = Visitor::new(office.clone(), signed, needs, &parts).await;
    if needs.permission().is_some() && visitor.shops().is_empty() {
        return Err(Box::new(visitor.problem(Trouble::NotAllowed).into_response()));
    }
    if let Needs::MayWithProof(_) = needs
        && acts
        && !visitor.signed().has_proved(office.app.clock().now_ms())
    {
        let proof = proved(office, visitor.signed(), field(PASSWORD)).await;
        let failed = match proof {
            Ok(Some(true)) => None,
            Ok(Some(false)) => Some(true),
            Ok(None) => Some(false),
            Err(error) => return Err(Box::new(visitor.problem(error.into()).into_response())),
        };
        if let Some(was_wrong) = failed {
            let page = ProofPage::answer(&visitor, parts.uri.path(), was_wrong, kept(&fields)).await;
            return Err(Box::new(page));
        }
    }
    parts.extensions.insert(visitor);
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Whether an open page asks without anybody doing anything there: it listens for changes, or fetches itself anew. A page that is left
/// open does not keep its session from ending.
fn is_asked_by_the_page_itself(headers: &HeaderMap) -> bool {
    text(headers, header::ACCEPT).starts_with("text/event-stream")
        || !text(headers, header::HeaderName::from_static(FETCHED_ANEW)).is_empty()
}

/// Whether the password that was typed, if one was, is the right one.
async fn proved(office: &Office, signed: &Signed, typed: Option<&str>) -> Result<Option<bool>, NotLetIn> {
    match typed {
        Some(typed) => Ok(Some(office.operators.prove(signed, Password::from(typed.to_owned())).await?)),
        None => Ok(None),
    }
}

/// What is posted again with the password.
fn kept(fields: &[(String, String)]) -> Vec<(String, String)> {
    let is_kept = |(name, _): &&(String, String)| name != FORM_TOKEN && name != PASSWORD;
    fields.iter().filter(is_kept).cloned().collect()
}

/// Whether a browser says that one of our own pages sent this. One that says nothing is an old one, or none: for those who are
/// signed in the form's token decides.
fn is_from_our_own_page(office: &Office, headers: &HeaderMap) -> bool {
    match text(headers, header::HeaderName::from_static("sec-fetch-site")) {
        "same-origin" => true,
        "" => {
            let origin = text(headers, header::ORIGIN);
            let host = text(headers, header::HOST);
            let (_, named) = origin.split_once("://").unwrap_or_default();
            let public = office.app.public_url().as_str();
            origin.is_empty()
                || named == host
                || public.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        _ => false,
    }
}
