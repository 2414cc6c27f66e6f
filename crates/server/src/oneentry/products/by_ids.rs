//! `GET /products/ids`: products by their numbers.

use axum::Json;
use axum::extract::{RawQuery, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::visitor::Visitor;

use super::entity::ProductEntity;
use super::{asks_no_more, ids};

/// Those of them that are there, in the order in which they were asked for.
pub(super) async fn products_by_ids(
    State(front): State<Front>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<ProductEntity>>, FrontError> {
    let query = query.unwrap_or_default();
    asks_no_more(&query)?;
    let ids = ids(&query)?.ok_or_else(|| FrontError::bad_request("ids names the products, such as 1,2,3"))?;
    let mut entities = Vec::new();
    for id in ids {
        if let Some(product) =
            front.store().product(visitor.merchant, id).await?.filter(|product| product.visible)
        {
            entities.push(ProductEntity::of(&visitor, &product)?);
        }
    }
    Ok(Json(entities))
}
