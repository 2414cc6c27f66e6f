//! Orders: a list that is searched and narrowed, the newest first, a day after the other.

mod export;
mod page;
mod query;
mod texts;

use axum::extract::{Query, State};
use axum::response::Response;

use super::Office;
use super::answer::{Problem, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission;

use page::OrdersPage;
pub(super) use query::{Asked, clocks};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::shows("/orders", Needs::May(Permission::SeeOrders), orders),
        Route::shows("/orders/export.csv", Needs::May(Permission::Export), export::csv),
        Route::shows("/orders/export.xlsx", Needs::May(Permission::Export), export::xlsx),
    ]
}

async fn orders(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let found = query::read(&office, &visitor, &asked).await.map_err(|trouble| visitor.problem(trouble))?;
    let desk =
        Desk::of(&visitor, Some(Screen::Orders)).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&OrdersPage::new(&visitor, desk, asked, found)))
}
