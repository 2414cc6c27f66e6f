//! `PUT /orders-storage/marker/{marker}/orders/{id}`: changes an order that waits for money, or cancels it.

use axum::Json;
use axum::extract::{Path, State};
use guichet_core::Event;

use crate::oneentry::body::Body;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;
use crate::oneentry::way_to_pay;

use super::asked_status::{AskedStatus, cancel};
use super::entity::BaseOrder;
use super::storage_of;
use super::terms::OrderBody;

/// How long an order's journal may be when its customer changes it once more.
const MOST_ENTRIES: i64 = 100;

/// The order as it is now. What is left out stays; products that are sent are priced anew.
pub(super) async fn change_order(
    State(front): State<Front>,
    signed: SignedIn,
    Path((marker, id)): Path<(String, String)>,
    Body(data): Body<OrderBody>,
) -> Result<Json<BaseOrder>, FrontError> {
    let visitor = &signed.visitor;
    let (_, storage) = storage_of(visitor, &marker)?;
    let own = OwnOrder::in_storage(&front, &signed, &marker, &id).await?;
    match AskedStatus::read(&data.status_identifier, storage, &own.stored.order.state)? {
        AskedStatus::Present => {}
        // What else is sent is the order as the front has it; of a cancelled one nothing is changed any more.
        AskedStatus::Cancelled => {
            let own = cancel(&front, &signed, own).await?;
            return Ok(Json(BaseOrder::of(visitor, storage, &own)));
        }
    }
    if own.stored.order.state.is_waiting() && own.stored.entries >= MOST_ENTRIES {
        return Err(FrontError::bad_request("This order was changed too often; make a new one"));
    }
    let asked = data.read(&front, &signed, storage, Some(&own)).await?;
    let terms = asked.terms(&front, own.notes.number)?;
    way_to_pay::gateway_accounts(&front, visitor, asked.way, &terms)?;
    let event = Event::RevisionRequested { terms: Box::new(terms), actor: signed.actor() };
    let applied = front.apply_to(own.stored, &event, None).await?;
    Ok(Json(BaseOrder::of(visitor, storage, &OwnOrder::of(applied.stored)?)))
}
