//! Your account: who is signed in, where, and the way out.

mod page;
mod texts;

use axum::extract::State;
use axum::response::Response;
use guichet_core::SessionId;
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, page as shown, redirect};
use super::desk::Desk;
use super::form::Form;
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::AuditedAction;

use page::AccountPage;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::shows("/account", Needs::SignedIn, account),
        Route::acts("/account/end", Needs::SignedIn, end),
    ]
}

async fn account(State(office): State<Office>, visitor: Visitor) -> Result<Response, Problem> {
    let store = office.app.store();
    let sessions = store.operator_sessions(visitor.signed().operator.id).await;
    let sessions = sessions.map_err(|fault| visitor.problem(fault.into()))?;
    let desk = Desk::of(&visitor, None).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&AccountPage::new(&visitor, desk, &sessions)))
}

/// A session that is to end.
#[derive(Deserialize)]
struct Ended {
    session: SessionId,
}

async fn end(
    State(office): State<Office>,
    visitor: Visitor,
    Form(ended): Form<Ended>,
) -> Result<Response, Problem> {
    let done = office.operators.end(visitor.signed(), ended.session).await;
    done.map_err(|error| visitor.problem(error.into()))?;
    visitor.note(None, AuditedAction::EndedSession, |noted| noted.to(ended.session)).await?;
    Ok(redirect(&format!("{}/account", visitor.base())))
}
