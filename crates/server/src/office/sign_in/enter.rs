//! `GET` and `POST /office/sign-in`.

use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::access::{NotLetIn, Password, Source};
use crate::office::Office;
use crate::office::addresses::onward;
use crate::office::answer::{Problem, page, redirect};
use crate::office::form::Form;
use crate::office::headers::cookie_of;
use crate::operators::Attempt;

use super::pages::SignInPage;
use super::{browser, language, redirect_with_cookie, with_status};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    lang: Option<String>,
    next: Option<String>,
}

/// What is typed.
#[derive(Deserialize)]
pub(super) struct Typed {
    login: String,
    password: String,
    code: String,
    next: Option<String>,
}

pub(super) async fn shown(
    State(office): State<Office>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let language = language(&headers, asked.lang.as_deref());
    let signed = match cookie_of(&headers) {
        Some(cookie) => office.operators.signed(cookie).await,
        None => Ok(None),
    };
    match signed.map_err(|error| Problem::new(language, &office, error.into()))? {
        Some(_) => Ok(redirect(&onward(&office, asked.next.as_deref()))),
        None => Ok(page(&SignInPage::new(&office, language, asked.next, String::new(), None))),
    }
}

pub(super) async fn posted(
    State(office): State<Office>,
    source: Source,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let language = language(&headers, asked.lang.as_deref());
    let Typed { login, password, code, next } = typed;
    let attempt = Attempt { login: login.clone(), password: Password::from(password), code };
    let entered = office.operators.sign_in(attempt, source, browser(&headers, source)).await;
    let retry_s = match entered {
        Ok(Some(cookie)) => {
            return Ok(redirect_with_cookie(&office, &onward(&office, next.as_deref()), &cookie));
        }
        Ok(None) => None,
        Err(NotLetIn::TooMany(too_many)) => Some(too_many.retry_after_s()),
        Err(error) => return Err(Problem::new(language, &office, error.into())),
    };
    let status =
        if retry_s.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
    let again = SignInPage::new(&office, language, next, login, Some(retry_s));
    Ok(with_status(status, page(&again)))
}
