//! `GET /v1/payment_links`: newest first, page by page.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::Query;
use crate::http::paged::{cursor, cut, page_size};
use crate::http::problem::Problem;

use super::PaymentLinkView;

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The identifier of the last link of the page before.
    cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    limit: Option<i64>,
}

/// A page of payment links.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentLinkPage {
    /// The links, newest first.
    data: Vec<PaymentLinkView>,
    /// Whether there are older ones: ask again with `cursor` set to the last identifier.
    has_more: bool,
}

/// List payment links
///
/// Newest first, those that are over too. The orders of one are `GET /v1/orders?payment_link=…`.
#[utoipa::path(get, path = "/v1/payment_links", tag = "Payment links", params(Wanted),
    responses(
        (status = 200, description = "A page of payment links.", body = PaymentLinkPage),
        (status = 422, description = "`query_invalid`, `limit_out_of_range`, `cursor_invalid`.", body = Problem),
    ))]
pub(crate) async fn list_payment_links(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let size = page_size(wanted.limit)?;
    let before = cursor(wanted.cursor.as_deref(), "a payment link")?;
    let mut found = app.store().payment_links(caller.merchant, caller.environment, before, size + 1).await?;
    let has_more = cut(&mut found, size);
    let data = found.into_iter().map(|link| PaymentLinkView::new(&app, link)).collect();
    Ok(Json(PaymentLinkPage { data, has_more }).into_response())
}
