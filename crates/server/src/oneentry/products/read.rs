//! `GET /products/{id}`: one product.

use axum::Json;
use axum::extract::{Path, RawQuery, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::visitor::Visitor;

use super::asks_no_more;
use super::entity::ProductEntity;

/// The product of that number.
pub(super) async fn read_product(
    State(front): State<Front>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<ProductEntity>, FrontError> {
    asks_no_more(&query.unwrap_or_default())?;
    let missing = || FrontError::not_found("Product");
    let id = id.parse().map_err(|_| missing())?;
    let product = front.store().product(visitor.merchant, id).await?.filter(|product| product.visible);
    Ok(Json(ProductEntity::of(&visitor, &product.ok_or_else(missing)?)?))
}
