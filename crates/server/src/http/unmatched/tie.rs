//! `POST /v1/unmatched_notifications/{id}/tie`.

use axum::extract::State;
use axum::response::Response;
use guichet_core::{BadId, Code, OrderId, UnmatchedId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::idempotency::answered;
use crate::http::input::{Id, Sent};
use crate::http::orders::ok;
use crate::http::problem::Problem;
use crate::view::OrderView;

/// The order that the money is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TieRequest {
    /// The order's identifier.
    #[schema(example = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    order: String,
}

/// Tie money for nobody to an order
///
/// The order gets the payment, and the gateway is asked about it. The order is paid only if the gateway says that the
/// money came, and that it fits; otherwise it is held like any other.
#[utoipa::path(post, path = "/v1/unmatched_notifications/{id}/tie", tag = "Payments", request_body = TieRequest,
    params(("id" = String, Path, description = "The notification's identifier.")),
    responses((status = 200, description = "The order as it is now.", body = OrderView),
              (status = 404, description = "`not_found`.", body = Problem),
              (status = 409, description = "`notification_settled`, `notification_account_gone`, `too_many_payments`.", body = Problem),
              (status = 422, description = "`identifier_invalid`.", body = Problem)))]
pub(crate) async fn tie_unmatched(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UnmatchedId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let request: TieRequest = sent.json()?;
    let order: OrderId = request
        .order
        .parse()
        .map_err(|error: BadId| Problem::field("order", Code::IdentifierInvalid, format!("{error}.")))?;
    let row = super::open(&app, &caller, id).await?;
    if !app.registry().snapshot().accounts.contains_key(&row.account) {
        return Err(Problem::new(Code::NotificationAccountGone, Code::NotificationAccountGone.about()));
    }
    let stored = app.tie(&row, order, caller.actor()).await?;
    Ok(answered(ok(&app, &stored)))
}
