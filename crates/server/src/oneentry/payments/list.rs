//! `GET /payments/sessions`: the customer's own payment sessions, newest first.

use axum::Json;
use axum::extract::State;

use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::paging::{Listed, Paging, count};
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;
use crate::store::PaymentCount;

use super::session::Session;

/// A page of them.
pub(super) async fn list_sessions(
    State(front): State<Front>,
    signed: SignedIn,
    paging: Paging,
) -> Result<Json<Listed<Session>>, FrontError> {
    let visitor = &signed.visitor;
    let orders = front.store().payments_of(signed.customer.id).await?;
    let total = count(orders.iter().map(|order| order.payments).sum());
    // The newest payment of each order first.
    let each = |known: PaymentCount| (0..known.payments).rev().map(move |index| (known.order, index));
    let payments = orders.into_iter().flat_map(each);
    let mut items = Vec::new();
    let mut own: Option<OwnOrder> = None;
    for (order, index) in paging.part(payments) {
        let read = match own.take().filter(|read| read.stored.order.id == order) {
            Some(read) => read,
            None => OwnOrder::of(front.order_of(visitor.merchant, visitor.environment, order).await?)?,
        };
        items.extend(Session::at(&front, visitor, &read, index));
        own = Some(read);
    }
    Ok(Json(Listed { items, total }))
}
