//! `GET /products/quick/search`: products by a part of their title.

use axum::Json;
use axum::extract::{RawQuery, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::visitor::Visitor;

use super::entity::ProductEntity;
use super::{asked, catalogue};

/// The most that are found: the SDK reads each of them once more.
const MOST: usize = 20;

/// The first of those whose title has that in it.
pub(super) async fn search_products(
    State(front): State<Front>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<ProductEntity>>, FrontError> {
    let Some(name) = asked(&query.unwrap_or_default(), "name").map(|name| name.to_lowercase()) else {
        return Ok(Json(Vec::new()));
    };
    let products = catalogue(&front, &visitor).await?;
    let titled = |title: &str| title.to_lowercase().contains(&name);
    let found = products.iter().filter(|product| titled(product.title.in_language(&visitor.language)));
    let entities = found.take(MOST).map(|product| ProductEntity::of(&visitor, product));
    Ok(Json(entities.collect::<Result<_, FrontError>>()?))
}
