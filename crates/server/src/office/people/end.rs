//! `POST /office/people/{id}/sessions/end`: somebody is signed out wherever they are signed in.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::office::Office;
use crate::office::answer::Problem;
use crate::office::visitor::Visitor;
use crate::operators::{Noted, end_sessions};

use super::query::People;
use super::{done, refused, who};

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let people = People::read(&office, &visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    let person = people.person(&visitor, &id)?;
    if let Err(why) = people.authority(&visitor).answers_for(person) {
        return refused(&visitor, &people, person, why).await;
    }
    let (by, from) = who(&visitor);
    let ended = end_sessions(&office.app, person, Noted::by(by, from)).await;
    ended.map_err(|error| visitor.problem(error.into()))?;
    Ok(done(&visitor, person.id, "ended"))
}
