//! `POST /payments/sessions`: opens a payment of an order, or gives the one that is open.

use axum::Json;
use axum::extract::State;
use guichet_core::{AccountId, FailureReason, Payment, PaymentState, Refusal};
use http::StatusCode;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::app::Error;
use crate::catalogue::marked;
use crate::oneentry::body::Body;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::purchase::OwnOrder;
use crate::oneentry::signed_in::SignedIn;
use crate::oneentry::way_to_pay;

use super::session::Session;

/// How long a twin of this request is waited for that is opening the payment, in ms.
const PATIENCE_MS: i64 = 10_000;

/// How often it is looked whether it has, in ms.
const STEP_MS: i64 = 50;

/// What the SDK sends, and the addresses that some fronts send beside it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionBody {
    #[serde(deserialize_with = "whole")]
    order_id: i64,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    automatic_tax_enabled: Value,
    #[serde(default)]
    success_url: Value,
    #[serde(default)]
    cancel_url: Value,
}

impl SessionBody {
    /// What OneEntry would do for it and Guichet does not.
    fn not_offered(&self) -> Option<&'static str> {
        let names = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
        match self.kind.as_str() {
            "intent" => Some("payment intents; open a session, which leads to a hosted page"),
            _ if self.automatic_tax_enabled == Value::Bool(true) => {
                Some("automaticTaxEnabled; a product costs what the catalogue says, taxes included")
            }
            _ if names(&self.success_url) || names(&self.cancel_url) => {
                Some("successUrl and cancelUrl; customers return to the return_url of the project")
            }
            _ => None,
        }
    }
}

/// A whole number, also as a text: fronts keep it in their addresses.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(i64),
        Text(String),
    }
    let read = match Written::deserialize(deserializer) {
        Ok(Written::Number(number)) => Some(number),
        Ok(Written::Text(text)) => text.parse().ok(),
        Err(_) => None,
    };
    read.ok_or_else(|| serde::de::Error::custom("expected a whole number"))
}

/// The session, with 201. Asking twice for one order that waits gives the same one.
pub(super) async fn create_session(
    State(front): State<Front>,
    signed: SignedIn,
    Body(data): Body<SessionBody>,
) -> Result<(StatusCode, Json<Session>), FrontError> {
    if let Some(what) = data.not_offered() {
        return Err(FrontError::not_offered(what));
    }
    if data.kind != "session" {
        return Err(FrontError::bad_request("type must be session"));
    }
    let own = OwnOrder::find(&front, &signed, data.order_id).await?;
    let (own, index) = opened(&front, &signed, own).await?;
    let session =
        Session::at(&front, &signed.visitor, &own, index).ok_or_else(|| FrontError::not_found("Session"))?;
    Ok((StatusCode::CREATED, Json(session)))
}

/// The order with a payment that is open at its way to pay, and that payment's index.
async fn opened(front: &Front, signed: &SignedIn, own: OwnOrder) -> Result<(OwnOrder, usize), FrontError> {
    let visitor = &signed.visitor;
    let (_, way) = marked(&visitor.project.accounts, &own.notes.payment_account)
        .filter(|(_, way)| way.used)
        .ok_or_else(|| FrontError::bad_request("This way to pay is not used any more; change the order"))?;
    let order = own.stored.order.id;
    let until_ms = front.clock().now_ms() + PATIENCE_MS;
    loop {
        let stored = front.order_of(visitor.merchant, visitor.environment, order).await?;
        let accounts = way_to_pay::gateway_accounts(front, visitor, way, &stored.order.terms)?;
        match front.request_payment(order, &accounts, &signed.actor(), None, None).await {
            Ok(stored) => {
                let accounts: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
                let own = OwnOrder::of(stored)?;
                let index = serving(front, &own, &accounts)?;
                return Ok((own, index));
            }
            Err(Error::Refused(Refusal::PaymentInProgress)) if front.clock().now_ms() < until_ms => {
                front.clock().sleep(STEP_MS).await;
            }
            Err(Error::Refused(refusal @ (Refusal::PaymentInProgress | Refusal::PaymentUndecided))) => {
                let stored = front.order_of(visitor.merchant, visitor.environment, order).await?;
                let live = stored.order.payments.iter().rposition(|payment| payment.state.is_live());
                let index = live.ok_or_else(|| FrontError::from(refusal))?;
                return Ok((OwnOrder::of(stored)?, index));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The index of the payment that the customer is led to: one that can be paid, else the newest that lives.
///
/// # Errors
/// Nothing was opened, and that is certain.
fn serving(front: &Front, own: &OwnOrder, accounts: &[AccountId]) -> Result<usize, FrontError> {
    let now_ms = front.clock().now_ms();
    let payments = &own.stored.order.payments;
    let here = |payment: &Payment| accounts.contains(&payment.account);
    let payable = payments.iter().rposition(|payment| here(payment) && payment.is_payable(now_ms));
    let live = || payments.iter().rposition(|payment| here(payment) && payment.state.is_live());
    // Another may have paid it meanwhile.
    let paid = || payments.iter().position(|payment| own.stored.order.state.paid_by() == Some(payment.id));
    payable.or_else(live).or_else(paid).ok_or_else(|| {
        let newest = payments.iter().rev().find(|payment| here(payment)).map(|payment| &payment.state);
        not_opened(newest)
    })
}

fn not_opened(state: Option<&PaymentState>) -> FrontError {
    let message = match state {
        Some(PaymentState::Failed { reason: FailureReason::OpenRefused { refusal, .. }, .. }) => {
            format!(
                "The gateway did not open a payment ({refusal}), and nothing was paid; choose another way to pay or try again later."
            )
        }
        Some(_) | None => {
            "The gateway could not be reached, so no payment was opened; try again in a moment.".to_owned()
        }
    };
    FrontError::new(StatusCode::BAD_GATEWAY, message)
}
