//! `GET /office/enter/{token}`: the demo's operators come in by a link that serves once. No other server has this route.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, Method};

use crate::access::Source;
use crate::office::Office;
use crate::office::addresses::{self, onward};
use crate::office::answer::{Problem, Trouble, redirect};

use super::{browser, language, redirect_with_cookie};

pub(super) async fn shown(
    State(office): State<Office>,
    method: Method,
    source: Source,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let problem = |trouble| Problem::new(language(&headers, None), &office, trouble);
    let entrance = office.entrance.as_ref().ok_or_else(|| problem(Trouble::NotFound))?;
    // Whoever only asks what the link is like does not use it up.
    let entered = match method {
        Method::GET => office.operators.enter(entrance, &token, browser(&headers, source)).await,
        _ => Ok(None),
    };
    match entered.map_err(|error| problem(error.into()))? {
        Some(cookie) => Ok(redirect_with_cookie(&office, &onward(&office, None), &cookie)),
        // Whoever is signed in already is led on from there.
        None => Ok(redirect(&addresses::sign_in(&office, None))),
    }
}
