//! `/sandbox/payments`: payments by script, made, seen and decided.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use guichet_gateways::{Currency, Money, PayinRequest};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::query::ListQuery;
use crate::action::{Action, LATE_S, Means};
use crate::fields::Fields;
use crate::new_payment::NewPayment;
use crate::payment::Payment;
use crate::payment_view::PaymentView;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// The title of a payment that was given none.
const TITLE: &str = "A payment made by script";

/// Its routes.
pub(super) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/sandbox/payments", get(list).post(make))
        .route("/sandbox/payments/{ref}", get(show))
        .route("/sandbox/payments/{ref}/{action}", post(act))
}

async fn list(
    State(sandbox): State<Sandbox>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    let wanted = ListQuery(query);
    let is_wanted = |payment: &Payment| {
        wanted.admits("dialect", payment.tenant().dialect().name())
            && wanted.admits("merchant_reference", &payment.request().reference)
    };
    let (payments, has_more) = sandbox.newest(wanted.limit()?, is_wanted);
    Ok(Json(json!({ "data": payments, "has_more": has_more })))
}

async fn make(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<PaymentView>), Refusal> {
    let mut fields = Fields::read(&body)?;
    let new = read_payment(&mut fields)?;
    fields.finish()?;
    let base_url = sandbox.base_url(&headers);
    sandbox.make_under(&base_url, new).map(|view| (StatusCode::CREATED, Json(view)))
}

async fn show(
    State(sandbox): State<Sandbox>,
    Path(reference): Path<String>,
) -> Result<Json<PaymentView>, Refusal> {
    sandbox.payment(&reference).map(Json)
}

async fn act(
    State(sandbox): State<Sandbox>,
    Path((reference, word)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<PaymentView>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let action = action(&word, &mut fields)?
        .ok_or_else(|| Refusal::NoSuchRoute { path: format!("/sandbox/payments/{reference}/{word}") })?;
    let means = means(&mut fields)?;
    fields.finish()?;
    sandbox.act_by(&reference, action, means).map(Json)
}

/// Takes the fields of a payment that a script makes, with what becomes of it.
///
/// # Errors
/// [`Refusal::Invalid`] about the field.
pub(crate) fn read_payment(fields: &mut Fields) -> Result<NewPayment, Refusal> {
    let dialect = fields.needed("dialect")?;
    let key = fields.needed("key")?;
    let account = fields.text("account")?.unwrap_or_default();
    let mut request = PayinRequest::of(money(fields)?);
    request.reference = fields.text("reference")?.unwrap_or_default();
    request.title = fields.text("title")?.unwrap_or_else(|| TITLE.to_owned());
    request.description = fields.text("description")?;
    request.notify_url = fields.text("notify_url")?;
    request.return_url = fields.text("return_url")?;
    let word = fields.text("action")?;
    let decided = word.map(|word| action(&word, fields)?.ok_or_else(unknown_action)).transpose()?;
    let (means, silent) = (means(fields)?, fields.flag("silent")?);
    Ok(NewPayment { dialect, key, account, request, action: decided, means, silent })
}

fn money(fields: &mut Fields) -> Result<Money, Refusal> {
    let code = fields.needed("currency")?;
    let currency = Currency::from_code(&code)
        .map_err(|_| Refusal::invalid("currency", "currency is an ISO 4217 code such as XOF."))?;
    let amount = fields.whole("amount_minor")?.and_then(|amount| i64::try_from(amount).ok());
    let amount = amount.filter(|amount| *amount > 0).ok_or_else(|| {
        let message = "amount_minor is a whole number of the currency's smallest unit, more than nothing.";
        Refusal::invalid("amount_minor", message)
    })?;
    Ok(Money::new(amount, currency))
}

fn means(fields: &mut Fields) -> Result<Means, Refusal> {
    Ok(Means { operator: fields.text("operator")?, phone: fields.text("phone")? })
}

/// The action of that name; `None` when there is none.
fn action(word: &str, fields: &mut Fields) -> Result<Option<Action>, Refusal> {
    Ok(Some(match word {
        "initiate" => Action::Initiate,
        "pay" => Action::Pay,
        "pay_late" => Action::PayLate { seconds: fields.whole("seconds")?.unwrap_or(LATE_S) },
        "pay_other" => Action::PayOther,
        "decline" => Action::Decline,
        "cancel" => Action::Cancel,
        "expire" => Action::Expire,
        _ => return Ok(None),
    }))
}

fn unknown_action() -> Refusal {
    let message = "action is one of initiate, pay, pay_late, pay_other, decline, cancel, expire.";
    Refusal::invalid("action", message)
}
