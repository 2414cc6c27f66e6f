//! Refund requests: what customers of shop fronts ask to have paid back, and the answer to each; and below, what went back as people
//! recorded it. Guichet moves no money back.

mod answer;
mod page;
mod query;
mod texts;
mod withdraw;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission::{AnswerRefundRequests, RecordRefunds};

use page::RefundRequestsPage;

pub(super) fn routes() -> Vec<Route> {
    let withdraw = "/refund-requests/refunds/{id}/withdraw";
    vec![
        Route::shows("/refund-requests", Needs::May(AnswerRefundRequests), refund_requests),
        Route::acts(
            "/refund-requests/{shop}/{number}/close",
            Needs::May(AnswerRefundRequests),
            answer::answer,
        ),
        Route::acts(withdraw, Needs::MayWithProof(RecordRefunds), withdraw::withdraw),
    ]
}

/// What is asked for; every part may be empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    done: Option<String>,
    /// A status by its word; those that are open where nothing is said.
    status: String,
    /// The numbers before which the requests of each shop go on.
    before: String,
    /// The last refund of the page before.
    refunds_before: String,
}

async fn refund_requests(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let found = query::read(&office, &visitor, &asked).await.map_err(|trouble| visitor.problem(trouble))?;
    let desk = Desk::of(&visitor, Some(Screen::RefundRequests)).await;
    let desk = desk.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&RefundRequestsPage::new(&visitor, desk, &found, asked.done.as_deref())))
}
