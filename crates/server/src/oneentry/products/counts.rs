//! `POST /products/all/counts`: how many products there are.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Serialize;

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::paging::count;
use crate::oneentry::visitor::Visitor;

use super::catalogue;
use super::filter::Filter;

/// OneEntry's `IProductsCount`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counts {
    total_all: i64,
    total_in_category: i64,
    total_in_category_with_nested: i64,
}

/// How many meet the filter, and how many of these are on a page; pages are not nested here.
pub(super) async fn count_products(
    State(front): State<Front>,
    visitor: Visitor,
    body: Bytes,
) -> Result<Json<Counts>, FrontError> {
    let filter = Filter::read(&body, "")?;
    let currency = visitor.project.currency().map_err(|error| FrontError::bad_request(error.to_string()))?;
    let mut products = catalogue(&front, &visitor).await?;
    products.retain(|product| filter.lets_through(product, currency, &visitor.language));
    let on_a_page = count(products.iter().filter(|product| !product.categories.is_empty()).count());
    Ok(Json(Counts {
        total_all: count(products.len()),
        total_in_category: on_a_page,
        total_in_category_with_nested: on_a_page,
    }))
}
