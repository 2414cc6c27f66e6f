//! `/products`: the catalogue. Hidden products are not there.

mod all;
mod by_ids;
mod counts;
mod entity;
mod filter;
mod read;
mod search;
mod sorting;

use axum::Router;
use axum::routing::{get, post};

use crate::oneentry::front::Front;

use super::front_error::FrontError;
use super::visitor::Visitor;
use crate::catalogue::Product;

/// The routes, relative to `/api/content`.
pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/products/all", post(all::list_products))
        .route("/products/all/counts", post(counts::count_products))
        .route("/products/ids", get(by_ids::products_by_ids))
        .route("/products/quick/search", get(search::search_products))
        .route("/products/{id}", get(read::read_product))
}

/// Everything that customers see, by number.
async fn catalogue(front: &Front, visitor: &Visitor) -> Result<Vec<Product>, FrontError> {
    let mut products = front.store().products(visitor.merchant).await?;
    products.retain(|product| product.visible);
    Ok(products)
}

/// What stands under a name of a query, unless it is nothing.
fn asked(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let (_, text) = pairs.find(|(known, _)| known == name)?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text != "null" && text != "undefined")
}
