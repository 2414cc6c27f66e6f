//! People: who works in the shops that are looked at, what each of them may do, and what they did. An owner changes that in their own
//! shops; what touches a person everywhere takes the owner of all their shops.

mod change;
mod end;
mod invite;
mod link;
mod log;
mod page;
mod person;
mod query;
mod reset;
mod switch;
mod take;
mod texts;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use guichet_core::MerchantId;
use http::StatusCode;
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, Trouble, page as shown, redirect};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::{NotTheirs, Permission::ManagePeople};

use page::PeoplePage;
use query::People;

pub(super) fn routes() -> Vec<Route> {
    let (sees, acts) = (Needs::May(ManagePeople), Needs::MayWithProof(ManagePeople));
    vec![
        Route::shows("/people", sees, people),
        Route::shows("/people/log", sees, log::shown),
        Route::shows("/people/{id}", sees, person::shown),
        Route::acts("/people/invite", acts, invite::posted),
        Route::acts("/people/{id}/role", acts, change::posted),
        Route::acts("/people/{id}/role/remove", acts, take::posted),
        Route::acts("/people/{id}/reset", acts, reset::posted),
        Route::acts("/people/{id}/disable", acts, switch::disable),
        Route::acts("/people/{id}/enable", acts, switch::enable),
        Route::acts("/people/{id}/sessions/end", acts, end::posted),
    ]
}

/// What was just done, by its word.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
}

async fn people(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let people = People::read(&office, &visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    let desk = desk(&visitor).await?;
    Ok(shown(&PeoplePage::new(&visitor, desk, &people, asked.done.as_deref(), invite::Typed::default())))
}

async fn desk(visitor: &Visitor) -> Result<Desk, Problem> {
    Desk::of(visitor, Some(Screen::People)).await.map_err(|fault| visitor.problem(fault.into()))
}

/// Who acts, and from where, as the audit log has it.
fn who(visitor: &Visitor) -> (&str, &str) {
    (&visitor.signed().operator.login, &visitor.signed().session.address)
}

/// The shop that a form names, if it is looked at; nothing is all shops.
fn shop_of(visitor: &Visitor, text: &str) -> Result<Option<MerchantId>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let shop: Option<MerchantId> = text.parse().ok();
    let shop = shop.filter(|shop| visitor.shops().contains(shop));
    shop.map(Some).ok_or_else(|| visitor.problem(Trouble::NotFound))
}

/// Back to the person, where it says what was done.
fn done(visitor: &Visitor, person: guichet_core::OperatorId, word: &str) -> Response {
    redirect(&format!("{}/people/{person}?done={word}", visitor.base()))
}

/// The person's page, which says why it was not done.
async fn refused(
    visitor: &Visitor,
    people: &People,
    person: &crate::store::OperatorRow,
    why: NotTheirs,
) -> Result<Response, Problem> {
    let page = person::page(visitor, people, person, None, Some(why)).await?;
    Ok((StatusCode::CONFLICT, shown(&page)).into_response())
}
