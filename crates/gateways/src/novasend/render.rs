//! The bodies that the dialect sends: generation A of the answers (the guide), and the notification,
//! for which only the docs have an example. Fees come from the backend and are only added up here:
//! "chargedAmount" is amount and fee in every example.

use guichet_core::Money;
use serde::Serialize;
use serde_json::Value;

use super::refusal::{Language, Refused, amount_not_representable};
use super::wire::{Amount, Customer, Failure, Payin, Transaction};
use crate::payin::{PayinFailure, PayinRequest, PayinStatus, PayinView};

/// The answer to opening, made of what was asked and of what was given for it only, so that a
/// repetition is the same to the byte whatever the status is by then.
pub(super) fn opened(view: &PayinView) -> Result<Payin, Refused> {
    let money = Sums::of(view, view.request.money.amount_minor)?;
    Ok(Payin {
        customer_reference: Some(view.request.reference.clone()),
        confirmation_required: Some(true),
        confirmation_status: Some("none".to_owned()),
        payment_url: Some(view.url.clone()),
        ..outside(view, &money, "processing")?
    })
}

/// The answer to asking.
///
/// `processed` goes with whatever the transaction says, pending included: a client that takes it for
/// paid finds out here and not in production. How a refused confirmation looks is not documented; the
/// words for it are our choice.
pub(super) fn asked(view: &PayinView, language: Language) -> Result<Payin, Refused> {
    let money = Sums::of(view, view.request.money.amount_minor)?;
    let (status, confirmation) = match view.status {
        PayinStatus::Open => ("processing", "none"),
        PayinStatus::Processing | PayinStatus::Paid => ("processed", "accepted"),
        PayinStatus::Failed(PayinFailure::Declined) => ("processed", "accepted"),
        PayinStatus::Failed(PayinFailure::Cancelled) => ("processed", "declined"),
        PayinStatus::Failed(PayinFailure::Expired) => ("expired", "expired"),
    };
    Ok(Payin {
        customer_name: view.request.payer.family_name.clone(),
        customer_reference: Some(view.request.reference.clone()),
        confirmation_required: Some(true),
        confirmation_status: Some(confirmation.to_owned()),
        transaction: Some(transaction(view)?),
        failure: Some(failure(view.status, language)),
        ..outside(view, &money, status)?
    })
}

/// The fields that both answers have in common.
fn outside(view: &PayinView, money: &Sums, status: &str) -> Result<Payin, Refused> {
    let number = |money: Money| Amount::number(money).ok_or_else(amount_not_representable);
    Ok(Payin {
        kind: Some("payin".to_owned()),
        fee: Some(number(money.fee)?),
        reference: Some(view.reference.clone()),
        phone_number: phone(&view.request),
        amount: Some(number(money.amount)?),
        charged_amount: Some(number(money.charged)?),
        status: Some(status.to_owned()),
        currency: Some(view.request.money.currency.code().to_owned()),
        created_at: Some(rfc3339(view.created_at_ms)),
        ..Payin::default()
    })
}

/// The payment proper: none before the payer has begun, nor when they never did.
fn transaction(view: &PayinView) -> Result<Option<Transaction>, Refused> {
    let (status, amount_minor) = match view.status {
        PayinStatus::Open | PayinStatus::Failed(PayinFailure::Expired) => return Ok(None),
        PayinStatus::Processing => ("pending", Some(view.request.money.amount_minor)),
        // Where the backend does not know what was paid, the amount is absent.
        PayinStatus::Paid => ("completed", view.paid_minor),
        PayinStatus::Failed(PayinFailure::Declined | PayinFailure::Cancelled) => {
            ("failed", Some(view.request.money.amount_minor))
        }
    };
    let money = amount_minor.map(|amount_minor| Sums::of(view, amount_minor)).transpose()?;
    let decided = view.status != PayinStatus::Processing;
    Ok(Some(Transaction {
        reference: Some(view.reference.clone()),
        status: Some(status.to_owned()),
        customer_name: view.request.payer.family_name.clone(),
        processed_at: decided.then(|| rfc3339(view.changed_at_ms)),
        phone_number: view.paid_from.clone().or_else(|| phone(&view.request)),
        amount: money.as_ref().map(|money| Amount::decimal(money.amount)),
        fees: money.as_ref().map(|money| Amount::decimal(money.fee)),
        charged_amount: money.as_ref().map(|money| Amount::decimal(money.charged)),
        currency: Some(view.request.money.currency.code().to_owned()),
    }))
}

/// The reason why there is no money. The codes are our choice: the guide says only that there is one.
fn failure(status: PayinStatus, language: Language) -> Option<Failure> {
    let (code, english, french) = match status {
        PayinStatus::Failed(PayinFailure::Declined) => {
            ("payment_declined", "The operator declined the payment.", "L'opérateur a refusé le paiement.")
        }
        PayinStatus::Failed(PayinFailure::Cancelled) => {
            ("confirmation_declined", "The payer did not confirm.", "Le payeur n'a pas confirmé.")
        }
        PayinStatus::Failed(PayinFailure::Expired)
        | PayinStatus::Open
        | PayinStatus::Processing
        | PayinStatus::Paid => return None,
    };
    Some(Failure { code: Some(code.to_owned()), message: Some(language.of(english, french).to_owned()) })
}

/// The body of a notification: the bare transaction object of the docs' example, in its order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notice {
    id: String,
    fees: Amount,
    #[serde(rename = "type")]
    kind: &'static str,
    amount: Amount,
    status: &'static str,
    failure: Option<Failure>,
    currency: String,
    customer: Customer,
    created_at: String,
    reference: String,
    payment_url: String,
    charged_amount: Amount,
    confirmation_status: &'static str,
    confirmation_required: bool,
}

/// The event's name and its body; `None` while nothing is decided, and for an amount that the protocol
/// has no words for. The docs' example still says `processing`; `processed` is our choice. A session
/// that ran out is announced as declined, for there is no other event.
pub(super) fn notice(view: &PayinView) -> Option<(&'static str, Notice)> {
    let (event, status, confirmation_status) = match view.status {
        PayinStatus::Open | PayinStatus::Processing => return None,
        PayinStatus::Paid => ("payin.confirmed", "processed", "accepted"),
        PayinStatus::Failed(PayinFailure::Declined) => ("payin.declined", "processed", "accepted"),
        PayinStatus::Failed(PayinFailure::Cancelled) => ("payin.declined", "processed", "declined"),
        PayinStatus::Failed(PayinFailure::Expired) => ("payin.declined", "expired", "expired"),
    };
    let money = Sums::of(view, view.paid_minor.unwrap_or(view.request.money.amount_minor)).ok()?;
    let notice = Notice {
        id: view.reference.clone(),
        fees: Amount::number(money.fee)?,
        kind: "payin",
        amount: Amount::number(money.amount)?,
        status,
        failure: failure(view.status, Language::English),
        currency: view.request.money.currency.code().to_owned(),
        customer: Customer {
            name: view.request.payer.family_name.clone(),
            phone_number: phone(&view.request),
        },
        created_at: rfc3339(view.created_at_ms),
        reference: view.request.reference.clone(),
        payment_url: view.url.clone(),
        charged_amount: Amount::number(money.charged)?,
        confirmation_status,
        confirmation_required: true,
    };
    Some((event, notice))
}

/// An amount, the fee, and both together.
struct Sums {
    amount: Money,
    fee: Money,
    charged: Money,
}

impl Sums {
    fn of(view: &PayinView, amount_minor: i64) -> Result<Sums, Refused> {
        let currency = view.request.money.currency;
        let charged_minor = amount_minor.checked_add(view.fee_minor).ok_or_else(amount_not_representable)?;
        Ok(Sums {
            amount: Money::new(amount_minor, currency),
            fee: Money::new(view.fee_minor, currency),
            charged: Money::new(charged_minor, currency),
        })
    }
}

/// The payer's number as the client sent it.
fn phone(request: &PayinRequest) -> Option<String> {
    let sent = request.echo.get("msisdn").and_then(Value::as_str).map(str::to_owned);
    sent.or_else(|| request.payer.phone.as_ref().map(ToString::to_string))
}

/// UTC with milliseconds, as in the guide.
fn rfc3339(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms)
        .unwrap_or(jiff::Timestamp::MAX)
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}
