//! `DELETE /v1/products/{id}`.

use axum::extract::{Path, State};
use http::StatusCode;

use crate::app::{App, Error};
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::store::{CommitError, Guard, remove_product};

use super::number;

/// Delete a product
///
/// It cannot be ordered any more; orders that have it keep what they say of it.
#[utoipa::path(delete, path = "/v1/products/{id}", tag = "Shop front",
    params(("id" = i64, Path, description = "The product's number.")),
    responses((status = 204, description = "It is not sold any more."),
              (status = 403, description = "`live_key_needed`.", body = Problem),
              (status = 404, description = "`not_found`.", body = Problem)))]
pub(crate) async fn delete_product(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.insist_on_live()?;
    match app.store().commit(vec![remove_product(caller.merchant, number(&id)?)]).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(CommitError::Conflict(Guard::Row)) => Err(Problem::not_found("product")),
        Err(error) => Err(Error::from(error).into()),
    }
}
