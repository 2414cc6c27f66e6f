//! `/orders/{id}/refund`: what a customer asks to have paid back. The merchant acts on it; no money moves
//! from here.

mod cancel;
mod create;
mod list;

use axum::Router;
use axum::routing::get;

use crate::oneentry::front::Front;

use crate::catalogue::Bought;

/// The routes, relative to `/api/content`.
pub(super) fn routes() -> Router<Front> {
    Router::new().route(
        "/orders/{id}/refund",
        get(list::list_refunds).post(create::create_refund).delete(cancel::cancel_refund),
    )
}

/// How many of a product were bought, and the price of one.
fn bought(products: &[Bought], id: i64) -> Option<(i64, i64)> {
    products.iter().find(|bought| bought.product == id).map(|bought| (bought.quantity, bought.price))
}
