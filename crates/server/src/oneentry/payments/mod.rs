//! `/payments`: payment sessions and the ways to pay. A session is a payment of an order as the front
//! sees it: there is nothing to keep beside the order, and the two cannot disagree.

mod account;
mod accounts;
mod by_order;
mod change;
mod create;
mod list;
mod read;
mod session;

use axum::Router;
use axum::routing::get;

use crate::oneentry::front::Front;

pub(super) use session::payment_url;

/// The routes, relative to `/api/content`. The SDK asks for the list with a slash before the query.
pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/payments/sessions", get(list::list_sessions).post(create::create_session))
        .route("/payments/sessions/", get(list::list_sessions).post(create::create_session))
        .route("/payments/sessions/{id}", get(read::read_session).put(change::change_session))
        .route("/payments/sessions/order/{order}", get(by_order::session_of_order))
        .route("/payments/accounts", get(accounts::list_accounts))
        .route("/payments/accounts/{id}", get(account::read_account))
}
