//! `POST /office/people/{id}/disable` and `…/enable`: whether somebody may come in.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::office::Office;
use crate::office::answer::Problem;
use crate::office::visitor::Visitor;
use crate::operators::disable as switch;

use super::query::People;
use super::{done, refused, who};

pub(super) async fn disable(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    switched(&office, &visitor, &id, true).await
}

pub(super) async fn enable(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    switched(&office, &visitor, &id, false).await
}

async fn switched(office: &Office, visitor: &Visitor, id: &str, disabled: bool) -> Result<Response, Problem> {
    let people = People::read(office, visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    let person = people.person(visitor, id)?;
    let authority = people.authority(visitor);
    let may = if disabled { authority.may_disable(person) } else { authority.answers_for(person) };
    if let Err(why) = may {
        return refused(visitor, &people, person, why).await;
    }
    let (by, from) = who(visitor);
    let switched = switch(&office.app, person, disabled, by, from).await;
    switched.map_err(|error| visitor.problem(error.into()))?;
    Ok(done(visitor, person.id, if disabled { "disabled" } else { "enabled" }))
}
