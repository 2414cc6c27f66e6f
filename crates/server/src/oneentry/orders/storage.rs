//! `GET /orders-storage/marker/{marker}`: one storage.

use axum::Json;
use axum::extract::{Path, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::visitor::Visitor;

use super::entity::StorageEntity;
use super::storage_of;

/// The storage of that marker.
pub(super) async fn read_storage(
    State(front): State<Front>,
    visitor: Visitor,
    Path(marker): Path<String>,
) -> Result<Json<StorageEntity>, FrontError> {
    let (id, storage) = storage_of(&visitor, &marker)?;
    Ok(Json(StorageEntity::of(&front, &visitor, id, storage)))
}
