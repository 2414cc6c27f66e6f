//! An order: what it is, every payment, what happened and why it was believed, what was sent, and what can be done about it.

mod actions;
mod page;
mod query;
mod story;
mod story_texts;
mod texts;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission;

use page::OrderPage;

pub(super) use actions::{NoteAttached, text_of};

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![Route::shows("/orders/{id}", Needs::May(Permission::SeeOrders), order)];
    routes.extend(actions::routes());
    routes
}

/// What was just done, by its word.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
}

async fn order(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let stored = visitor.order(&id).await?;
    let whole = query::read(&office, stored).await.map_err(|fault| visitor.problem(fault.into()))?;
    let desk =
        Desk::of(&visitor, Some(Screen::Orders)).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&OrderPage::new(&visitor, desk, &whole, asked.done.as_deref())))
}
