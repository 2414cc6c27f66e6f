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

/// The most products that a query names by their numbers.
const MOST_IDS: usize = 100;

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

/// What a query for products may ask of OneEntry and not of Guichet, and why.
const NOT_ASKED: [(&str, &str); 2] = [
    ("signPrice", "signed prices (signPrice); an order costs what the catalogue says when it is made"),
    ("templateMarker", "templates (templateMarker); filter products by an attribute or by `pageUrls`"),
];

/// Whether a query asks for nothing that is not done here.
///
/// # Errors
/// It does; passing over it would show other products or prices than were asked for.
fn asks_no_more(query: &str) -> Result<(), FrontError> {
    match NOT_ASKED.into_iter().find(|(name, _)| asked(query, name).is_some()) {
        None => Ok(()),
        Some((_, why)) => Err(FrontError::not_offered(why)),
    }
}

/// The numbers that a query names, at most a hundred; `None` where it names none.
///
/// # Errors
/// They are no numbers, or too many.
fn ids(query: &str) -> Result<Option<Vec<i64>>, FrontError> {
    let Some(ids) = asked(query, "ids") else { return Ok(None) };
    let ids: Option<Vec<i64>> = ids.split(',').map(|id| id.trim().parse().ok()).collect();
    let rule = || FrontError::bad_request(format!("ids must be 1 to {MOST_IDS} numbers, such as 1,2,3"));
    ids.filter(|ids| ids.len() <= MOST_IDS).ok_or_else(rule).map(Some)
}

/// What stands under a name of a query, unless it is nothing.
fn asked(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let (_, text) = pairs.find(|(known, _)| known == name)?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text != "null" && text != "undefined")
}
