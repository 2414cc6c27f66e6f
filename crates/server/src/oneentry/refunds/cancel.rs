//! `DELETE /orders/{id}/refund`: the customer takes the open request back.

use axum::Json;
use axum::extract::{Path, State};

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;
use crate::store::{CommitError, Guard, RefundStatus, close_refund_request};

/// `true`.
pub(super) async fn cancel_refund(
    State(front): State<Front>,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<bool>, FrontError> {
    let own = OwnOrder::named(&front, &signed, &id).await?;
    let known = front.store().refund_requests_of(own.stored.order.id).await?;
    let open = known.iter().find(|refund| refund.status == RefundStatus::Requested);
    let none = || FrontError::not_found("Open refund request");
    let refund = open.ok_or_else(none)?;
    let close = close_refund_request(refund, RefundStatus::Cancelled, front.clock().now_ms());
    match front.store().commit(vec![close]).await {
        Ok(()) => Ok(Json(true)),
        // The merchant has closed it meanwhile.
        Err(CommitError::Conflict(Guard::Row)) => Err(none()),
        Err(error) => Err(error.into()),
    }
}
