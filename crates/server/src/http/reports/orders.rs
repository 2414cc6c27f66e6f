//! `GET /v1/reports/orders`: the orders as a file of comma-separated values, however many there are.

use axum::extract::State;
use axum::response::Response;
use guichet_core::Code;
use http::{HeaderMap, header};

use crate::app::App;
use crate::export::{Format, file, of_orders};
use crate::http::caller::Caller;
use crate::http::input::Query;
use crate::http::orders::list::Wanted;
use crate::http::problem::Problem;
use crate::pages::Language;

/// Export orders
///
/// All orders that the parameters narrow the list to, newest first, as CSV: a line for each, with its payment, fee, refunds and what is
/// left. It is in English, with `,` and a decimal point, unless `Accept-Language` asks for `fr` or `ar`, which have `;` and a decimal
/// comma. `limit` is not taken: the file has them all.
#[utoipa::path(get, path = "/v1/reports/orders", tag = "Reports",
    params(Wanted, ("Accept-Language" = Option<String>, Header, description = "`en`, `fr` or `ar`.")),
    responses(
        (status = 200, description = "The orders.", body = String, content_type = "text/csv"),
        (status = 422, description = "`query_invalid`, `limit_out_of_range`, `cursor_invalid`, `status_unknown`, `time_invalid`, `gateway_unknown`, `account_unknown`, `currency_unknown`, `search_invalid`.", body = Problem),
    ))]
pub(crate) async fn export_orders(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    if wanted.limit.is_some() {
        let rule = "limit is not taken here: the file has all orders; leave it out.";
        return Err(Problem::field("limit", Code::LimitOutOfRange, rule));
    }
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = accepted.map_or(Language::En, Language::from_accept_language);
    let scope = [(caller.merchant, caller.environment)];
    let narrowed = wanted.narrowing().read(&app.registry().snapshot(), &scope)?;
    let table = of_orders(&app, narrowed, wanted.before()?, language);
    Ok(file(table, Format::Csv, "orders").await?)
}
