//! `GET /payments/sessions/order/{order}`: the payment session of one of the customer's own orders.

use axum::Json;
use axum::extract::{Path, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;

use super::session::Session;

/// The paying session once the order is paid, otherwise the newest.
pub(super) async fn session_of_order(
    State(front): State<Front>,
    signed: SignedIn,
    Path(order): Path<String>,
) -> Result<Json<Session>, FrontError> {
    let mut own = OwnOrder::named(&front, &signed, &order).await?;
    own.stored = front.attend(own.stored).await;
    let session = Session::current(&front, &signed.visitor, &own);
    session.map(Json).ok_or_else(|| FrontError::not_found("Session"))
}
