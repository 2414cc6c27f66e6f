//! `POST /office/customers/{id}/archive`: a customer signs in no more, as if they had left by themselves.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::access::archive;
use crate::office::Office;
use crate::office::answer::Problem;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};

use super::customer::unchanged;
use super::done;

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let customer = visitor.customer(&id).await?;
    let archived = archive(office.app.store(), customer.id, office.app.clock().now_ms()).await;
    if !archived.map_err(|error| visitor.problem(error.into()))? {
        return unchanged(&visitor, &id).await;
    }
    let say = |noted: Noted| noted.to(customer.id).with("customer", customer.number);
    visitor.note(Some(customer.merchant), AuditedAction::ArchivedCustomer, say).await?;
    Ok(done(&visitor, customer.id, "archived"))
}
