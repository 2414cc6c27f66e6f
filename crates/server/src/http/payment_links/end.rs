//! `POST /v1/payment_links/{id}/end`.

use axum::Json;
use axum::extract::State;
use guichet_core::PaymentLinkId;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::Id;
use crate::http::problem::Problem;

use super::{PaymentLinkView, link_of};

/// End a payment link
///
/// It makes no orders any more, for ever. Orders that were made at it go on: cancel one to stop it. Ending it again
/// changes nothing.
#[utoipa::path(post, path = "/v1/payment_links/{id}/end", tag = "Payment links",
    params(("id" = String, Path, description = "The link's identifier.")),
    responses((status = 200, description = "The link as it is now.", body = PaymentLinkView),
              (status = 404, description = "`not_found`.", body = Problem)))]
pub(crate) async fn end_payment_link(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<PaymentLinkId>,
) -> Result<Json<PaymentLinkView>, Problem> {
    let link = link_of(&app, &caller, id).await?;
    let ended = app.end_payment_link(link.id).await?.unwrap_or(link);
    Ok(Json(PaymentLinkView::new(&app, ended)))
}
