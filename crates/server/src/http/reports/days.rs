//! `GET /v1/reports/days`: the book, a line for each day, gateway account and currency.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guichet_core::{Code, Line, Sums};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::book::{BookDay, days};
use crate::http::caller::Caller;
use crate::http::input::Query;
use crate::http::problem::Problem;
use crate::registry::Snapshot;
use crate::view::BookLineView;
use crate::zones::{date_of, number_of};

/// The most days that are told at once: a leap year.
const MOST_DAYS: i64 = 366;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The first day, in your shop's time zone, such as `2026-01-01`; 30 days ago when left out.
    from: Option<String>,
    /// The last day; today when left out. At most 366 days are told at once.
    to: Option<String>,
}

/// The book of some days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookPage {
    /// The first day that is told.
    #[schema(example = "2026-01-01")]
    from: String,
    /// The last one.
    #[schema(example = "2026-01-31")]
    to: String,
    /// The lines, by day, gateway, account and currency. A line in which nothing stands and nothing was
    /// corrected is left out.
    data: Vec<BookLineView>,
}

/// Read the book
///
/// What came and went on each day, at each gateway account, in each currency. The sums are kept with what they sum up, so that
/// they are right at any moment and cost the same however many orders there are. A line of a closed day says so, and what its orders
/// changed since.
#[utoipa::path(get, path = "/v1/reports/days", tag = "Reports", params(Wanted),
    responses((status = 200, description = "The lines of these days.", body = BookPage),
              (status = 422, description = "`query_invalid`, `day_invalid`.", body = Problem)))]
pub(crate) async fn read_days(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let snapshot = app.registry().snapshot();
    let zones = snapshot.merchants.get(&caller.merchant).map(|merchant| merchant.zones.clone());
    let today = zones.unwrap_or_default().day_of(app.clock().now_ms());
    let last = wanted.to.as_deref().map(|text| day("to", text)).transpose()?.unwrap_or(today);
    let first = wanted.from.as_deref().map(|text| day("from", text)).transpose()?.unwrap_or(last - 30);
    if first > last || last - first >= MOST_DAYS {
        let rule = format!("from must not be after to, and there are at most {MOST_DAYS} days between them.");
        return Err(Problem::field("from", Code::DayInvalid, rule));
    }
    let book = days(app.store(), caller.merchant, caller.environment, (first, last)).await?;
    let data: Vec<BookLineView> = book.values().flat_map(|day| lines(&snapshot, day)).collect();
    let page = BookPage { from: written(first), to: written(last), data };
    Ok(Json(page).into_response())
}

/// The lines of a day, by gateway, account and currency.
pub(super) fn lines(snapshot: &Snapshot, day: &BookDay) -> Vec<BookLineView> {
    let mut lines: Vec<(Line, (Sums, Option<Sums>))> = day.lines().into_iter().collect();
    lines.sort_by(|(one, _), (other, _)| {
        (&one.gateway, one.account, one.currency).cmp(&(&other.gateway, other.account, other.currency))
    });
    let view = |(line, (sums, later)): (Line, (Sums, Option<Sums>))| {
        let named = snapshot.accounts.get(&line.account).map(|account| account.name.clone());
        let view = BookLineView::new(&line, sums, named);
        if day.closed.is_some() { view.closed(&line, later) } else { view }
    };
    lines.into_iter().map(view).collect()
}

/// The number of a day as it is written.
pub(super) fn day(field: &'static str, text: &str) -> Result<i64, Problem> {
    text.parse::<Date>().map(number_of).map_err(|_| {
        Problem::field(field, Code::DayInvalid, format!("{field} must be a day such as 2026-01-31."))
    })
}

pub(super) fn written(day: i64) -> String {
    date_of(day).map(|date| date.to_string()).unwrap_or_default()
}
