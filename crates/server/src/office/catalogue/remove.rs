//! `POST /office/catalogue/{shop}/{number}/remove`: a product is sold no more. Orders that have it keep what they say of it.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::localized::localized;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};
use crate::store::{CommitError, Guard, remove_product};

use super::editable;
use super::product::known;

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path((shop, number)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let shop = editable(&visitor, &shop)?;
    let (product, _) = known(&office, &visitor, shop, &number).await?;
    match office.app.store().commit(vec![remove_product(shop, product.id)]).await {
        Ok(()) => {}
        Err(CommitError::Conflict(Guard::Row)) => return Err(visitor.problem(Trouble::NotFound)),
        Err(error) => return Err(visitor.problem(error.into())),
    }
    let say =
        |noted: Noted| noted.to(product.id).with("title", localized(&product.title, visitor.language()));
    visitor.note(Some(shop), AuditedAction::RemovedProduct, say).await?;
    Ok(redirect(&format!("{}/catalogue?shop={shop}&done=removed", visitor.base())))
}
