//! Needs you: money that does not fit its order, or that no order has, and the decision about each. Guichet moves no money; it keeps the
//! question open until a person has answered it, with a note and a name.

mod decide;
mod page;
mod query;
mod texts;
mod unmatched;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, Trouble, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission::Decide;

use page::NeedsYouPage;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::shows("/needs-you", Needs::May(Decide), needs_you),
        Route::acts("/needs-you/orders/{id}", Needs::MayWithProof(Decide), decide::decide),
        Route::acts("/needs-you/unmatched/{id}/tie", Needs::MayWithProof(Decide), unmatched::tie),
        Route::acts("/needs-you/unmatched/{id}/dismiss", Needs::MayWithProof(Decide), unmatched::dismiss),
    ]
}

/// What was just done, by its word, and the order behind which the page begins.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
    after: Option<String>,
}

async fn needs_you(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let after = asked.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| visitor.problem(Trouble::BadField("after")))?;
    let waiting = query::read(&office, &visitor, after).await;
    let waiting = waiting.map_err(|fault| visitor.problem(fault.into()))?;
    let desk =
        Desk::of(&visitor, Some(Screen::NeedsYou)).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&NeedsYouPage::new(&visitor, desk, waiting, asked.done.as_deref())))
}
