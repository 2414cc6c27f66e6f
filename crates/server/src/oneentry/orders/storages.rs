//! `GET /orders-storage`: the storages of the project.

use axum::Json;
use axum::extract::State;

use crate::catalogue::with_ids;
use crate::oneentry::front::Front;
use crate::oneentry::paging::Paging;
use crate::oneentry::visitor::Visitor;

use super::entity::StorageEntity;

/// A page of them, without a total.
pub(super) async fn list_storages(
    State(front): State<Front>,
    visitor: Visitor,
    paging: Paging,
) -> Json<Vec<StorageEntity>> {
    let storages = paging.part(with_ids(&visitor.project.storages));
    Json(storages.map(|(id, storage)| StorageEntity::of(&front, &visitor, id, storage)).collect())
}
