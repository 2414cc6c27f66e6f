//! `POST /office/sign-out`.

use axum::extract::State;
use axum::response::Response;

use crate::office::Office;
use crate::office::addresses;
use crate::office::answer::Problem;
use crate::office::visitor::Visitor;

use super::redirect_with_cookie;

pub(super) async fn posted(State(office): State<Office>, visitor: Visitor) -> Result<Response, Problem> {
    let session = visitor.signed().session.id;
    let ended = office.operators.end(visitor.signed(), session).await;
    ended.map_err(|error| visitor.problem(error.into()))?;
    Ok(redirect_with_cookie(&office, &addresses::sign_in(&office, None), ""))
}
