//! `GET /v1/orders`: newest first, page by page.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guichet_core::{Code, OrderId, OrderState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::Query;
use crate::http::problem::Problem;
use crate::store::OrderFilter;
use crate::view::OrderView;

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Only this status.
    status: Option<String>,
    /// Only orders with money that does not fit and waits for you: `true`.
    needs_you: Option<bool>,
    /// Only orders made at or after this moment: RFC 3339.
    created_after: Option<String>,
    /// The order whose reference is exactly this.
    reference: Option<String>,
    /// The identifier of the last order of the page before.
    cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    limit: Option<i64>,
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderPage<'a> {
    /// The orders, newest first.
    data: Vec<OrderView<'a>>,
    /// Whether there are older ones: ask again with `cursor` set to the last identifier.
    has_more: bool,
}

/// The size of a page, within its bounds.
pub(crate) fn page_size(limit: Option<i64>) -> Result<i64, Problem> {
    match limit.unwrap_or(20) {
        size @ 1..=100 => Ok(size),
        _ => Err(Problem::field("limit", Code::LimitOutOfRange, "limit must be 1 to 100.")),
    }
}

/// List orders
#[utoipa::path(get, path = "/v1/orders", tag = "Orders", params(Wanted),
    responses(
        (status = 200, description = "A page of orders.", body = OrderPage),
        (status = 422, description = "`query_invalid`, `limit_out_of_range`, `cursor_invalid`, `status_unknown`, `time_invalid`.", body = Problem),
    ))]
pub(crate) async fn list_orders(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let size = page_size(wanted.limit)?;
    if let Some(reference) = &wanted.reference {
        let found = app.store().order_of_reference(caller.merchant, caller.environment, reference).await?;
        let order = match found {
            Some((id, _)) => Some(app.order_of(caller.merchant, caller.environment, id).await?),
            None => None,
        };
        let data = order.iter().map(|stored| app.view(stored)).collect();
        return Ok(Json(OrderPage { data, has_more: false }).into_response());
    }
    let filter = wanted.filter(size + 1)?;
    let mut found = app.store().orders(caller.merchant, caller.environment, filter).await?;
    let has_more = found.len() > usize::try_from(size).unwrap_or(usize::MAX);
    if has_more {
        found.pop();
    }
    let data = found.iter().map(|stored| app.view(stored)).collect();
    Ok(Json(OrderPage { data, has_more }).into_response())
}

impl Wanted {
    fn filter(self, limit: i64) -> Result<OrderFilter, Problem> {
        if self.status.as_ref().is_some_and(|status| !OrderState::STATUSES.contains(&status.as_str())) {
            let rule = format!("status must be one of {}.", OrderState::STATUSES.join(", "));
            return Err(Problem::field("status", Code::StatusUnknown, rule));
        }
        let before: Option<OrderId> = self.cursor.map(|cursor| cursor.parse()).transpose().map_err(|_| {
            Problem::field(
                "cursor",
                Code::CursorInvalid,
                "cursor must be the identifier of an order of the page before.",
            )
        })?;
        let created_after_ms = self.created_after.map(|text| text.parse::<jiff::Timestamp>()).transpose();
        let created_after_ms = created_after_ms.map_err(|_| {
            Problem::field(
                "created_after",
                Code::TimeInvalid,
                "created_after must be RFC 3339, such as 2026-11-22T10:00:00Z.",
            )
        })?;
        Ok(OrderFilter {
            status: self.status,
            needing_you: self.needs_you.unwrap_or(false),
            created_after_ms: created_after_ms.map(jiff::Timestamp::as_millisecond),
            before,
            limit,
        })
    }
}
