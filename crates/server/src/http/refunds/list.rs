//! `GET /v1/refunds`: newest first, page by page.

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
use crate::view::ListedRefundView;

/// Which refunds.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The identifier of the last refund of the page before.
    cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    limit: Option<i64>,
}

/// A page of refunds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundPage<'a> {
    /// The refunds, newest first.
    data: Vec<ListedRefundView<'a>>,
    /// Whether there are older ones: ask again with `cursor` set to the last identifier.
    has_more: bool,
}

/// List refunds
///
/// Everything that was recorded as having gone back, newest first, withdrawn records among it.
#[utoipa::path(get, path = "/v1/refunds", tag = "Refunds", params(Wanted),
    responses((status = 200, description = "A page of refunds.", body = RefundPage),
              (status = 422, description = "`query_invalid`, `limit_out_of_range`, `cursor_invalid`.", body = Problem)))]
pub(crate) async fn list_refunds(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let size = page_size(wanted.limit)?;
    let before = cursor(wanted.cursor.as_deref(), "a refund")?;
    let mut found = app.store().refunds(caller.merchant, caller.environment, before, size + 1).await?;
    let has_more = cut(&mut found, size);
    let listed = found.iter().map(|(refund, stored)| ListedRefundView::new(&stored.order, refund));
    Ok(Json(RefundPage { data: listed.collect(), has_more }).into_response())
}
