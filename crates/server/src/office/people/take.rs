//! `POST /office/people/{id}/role/remove`: somebody is nothing in a shop any more.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use crate::office::Office;
use crate::office::answer::{Problem, redirect};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{RoleChange, change_role};

use super::query::People;
use super::{refused, shop_of, who};

/// The shop.
#[derive(Deserialize)]
pub(super) struct Chosen {
    shop: String,
}

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let people = People::read(&office, &visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    let person = people.person(&visitor, &id)?;
    let merchant = shop_of(&visitor, &chosen.shop)?;
    if let Err(why) = people.authority(&visitor).may_change(person, merchant, None) {
        return refused(&visitor, &people, person, why).await;
    }
    let (by, from) = who(&visitor);
    let taken = change_role(&office.app, person, RoleChange { merchant, to: None }, by, from).await;
    taken.map_err(|error| visitor.problem(error.into()))?;
    // They may be nobody here any more, so that they have no page.
    Ok(redirect(&format!("{}/people?done=taken", visitor.base())))
}
