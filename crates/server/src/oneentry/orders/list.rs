//! `GET /orders-storage/marker/{marker}/orders`: the customer's own orders, newest first.

use axum::Json;
use axum::extract::{Path, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::paging::{Listed, Paging};
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;

use super::entity::OrderEntity;
use super::storage_of;

/// A page of them.
pub(super) async fn list_orders(
    State(front): State<Front>,
    signed: SignedIn,
    Path(marker): Path<String>,
    paging: Paging,
) -> Result<Json<Listed<OrderEntity>>, FrontError> {
    let visitor = &signed.visitor;
    let storage = storage_of(visitor, &marker)?;
    let customer = signed.customer.id;
    let found = front.store().purchases_of(customer, &marker, paging.offset, paging.limit).await?;
    let mut items = Vec::new();
    for (_, stored) in found {
        items.push(OrderEntity::of(&front, visitor, storage, &OwnOrder::of(stored)?));
    }
    let total = front.store().count_purchases(customer, &marker).await?;
    Ok(Json(Listed { items, total }))
}
