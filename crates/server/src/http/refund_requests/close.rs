//! `POST /v1/refund_requests/{number}/close`.

use axum::Json;
use axum::extract::{Path, State};
use guichet_core::Code;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::Sent;
use crate::http::problem::Problem;
use crate::store::RefundStatus;

use super::RefundRequestView;

/// What you decided.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CloseRefundRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseRequest {
    /// `granted`: you pay it back; `declined`: you do not.
    outcome: Outcome,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The merchant pays it back.
    Granted,
    /// The merchant does not.
    Declined,
}

impl From<Outcome> for RefundStatus {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Granted => RefundStatus::Granted,
            Outcome::Declined => RefundStatus::Declined,
        }
    }
}

/// Close a refund request
///
/// It only writes down what you decided: pay the money back at your gateway. Closing it again the same
/// way changes nothing.
#[utoipa::path(post, path = "/v1/refund_requests/{number}/close", tag = "Shop front",
    request_body = CloseRequest, params(("number" = i64, Path, description = "The request's number.")),
    responses((status = 200, description = "The request as it is now.", body = RefundRequestView),
              (status = 404, description = "`not_found`.", body = Problem),
              (status = 409, description = "`refund_request_closed`.", body = Problem)))]
pub(crate) async fn close_refund_request(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<String>,
    sent: Sent,
) -> Result<Json<RefundRequestView>, Problem> {
    let missing = || Problem::not_found("refund request");
    let number: i64 = number.parse().map_err(|_| missing())?;
    let known = app.store().refund_request(caller.merchant, caller.environment, number).await?;
    let known = known.ok_or_else(missing)?;
    let wanted: RefundStatus = sent.json::<CloseRequest>()?.outcome.into();
    let closed = app.close_refund_request(&known, wanted, None).await?.ok_or_else(missing)?;
    if closed.status != wanted {
        let detail = format!("This refund request was {} already.", closed.status.as_str());
        return Err(Problem::new(Code::RefundRequestClosed, detail));
    }
    Ok(Json(RefundRequestView::of(&app, closed).await?))
}
