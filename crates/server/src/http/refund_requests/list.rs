//! `GET /v1/refund_requests`: newest first, page by page.

use axum::Json;
use axum::extract::State;
use guichet_core::Code;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::Query;
use crate::http::paged::{cut, page_size};
use crate::http::problem::Problem;
use crate::store::RefundStatus;

use super::RefundRequestView;

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Only this status: `requested`, `cancelled`, `granted` or `declined`.
    status: Option<String>,
    /// The number of the last request of the page before.
    cursor: Option<i64>,
    /// How many: 1 to 100, otherwise 20.
    limit: Option<i64>,
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundRequestPage {
    /// The requests, newest first.
    data: Vec<RefundRequestView>,
    /// Whether there are older ones: ask again with `cursor` set to the last number.
    has_more: bool,
}

/// List refund requests
///
/// What customers of a front ask to have paid back, newest first.
#[utoipa::path(get, path = "/v1/refund_requests", tag = "Shop front", params(Wanted),
    responses((status = 200, description = "A page of refund requests.", body = RefundRequestPage),
              (status = 422, description = "`query_invalid`, `limit_out_of_range`, `status_unknown`.", body = Problem)))]
pub(crate) async fn list_refund_requests(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<RefundRequestPage>, Problem> {
    let size = page_size(wanted.limit)?;
    let status = wanted.status.as_deref().map(|word| {
        RefundStatus::of(word).ok_or_else(|| {
            let words = RefundStatus::ALL.map(RefundStatus::as_str).join(", ");
            Problem::field("status", Code::StatusUnknown, format!("status must be one of {words}."))
        })
    });
    let (status, before) = (status.transpose()?, wanted.cursor.unwrap_or(i64::MAX));
    let (merchant, environment) = (caller.merchant, caller.environment);
    let mut found = app.store().refund_requests(merchant, environment, status, before, size + 1).await?;
    let has_more = cut(&mut found, size);
    let mut data = Vec::with_capacity(found.len());
    for row in found {
        data.push(RefundRequestView::of(&app, row).await?);
    }
    Ok(Json(RefundRequestPage { data, has_more }))
}
