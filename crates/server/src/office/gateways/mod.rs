//! Gateways: the accounts that a shop is paid through, how each fares, and the switch that takes one out of use.

mod page;
mod query;
mod switch;
mod texts;
mod try_payment;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission::{MakeOrders, SeeGateways, SwitchGateways};

use page::GatewaysPage;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::shows("/gateways", Needs::May(SeeGateways), gateways),
        Route::acts("/gateways/{id}/switch", Needs::MayWithProof(SwitchGateways), switch::switch),
        Route::acts("/gateways/{id}/try", Needs::May(MakeOrders), try_payment::posted),
    ]
}

/// What was just done, by its word.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
}

async fn gateways(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let found = query::read(&office, &visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    let desk =
        Desk::of(&visitor, Some(Screen::Gateways)).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&GatewaysPage::new(&visitor, desk, &found, asked.done.as_deref())))
}
