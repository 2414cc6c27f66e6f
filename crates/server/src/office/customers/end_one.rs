//! `POST /office/customers/{id}/sessions/{session}/end`: a customer is signed out on one device.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::LoginId;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble};
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};
use crate::store::close_login;

use super::done;

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path((id, session)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let customer = visitor.customer(&id).await?;
    let session: LoginId = session.parse().map_err(|_| visitor.problem(Trouble::NotFound))?;
    let store = office.app.store();
    let login = store.login(session).await.map_err(|fault| visitor.problem(fault.into()))?;
    // One that is not there any more has ended, as was asked for.
    if login.as_ref().is_some_and(|login| login.customer != customer.id) {
        return Err(visitor.problem(Trouble::NotFound));
    }
    store.commit(close_login(session).into()).await.map_err(|error| visitor.problem(error.into()))?;
    if login.is_some() {
        let action = AuditedAction::EndedCustomerSession;
        let say =
            |noted: Noted| noted.to(customer.id).with("customer", customer.number).with("session", session);
        visitor.note(Some(customer.merchant), action, say).await?;
    }
    Ok(done(&visitor, customer.id, "ended"))
}
