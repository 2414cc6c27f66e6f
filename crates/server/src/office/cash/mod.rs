//! Cash: the orders whose money is taken by hand, the till of whoever takes it, and the tills that were closed.

mod close;
mod page;
mod query;
mod texts;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission::TakeCash;

use page::CashPage;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::shows("/cash", Needs::May(TakeCash), cash),
        Route::acts("/cash/close", Needs::MayWithProof(TakeCash), close::close),
    ]
}

/// What was just done, and where the lists go on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    done: Option<String>,
    /// The oldest order of the page before.
    before: Option<String>,
    /// When the oldest till of the page before was closed (unix ms).
    tills_before: Option<i64>,
    /// The till that was just closed: its shop, and when (unix ms).
    shop: Option<String>,
    closed: Option<i64>,
}

async fn cash(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let found = query::read(&office, &visitor, &asked).await.map_err(|trouble| visitor.problem(trouble))?;
    let desk = Desk::of(&visitor, Some(Screen::Cash)).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&CashPage::new(&visitor, desk, &found, asked.done.as_deref())))
}
