//! `POST /products/all`: the catalogue, filtered, in order, page by page.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::paging::{Listed, Paging, count};
use crate::oneentry::visitor::Visitor;

use super::entity::ProductEntity;
use super::filter::Filter;
use super::sorting::Sorting;
use super::{asks_no_more, catalogue, ids};

/// A page of products.
pub(super) async fn list_products(
    State(front): State<Front>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Json<Listed<ProductEntity>>, FrontError> {
    let query = query.unwrap_or_default();
    asks_no_more(&query)?;
    let (paging, sorting) = (Paging::of(&query)?, Sorting::of(&query)?);
    let filter = Filter::read(&body, &query)?;
    let currency = visitor.project.currency().map_err(|error| FrontError::bad_request(error.to_string()))?;
    let mut products = catalogue(&front, &visitor).await?;
    if let Some(ids) = ids(&query)? {
        products.retain(|product| ids.contains(&product.id));
    }
    products.retain(|product| filter.lets_through(product, currency, &visitor.language));
    sorting.sort(&mut products, &visitor.language);
    let page = paging.part(&products).map(|product| ProductEntity::of(&visitor, product));
    Ok(Json(Listed { items: page.collect::<Result<_, FrontError>>()?, total: count(products.len()) }))
}
