//! `POST /v1/deliveries/{id}/resend`: send it again now.

use axum::Json;
use axum::extract::State;
use guichet_core::{Code, DeliveryId};

use crate::app::{App, Error};
use crate::http::caller::Caller;
use crate::http::input::Id;
use crate::http::problem::Problem;
use crate::store::send_again;

use super::DeliveryView;

/// Resend a delivery
///
/// It is sent with the same `webhook-id`, so the shop can tell that it is the same event.
#[utoipa::path(post, path = "/v1/deliveries/{id}/resend", tag = "Webhooks",
    params(("id" = String, Path, description = "The delivery's identifier.")),
    responses((status = 202, description = "It is due now.", body = DeliveryView),
              (status = 404, description = "`not_found`.", body = Problem),
              (status = 409, description = "`target_not_in_use`.", body = Problem)))]
pub(crate) async fn resend_delivery(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<DeliveryId>,
) -> Result<(http::StatusCode, Json<DeliveryView>), Problem> {
    let missing = || Problem::not_found("delivery");
    let Some(row) = app.store().delivery(id).await? else {
        return Err(match app.store().may_be_archived(id).await? {
            true => Problem::new(
                Code::NotFound,
                "There is no such delivery for this key; it may be one that the operator has archived, and such a one is \
                 not sent again.",
            ),
            false => missing(),
        });
    };
    let order = row.delivery.subject.order().ok_or_else(missing)?;
    app.order_of(caller.merchant, caller.environment, order).await.map_err(|_| missing())?;
    app.registry().refresh().await?;
    if let Some(why) = app.registry().snapshot().why_not_sent(row.delivery.target) {
        return Err(Problem::new(Code::TargetNotInUse, format!("It cannot be sent again: {why}.")));
    }
    let again = send_again(&row.delivery, app.clock().now_ms());
    app.store().commit(vec![again]).await.map_err(Error::from)?;
    app.signals().deliveries.wake((row.delivery.target, row.delivery.subject.shard()));
    let row = app.store().delivery(id).await?.ok_or_else(missing)?;
    let attempts = app.store().attempts(&row.delivery).await?;
    Ok((http::StatusCode::ACCEPTED, Json(DeliveryView::new(&row, attempts))))
}
