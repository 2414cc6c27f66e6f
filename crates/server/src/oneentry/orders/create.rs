//! `POST /orders-storage/marker/{marker}/orders`: makes an order.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use guichet_core::{NewOrder, OrderState};
use http::StatusCode;

use crate::app::{Attachment, Error};
use crate::oneentry::body::Body;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;
use crate::oneentry::way_to_pay;
use crate::random;
use crate::store::{NumberKind, PurchaseRow, Stored, Write, insert_purchase};

use super::asked_status::AskedStatus;
use super::entity::BaseOrder;
use super::storage_of;
use super::terms::{Asked, OrderBody};

/// How many numbers are tried: the shop may have given a reference that looks like ours.
const TRIES: usize = 16;

/// How many orders of one customer may wait for money at once.
const MOST_WAITING: i64 = 50;

/// The order, with 201. Nothing is opened yet: that is what a payment session is for.
pub(super) async fn create_order(
    State(front): State<Front>,
    signed: SignedIn,
    Path(marker): Path<String>,
    Body(data): Body<OrderBody>,
) -> Result<(StatusCode, Json<BaseOrder>), FrontError> {
    let visitor = &signed.visitor;
    let (_, storage) = storage_of(visitor, &marker)?;
    if AskedStatus::read(&data.status_identifier, storage, &OrderState::Pending)? != AskedStatus::Present {
        return Err(FrontError::bad_request("A new order waits for money; leave statusIdentifier out"));
    }
    let asked = data.read(&front, &signed, storage, None).await?;
    if front.store().count_waiting(signed.customer.id, MOST_WAITING).await? >= MOST_WAITING {
        return Err(too_many_wait());
    }
    // A number is taken only once nothing speaks against the order any more.
    let accounts = way_to_pay::gateway_accounts(&front, visitor, asked.way, &asked.terms(&front, 0)?)?;
    let life_ms = accounts.first().and_then(|account| account.order_life_ms);
    let own = create(&front, &signed, &storage.identifier, &asked, life_ms).await?;
    Ok((StatusCode::CREATED, Json(BaseOrder::of(visitor, storage, &own))))
}

fn too_many_wait() -> FrontError {
    let message =
        format!("{MOST_WAITING} of your orders wait to be paid; pay one, or wait until one expires");
    FrontError { retry_after_s: Some(60), ..FrontError::new(StatusCode::TOO_MANY_REQUESTS, message) }
}

async fn create(
    front: &Front,
    signed: &SignedIn,
    storage: &str,
    asked: &Asked<'_>,
    life_ms: Option<i64>,
) -> Result<OwnOrder, FrontError> {
    let (merchant, environment) = (signed.visitor.merchant, signed.visitor.environment);
    for _ in 0..TRIES {
        let number = front.next_number(merchant, environment, NumberKind::Purchase).await?;
        let new = NewOrder {
            id: front.new_order_id(),
            merchant,
            environment,
            terms: Arc::new(asked.terms(front, number)?.given(life_ms, front.clock().now_ms())),
            actor: signed.actor(),
        };
        let purchase = PurchaseRow {
            merchant,
            environment,
            number,
            customer: signed.customer.id,
            storage: storage.to_owned(),
            order: new.id,
        };
        let fingerprint = random::content_fingerprint(new.id.to_string().as_bytes());
        match front.create(new, None, &fingerprint, Some(&purchase)).await {
            Ok(placed) => return Ok(OwnOrder::of(placed.stored)?),
            Err(Error::ReferenceTaken) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::ReferenceTaken.into())
}

/// The row that ties a new order to its customer and its number.
impl Attachment for PurchaseRow {
    fn writes(&self, _: &Stored) -> Vec<Write> {
        vec![insert_purchase(self)]
    }
}
