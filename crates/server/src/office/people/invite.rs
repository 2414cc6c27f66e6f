//! `POST /office/people/invite`: somebody new, and the link by which they come in.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{NewOperator, NotInvited, NotTheirs, invite};
use crate::store::{Role, RoleRow};

use super::link::LinkPage;
use super::page::PeoplePage;
use super::query::People;
use super::{desk, shop_of, who};

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) login: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) shop: String,
    pub(super) test_only: Option<String>,
    /// Why it was not taken.
    #[serde(skip)]
    pub(super) wrong: Option<Wrong>,
}

/// Why somebody was not invited.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wrong {
    /// It can be nobody's name.
    Login,
    /// It is somebody's name already.
    Taken,
    /// Such a role is not theirs to give.
    NotTheirs(NotTheirs),
}

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let people = People::read(&office, &visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    let merchant = shop_of(&visitor, &typed.shop)?;
    let role = Role::of(&typed.role).ok_or_else(|| visitor.problem(Trouble::BadField("role")))?;
    let live = typed.test_only.is_none();
    if let Err(why) = people.authority(&visitor).may_give(RoleRow { merchant, role, live }) {
        return again(&visitor, &people, typed, Wrong::NotTheirs(why)).await;
    }
    let new = NewOperator { login: &typed.login, name: &typed.name, merchant, role, live };
    let (by, from) = who(&visitor);
    match invite(&office.app, new, by, from).await {
        Ok(invited) => {
            let called = if typed.name.trim().is_empty() { &typed.login } else { &typed.name };
            Ok(page(&LinkPage::new(desk(&visitor).await?, called.trim(), invited.link)))
        }
        Err(NotInvited::BadLogin) => again(&visitor, &people, typed, Wrong::Login).await,
        Err(NotInvited::Taken(_)) => again(&visitor, &people, typed, Wrong::Taken).await,
        Err(NotInvited::Commit(error)) => Err(visitor.problem(error.into())),
    }
}

/// The page again, with what was typed.
async fn again(visitor: &Visitor, people: &People, typed: Typed, wrong: Wrong) -> Result<Response, Problem> {
    let typed = Typed { wrong: Some(wrong), ..typed };
    let again = PeoplePage::new(visitor, desk(visitor).await?, people, None, typed);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response())
}
