//! `GET` and `POST /office/welcome/{token}`: what an invitation leads to.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::access::{Password, Source};
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page};
use crate::office::form::Form;
use crate::operators::{Choice, NotChosen};
use crate::pages::Language;

use super::pages::{RecoveryPage, WelcomePage, WrongChoice};
use super::{browser, language, set_cookie, with_status};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    lang: Option<String>,
}

/// What is chosen.
#[derive(Deserialize)]
pub(super) struct Chosen {
    name: String,
    password: String,
    again: String,
    code: String,
}

pub(super) async fn shown(
    State(office): State<Office>,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let language = language(&headers, asked.lang.as_deref());
    let welcome = office.operators.welcome(&token).await;
    let welcome = welcome.map_err(|error| problem(&office, language, error))?;
    Ok(page(&WelcomePage::new(&office, language, welcome, None)))
}

pub(super) async fn posted(
    State(office): State<Office>,
    source: Source,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let language = language(&headers, asked.lang.as_deref());
    let choice = Choice {
        name: chosen.name.clone(),
        password: Password::from(chosen.password),
        again: Password::from(chosen.again),
        code: chosen.code,
    };
    let wrong = match office.operators.choose(&token, choice, browser(&headers, source)).await {
        Ok((cookie, codes)) => {
            let mut response = page(&RecoveryPage::new(&office, language, codes));
            set_cookie(&office, &mut response, &cookie);
            return Ok(response);
        }
        Err(NotChosen::BadPassword(_)) => WrongChoice::Password,
        Err(NotChosen::NotTheSame) => WrongChoice::Again,
        Err(NotChosen::WrongCode) => WrongChoice::Code,
        Err(error @ (NotChosen::NoSuchLink | NotChosen::NotLetIn(_))) => {
            return Err(problem(&office, language, error));
        }
    };
    let welcome = office.operators.welcome(&token).await;
    let mut welcome = welcome.map_err(|error| problem(&office, language, error))?;
    welcome.name = chosen.name;
    let again = WelcomePage::new(&office, language, welcome, Some(wrong));
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, page(&again)))
}

fn problem(office: &Office, language: Language, error: NotChosen) -> Problem {
    let trouble = match error {
        NotChosen::NotLetIn(error) => error.into(),
        NotChosen::NoSuchLink | NotChosen::BadPassword(_) | NotChosen::NotTheSame | NotChosen::WrongCode => {
            Trouble::NotFound
        }
    };
    Problem::new(language, office, trouble)
}
