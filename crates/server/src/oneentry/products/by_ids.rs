//! `GET /products/ids`: products by their numbers.

use axum::Json;
use axum::extract::{RawQuery, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::visitor::Visitor;

use super::asked;
use super::entity::ProductEntity;

/// The most numbers at once.
const MOST: usize = 100;

/// Those of them that are there, in the order in which they were asked for.
pub(super) async fn products_by_ids(
    State(front): State<Front>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<ProductEntity>>, FrontError> {
    let ids = asked(&query.unwrap_or_default(), "ids").unwrap_or_default();
    let ids: Option<Vec<i64>> = ids.split(',').map(|id| id.trim().parse().ok()).collect();
    let rule = || FrontError::bad_request(format!("ids must be 1 to {MOST} numbers, such as 1,2,3"));
    let ids = ids.filter(|ids| ids.len() <= MOST).ok_or_else(rule)?;
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
