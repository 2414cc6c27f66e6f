//! `POST /office/people/{id}/role`: what somebody is in a shop from now on.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{RoleChange, change_role};
use crate::store::{Role, RoleRow};

use super::query::People;
use super::{done, refused, shop_of, who};

/// The role.
#[derive(Deserialize)]
pub(super) struct Chosen {
    shop: String,
    role: String,
    test_only: Option<String>,
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
    let role = Role::of(&chosen.role).ok_or_else(|| visitor.problem(Trouble::BadField("role")))?;
    let live = chosen.test_only.is_none();
    let to = RoleRow { merchant, role, live };
    if let Err(why) = people.authority(&visitor).may_change(person, merchant, Some(to)) {
        return refused(&visitor, &people, person, why).await;
    }
    let (by, from) = who(&visitor);
    let change = RoleChange { merchant, to: Some((role, live)) };
    let changed = change_role(&office.app, person, change, by, from).await;
    changed.map_err(|error| visitor.problem(error.into()))?;
    Ok(done(&visitor, person.id, "changed"))
}
