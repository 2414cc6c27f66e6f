//! `POST /v1/reports/days/{date}/close`: the day's sums stay as they are.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use guichet_core::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::book::{BookDay, Day, NotClosed, close};
use crate::clock::rfc3339;
use crate::fields::line;
use crate::http::caller::Caller;
use crate::http::input::Sent;
use crate::http::problem::Problem;
use crate::view::BookLineView;

use super::days::{day, lines, written};

/// The longest note, in characters.
const MOST_NOTE: usize = 500;

/// What is written to a day that is closed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = CloseDayRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseRequest {
    /// What you found, at most 500 characters.
    #[schema(max_length = 500, example = "Agrees with statement 2026-11-30.")]
    note: Option<String>,
}

/// A day that is closed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClosedDay)]
pub(crate) struct ClosedDayView {
    /// The day.
    #[schema(example = "2026-01-31")]
    day: String,
    /// When it was closed.
    #[schema(format = DateTime, example = "2026-02-01T08:00:00Z")]
    closed_at: String,
    /// Its lines, as they were closed.
    data: Vec<BookLineView>,
}

/// Close a day
///
/// The day's sums stay as they are now; what its orders change later is told as a correction. A day can be closed once, when it is over
/// in your shop's time zone, and is not opened again. The body may be left out.
#[utoipa::path(post, path = "/v1/reports/days/{date}/close", tag = "Reports", request_body = Option<CloseRequest>,
    params(("date" = String, Path, description = "The day, such as `2026-01-31`.")),
    responses((status = 200, description = "The day as it was closed.", body = ClosedDayView),
              (status = 409, description = "`day_not_over`, `day_closed`.", body = Problem),
              (status = 422, description = "`day_invalid`, `text_length`, `text_control_character`.", body = Problem)))]
pub(crate) async fn close_the_day(
    State(app): State<App>,
    caller: Caller,
    date: Result<Path<String>, PathRejection>,
    sent: Sent,
) -> Result<Response, Problem> {
    let Path(date) = date.map_err(|_| Problem::not_found("day"))?;
    let day = day("date", &date)?;
    let request: CloseRequest = if sent.body.is_empty() { CloseRequest::default() } else { sent.json()? };
    let note =
        request.note.as_deref().map(|note| line("note", note, MOST_NOTE)).transpose()?.unwrap_or_default();
    let snapshot = app.registry().snapshot();
    let zones = snapshot.merchants.get(&caller.merchant).map(|merchant| merchant.zones.clone());
    let by = caller.key().to_string();
    let wanted = Day { merchant: caller.merchant, environment: caller.environment, day };
    let now_ms = app.clock().now_ms();
    let closed = close(app.store(), wanted, (&zones.unwrap_or_default(), now_ms), (&by, &note)).await?;
    let closed_at = rfc3339(closed.at_ms);
    let data = lines(&snapshot, &BookDay { present: closed.lines.clone(), closed: Some(closed) });
    Ok(Json(ClosedDayView { day: written(day), closed_at, data }).into_response())
}

impl From<NotClosed> for Problem {
    fn from(error: NotClosed) -> Self {
        let code = match error {
            NotClosed::NotOver => Code::DayNotOver,
            NotClosed::Already => Code::DayClosed,
            NotClosed::Commit(error) => return crate::app::Error::from(error).into(),
        };
        Problem::new(code, code.about())
    }
}
