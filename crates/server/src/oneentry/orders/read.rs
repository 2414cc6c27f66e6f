//! `GET /orders-storage/marker/{marker}/orders/{id}`: one of the customer's own orders.

use axum::Json;
use axum::extract::{Path, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;

use super::entity::OrderEntity;
use super::storage_of;

/// The order. Whoever reads it waits for it, so its payments are checked often for a while.
pub(super) async fn read_order(
    State(front): State<Front>,
    signed: SignedIn,
    Path((marker, id)): Path<(String, String)>,
) -> Result<Json<OrderEntity>, FrontError> {
    let visitor = &signed.visitor;
    let storage = storage_of(visitor, &marker)?;
    let mut own = OwnOrder::in_storage(&front, &signed, &marker, &id).await?;
    own.stored = front.attend(own.stored).await;
    Ok(Json(OrderEntity::of(&front, visitor, storage, &own)))
}
