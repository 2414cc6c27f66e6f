//! `/orders-storage`: the storages of a project, and a customer's orders in them. An order here is an
//! order like any other.

mod asked_status;
mod change;
mod create;
mod entity;
mod list;
mod preview;
mod read;
mod statuses;
mod storage;
mod storages;
mod terms;

use axum::Router;
use axum::routing::{get, post};

use crate::oneentry::front::Front;

use super::front_error::FrontError;
use super::visitor::Visitor;
use crate::catalogue::{Storage, marked};

/// The routes, relative to `/api/content`.
pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/orders-storage", get(storages::list_storages))
        .route("/orders-storage/marker/{marker}", get(storage::read_storage))
        .route("/orders-storage/marker/{marker}/order-statuses", get(statuses::list_statuses))
        .route("/orders-storage/marker/{marker}/orders", get(list::list_orders).post(create::create_order))
        .route("/orders-storage/marker/{marker}/orders/{id}", get(read::read_order).put(change::change_order))
        .route("/orders-storage/orders/preview", post(preview::preview_order))
}

/// The storage of that marker, and its number.
fn storage_of<'a>(visitor: &'a Visitor, marker: &str) -> Result<(i64, &'a Storage), FrontError> {
    marked(&visitor.project.storages, marker).ok_or_else(|| FrontError::not_found("Order storage"))
}
