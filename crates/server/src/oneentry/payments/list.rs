//! `GET /payments/sessions`: the customer's own payment sessions, newest first.

use axum::Json;
use axum::extract::State;

use crate::app::App;
use crate::oneentry::paging::{Listed, Paging, count};
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;
use crate::oneentry::trouble::Trouble;

use super::session::Session;

/// A page of them.
pub(super) async fn list_sessions(
    State(app): State<App>,
    signed: SignedIn,
    paging: Paging,
) -> Result<Json<Listed<Session>>, Trouble> {
    let visitor = &signed.visitor;
    let orders = app.store().payments_of(signed.customer.id).await?;
    let total = count(orders.iter().map(|order| order.payments).sum());
    let places = orders.iter().flat_map(|known| (0..known.payments).rev().map(|place| (known.order, place)));
    let mut items = Vec::new();
    let mut own: Option<OwnOrder> = None;
    for (order, place) in paging.part(places) {
        let read = match own.take().filter(|read| read.stored.order.id == order) {
            Some(read) => read,
            None => OwnOrder::of(app.order_of(visitor.merchant, visitor.environment, order)?)?,
        };
        items.extend(Session::at(&app, visitor, &read, place));
        own = Some(read);
    }
    Ok(Json(Listed { items, total }))
}
