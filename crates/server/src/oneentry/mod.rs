//! The front that speaks OneEntry's API, so that a shop written with its SDK can point its project URL
//! here: registered customers, order storages, payment sessions. It is one more way in: what it makes
//! are orders like any other, by the same way, with the same events and pages.

mod amount;
mod auth_providers;
mod basket;
mod body;
mod customer;
mod field_value;
mod form;
mod forms;
mod front;
mod front_error;
mod locales;
mod localized;
mod middleware;
mod not_offered;
mod order_status;
mod orders;
mod paging;
mod payments;
mod picture;
mod products;
mod purchase;
mod refunds;
mod signed_in;
mod users;
mod visitor;
mod way_to_pay;

use axum::Router;

use crate::app::App;
use crate::vault::Secret;

use front::Front;

/// The longest body that fronts may send: 64 KiB.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Where OneEntry's clients look for it.
pub(crate) const PREFIX: &str = "/api/content";

/// Everything below [`PREFIX`].
///
/// # Errors
/// The vault is closed, so that nobody could be let in.
pub(crate) fn router<S>(app: App) -> Secret<Router<S>> {
    let front = Front::of(app)?;
    let router = Router::new()
        .merge(auth_providers::routes())
        .merge(users::routes())
        .merge(orders::routes())
        .merge(payments::routes())
        .merge(refunds::routes())
        .merge(products::routes())
        .merge(forms::routes())
        .merge(locales::routes())
        .merge(not_offered::routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(axum::middleware::from_fn_with_state(front.clone(), middleware::around))
        .with_state(front);
    Ok(router)
}

async fn nothing_here() -> http::StatusCode {
    http::StatusCode::NOT_FOUND
}
