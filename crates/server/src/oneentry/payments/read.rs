//! `GET /payments/sessions/{id}`: one of the customer's own payment sessions.

use axum::Json;
use axum::extract::{Path, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;

use super::session::{Session, taken_apart};

/// The session. Whoever reads it waits for it, so its payment is checked often for a while.
pub(super) async fn read_session(
    State(front): State<Front>,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Session>, FrontError> {
    let missing = || FrontError::not_found("Session");
    let (order, index) = id.parse().ok().and_then(taken_apart).ok_or_else(missing)?;
    let mut own = OwnOrder::find(&front, &signed, order)
        .await
        .map_err(|trouble| if trouble.status == http::StatusCode::NOT_FOUND { missing() } else { trouble })?;
    own.stored = front.attend(own.stored).await;
    Session::at(&front, &signed.visitor, &own, index).map(Json).ok_or_else(missing)
}
