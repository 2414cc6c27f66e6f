//! `GET /orders-storage/marker/{marker}/order-statuses`: what a storage calls the states of its orders.

use axum::Json;
use axum::extract::Path;

use crate::oneentry::front_error::FrontError;
use crate::oneentry::order_status::{StatusEntity, statuses};
use crate::oneentry::paging::Paging;
use crate::oneentry::visitor::Visitor;

use super::storage_of;

/// A page of them, without a total.
pub(super) async fn list_statuses(
    visitor: Visitor,
    Path(marker): Path<String>,
    paging: Paging,
) -> Result<Json<Vec<StatusEntity>>, FrontError> {
    let (_, storage) = storage_of(&visitor, &marker)?;
    Ok(Json(paging.part(statuses(storage, &visitor.language)).collect()))
}
