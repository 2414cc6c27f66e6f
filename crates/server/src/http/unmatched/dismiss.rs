//! `POST /v1/unmatched_notifications/{id}/dismiss`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use guichet_core::UnmatchedId;

use crate::app::{App, NotificationView};
use crate::http::caller::Caller;
use crate::http::input::Id;
use crate::http::problem::Problem;
use crate::store::UnmatchedStatus;

/// Dismiss money for nobody
///
/// You have dealt with the money elsewhere: paid it back, for instance, or found that it is another program's that uses
/// the account. Dismissing it again changes nothing.
#[utoipa::path(post, path = "/v1/unmatched_notifications/{id}/dismiss", tag = "Payments",
    params(("id" = String, Path, description = "The notification's identifier.")),
    responses((status = 200, description = "The notification as it is now.", body = NotificationView),
              (status = 404, description = "`not_found`.", body = Problem),
              (status = 409, description = "`notification_settled`: it was tied to an order.", body = Problem)))]
pub(crate) async fn dismiss_unmatched(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UnmatchedId>,
) -> Result<Response, Problem> {
    if super::known(&app, &caller, id).await?.status != UnmatchedStatus::Dismissed {
        app.dismiss(&super::open(&app, &caller, id).await?, &caller.actor()).await?;
    }
    let row = super::known(&app, &caller, id).await?;
    Ok(Json(NotificationView::from(&row)).into_response())
}
