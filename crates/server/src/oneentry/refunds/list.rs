//! `GET /orders/{id}/refund`: what was asked back of one of the customer's own orders.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::catalogue::marked;
use crate::clock::rfc3339;
use crate::oneentry::amount::number;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;
use crate::store::{RefundRow, Returned};

/// OneEntry's `IRefundRequest`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefundEntity {
    id: i64,
    created_date: String,
    status: &'static str,
    amount: Box<RawValue>,
    note: String,
    products: Returned,
    order_id: i64,
    order_storage_id: i64,
    user_id: i64,
    order_storage: Named,
    user: Named,
}

#[derive(Debug, Serialize)]
struct Named {
    id: i64,
    identifier: String,
}

/// All of them, oldest first.
pub(super) async fn list_refunds(
    State(front): State<Front>,
    signed: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Vec<RefundEntity>>, FrontError> {
    let visitor = &signed.visitor;
    let own = OwnOrder::named(&front, &signed, &id).await?;
    let storage = marked(&visitor.project.storages, &own.notes.storage).map_or(0, |(id, _)| id);
    let known = front.store().refund_requests_of(own.stored.order.id).await?;
    let entity = |refund: RefundRow| RefundEntity {
        id: refund.number,
        created_date: rfc3339(refund.created_at_ms),
        status: refund.status.as_str(),
        amount: number(own.money(refund.amount_minor)),
        note: refund.note,
        products: refund.products,
        order_id: own.notes.number,
        order_storage_id: storage,
        user_id: signed.customer.number,
        order_storage: Named { id: storage, identifier: own.notes.storage.clone() },
        user: Named { id: signed.customer.number, identifier: signed.customer.identifier.clone() },
    };
    Ok(Json(known.into_iter().map(entity).collect()))
}
