//! `POST /orders/{id}/refund`: asks for products of a paid order to be paid back.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::catalogue::Bought;
use crate::oneentry::body::Body;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;
use crate::store::{
    CommitError, Guard, HowMany, NumberKind, RefundRow, RefundStatus, Returned, insert_refund_request,
};

use super::bought;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 1000;

/// The most requests that are ever made for one order.
const MOST_REQUESTS: usize = 20;

/// OneEntry's `ICreateRefundRequest`.
#[derive(Debug, Deserialize)]
pub(super) struct RefundBody {
    products: Map<String, Value>,
    note: Option<String>,
}

/// `true`, with 201. An order has one open request at a time.
pub(super) async fn create_refund(
    State(front): State<Front>,
    signed: SignedIn,
    Path(id): Path<String>,
    Body(data): Body<RefundBody>,
) -> Result<(StatusCode, Json<bool>), FrontError> {
    let (merchant, environment) = (signed.visitor.merchant, signed.visitor.environment);
    let own = OwnOrder::named(&front, &signed, &id).await?;
    if !own.stored.order.state.is_paid() {
        return Err(FrontError::bad_request("This order is not paid, so there is nothing to pay back"));
    }
    let note = note(data.note)?;
    let products = returned(&data.products)?;
    let known = front.store().refund_requests_of(own.stored.order.id).await?;
    if known.iter().any(|refund| refund.status == RefundStatus::Requested) {
        return Err(one_is_open());
    }
    if known.len() >= MOST_REQUESTS {
        return Err(FrontError::bad_request(
            "Too many refund requests were made for this order; write to the shop",
        ));
    }
    let amount_minor = amount(&own.notes.products, &known, &products)?;
    let row = RefundRow {
        merchant,
        environment,
        number: front.next_number(merchant, environment, NumberKind::RefundRequest).await?,
        order: own.stored.order.id,
        customer: Some(signed.customer.id),
        products,
        note,
        amount_minor,
        status: RefundStatus::Requested,
        created_at_ms: front.clock().now_ms(),
        closed_at_ms: None,
    };
    match front.store().commit(vec![insert_refund_request(&row, known.len())]).await {
        Ok(()) => {}
        // Another request was faster.
        Err(CommitError::Conflict(Guard::Row)) => return Err(one_is_open()),
        Err(error) => return Err(error.into()),
    }
    tracing::info!(order = %own.stored.order.id, refund_request = row.number, "a customer asks for a refund");
    Ok((StatusCode::CREATED, Json(true)))
}

fn one_is_open() -> FrontError {
    FrontError::bad_request("A refund request of this order is open already; wait for the shop, or cancel it")
}

fn note(sent: Option<String>) -> Result<String, FrontError> {
    let note = sent.unwrap_or_default().trim().to_owned();
    let strange = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if note.chars().count() > LONGEST_NOTE || note.chars().any(strange) {
        let rule = format!("note must be a text of at most {LONGEST_NOTE} characters");
        return Err(FrontError::bad_request(rule));
    }
    Ok(note)
}

/// Products by number, each with how many.
fn returned(sent: &Map<String, Value>) -> Result<Returned, FrontError> {
    let wrong = |key: &str| {
        let key: String = key.chars().take(20).collect();
        FrontError::bad_request(format!(
            "products must be like {{\"146\":{{\"quantity\":1}}}}; see what stands under \"{key}\""
        ))
    };
    let mut products = Returned::new();
    for (key, value) in sent {
        let id = key.parse::<i64>().ok().filter(|id| id.to_string() == *key);
        let quantity = value.get("quantity").and_then(Value::as_i64).filter(|quantity| *quantity > 0);
        let (id, quantity) = id.zip(quantity).ok_or_else(|| wrong(key))?;
        products.insert(id, HowMany { quantity });
    }
    if products.is_empty() {
        return Err(FrontError::bad_request("products names nothing to give back"));
    }
    Ok(products)
}

/// What the products cost when they were bought.
fn amount(products: &[Bought], known: &[RefundRow], wanted: &Returned) -> Result<i64, FrontError> {
    let granted = known.iter().filter(|refund| refund.status == RefundStatus::Granted);
    let given_back = |id: &i64| -> i64 {
        granted.clone().filter_map(|refund| refund.products.get(id)).map(|many| many.quantity).sum()
    };
    let mut sum = 0_i64;
    for (id, many) in wanted {
        let (quantity, price) = bought(products, *id)
            .ok_or_else(|| FrontError::bad_request(format!("Product {id} is not in this order")))?;
        let left = quantity - given_back(id);
        if many.quantity > left {
            let rule = format!("Of product {id}, {left} can be given back, not {}", many.quantity);
            return Err(FrontError::bad_request(rule));
        }
        // No more than was bought, so no more than the order's total.
        sum += price * many.quantity;
    }
    if sum == 0 {
        return Err(FrontError::bad_request("Nothing was paid for these products"));
    }
    Ok(sum)
}
