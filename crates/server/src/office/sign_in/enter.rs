//! `GET` and `POST /office/sign-in`.

use axum::extract::{Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::access::{Password, Source};
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page, redirect};
use crate::office::form::Form;
use crate::operators::Attempt;

use super::pages::SignInPage;
use super::{browser, cookie_of, language, onward, redirect_with_cookie, with_status};

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
    let trouble = match entered {
        Ok(Some(cookie)) => {
            return Ok(redirect_with_cookie(&office, &onward(&office, next.as_deref()), &cookie));
        }
        Ok(None) => None,
        Err(error) => match Trouble::from(error) {
            Trouble::TooMany(seconds) => Some(seconds),
            trouble => return Err(Problem::new(language, &office, trouble)),
        },
    };
    let status =
        if trouble.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
    let again = SignInPage::new(&office, language, next, login, Some(trouble));
    Ok(with_status(status, page(&again)))
}
