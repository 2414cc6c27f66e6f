//! `GET /v1/payment_links/{id}`.

use axum::Json;
use axum::extract::State;
use guichet_core::PaymentLinkId;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::Id;
use crate::http::problem::Problem;

use super::{PaymentLinkView, link_of};

/// Read a payment link
///
/// The link as it is now. Its orders are `GET /v1/orders?payment_link=…`.
#[utoipa::path(get, path = "/v1/payment_links/{id}", tag = "Payment links",
    params(("id" = String, Path, description = "The link's identifier.")),
    responses((status = 200, description = "The link.", body = PaymentLinkView),
              (status = 404, description = "`not_found`.", body = Problem)))]
pub(crate) async fn read_payment_link(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<PaymentLinkId>,
) -> Result<Json<PaymentLinkView>, Problem> {
    Ok(Json(PaymentLinkView::new(&app, link_of(&app, &caller, id).await?)))
}
