//! `GET /v1/unmatched_notifications`: newest first, page by page.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guichet_core::Code;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::{App, NotificationView};
use crate::http::caller::Caller;
use crate::http::input::Query;
use crate::http::paged::{cursor, cut, page_size};
use crate::http::problem::Problem;
use crate::store::UnmatchedStatus;

/// Which notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// `open`, which wait for you and are what is listed otherwise, `tied` or `dismissed`.
    status: Option<String>,
    /// The identifier of the last notification of the page before.
    cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    limit: Option<i64>,
}

/// A page of notifications.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnmatchedNotificationPage)]
pub(crate) struct UnmatchedPage<'a> {
    /// The notifications, newest first.
    data: Vec<NotificationView<'a>>,
    /// Whether there are older ones: ask again with `cursor` set to the last identifier.
    has_more: bool,
}

/// List money for nobody
///
/// What gateways told of payments that no order has, as happens once a backup was restored: they were opened since. Tie
/// each to the order that it is for, or dismiss it once you have dealt with the money.
#[utoipa::path(get, path = "/v1/unmatched_notifications", tag = "Payments", params(Wanted),
    responses((status = 200, description = "A page of notifications.", body = UnmatchedPage),
              (status = 422, description = "`query_invalid`, `limit_out_of_range`, `cursor_invalid`, `status_unknown`.", body = Problem)))]
pub(crate) async fn list_unmatched(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let size = page_size(wanted.limit)?;
    let status = match wanted.status.as_deref() {
        None => UnmatchedStatus::Open,
        Some(word) => UnmatchedStatus::of(word).ok_or_else(|| {
            let words = UnmatchedStatus::ALL.map(UnmatchedStatus::as_str).join(", ");
            Problem::field("status", Code::StatusUnknown, format!("status must be one of {words}."))
        })?,
    };
    let before = cursor(wanted.cursor.as_deref(), "a notification")?;
    let (merchant, environment) = (caller.merchant, caller.environment);
    let mut found = app.store().unmatched_page(merchant, environment, status, before, size + 1).await?;
    let has_more = cut(&mut found, size);
    let data = found.iter().map(NotificationView::from).collect();
    Ok(Json(UnmatchedPage { data, has_more }).into_response())
}
