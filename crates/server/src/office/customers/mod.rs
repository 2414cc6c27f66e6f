//! Customers: those who are registered at a shop's front, how they stand, what they ordered and where they are signed in. A shop ends
//! their sessions, archives them and takes that back; what they filled in they alone change.

mod archive;
mod customer;
mod end_all;
mod end_one;
mod page;
mod query;
mod standing;
mod take_back;
mod texts;

use axum::extract::{Query, State};
use axum::response::Response;
use guichet_core::CustomerId;

use super::Office;
use super::answer::{Problem, page as shown, redirect};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission::{SeeCustomers, WorkCustomers};

use page::CustomersPage;
use query::Asked;

pub(super) fn routes() -> Vec<Route> {
    let (sees, works) = (Needs::May(SeeCustomers), Needs::May(WorkCustomers));
    vec![
        Route::shows("/customers", sees, customers),
        Route::shows("/customers/{id}", sees, customer::shown),
        Route::acts("/customers/{id}/sessions/{session}/end", works, end_one::posted),
        Route::acts("/customers/{id}/sessions/end", works, end_all::posted),
        Route::acts("/customers/{id}/archive", works, archive::posted),
        Route::acts("/customers/{id}/take-back", works, take_back::posted),
    ]
}

async fn customers(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let found = query::read(&office, &visitor, &asked).await.map_err(|trouble| visitor.problem(trouble))?;
    Ok(shown(&CustomersPage::new(&visitor, desk(&visitor).await?, asked, &found)))
}

async fn desk(visitor: &Visitor) -> Result<Desk, Problem> {
    Desk::of(visitor, Some(Screen::Customers)).await.map_err(|fault| visitor.problem(fault.into()))
}

/// Back to the customer, where it says what was done.
fn done(visitor: &Visitor, customer: CustomerId, word: &str) -> Response {
    redirect(&format!("{}/customers/{customer}?done={word}", visitor.base()))
}
