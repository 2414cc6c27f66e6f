//! `POST /office/people/{id}/reset`: somebody chooses a new password, by a link.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::office::Office;
use crate::office::answer::{Problem, page};
use crate::office::visitor::Visitor;
use crate::operators::reset;

use super::link::LinkPage;
use super::query::People;
use super::{desk, refused, who};

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let people = People::read(&office, &visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    let person = people.person(&visitor, &id)?;
    if let Err(why) = people.authority(&visitor).may_reset(person) {
        return refused(&visitor, &people, person, why).await;
    }
    let desk = desk(&visitor).await?;
    let (by, from) = who(&visitor);
    let invited = reset(&office.app, person, by, from).await;
    let invited = invited.map_err(|error| visitor.problem(error.into()))?;
    Ok(page(&LinkPage::new(desk, &person.name, invited.link)))
}
