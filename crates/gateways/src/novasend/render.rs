//! The bodies that the dialect sends: generation A of the answers (the guide) with the `id` of generation B, and the
//! notification, for which only the docs have an example.
//!
//! Shops take `processed`, and some `accepted`, for paid before they look further. So both are said only when the
//! money is there, whatever else the vendor may do: a shop that decides by the transaction's status, as the guide
//! wants it, loses nothing.

use guichet_core::Money;
use serde::Serialize;
use serde_json::Value;

use super::protocol::{NOT_CONFIRMED, PAYMENT_DECLINED};
use super::refusal::{Language, Refused, amount_not_representable};
use super::wire::{Amount, Customer, Failure, Payin, Transaction};
use crate::payin::{PayinFailure, PayinRequest, PayinStatus, PayinView};

/// The answer to opening, made of what was asked and of what was given for it only, so that a
/// repetition is the same to the byte whatever the status is by then.
pub(super) fn opened(view: &PayinView) -> Result<Payin, Refused> {
    Ok(Payin {
        customer_reference: Some(view.request.reference.clone()),
        confirmation_required: Some(true),
        confirmation_status: Some("none".to_owned()),
        payment_url: Some(view.url.clone()),
        ..outside(view, "processing")?
    })
}

/// The answer to asking.
pub(super) fn asked(view: &PayinView, language: Language) -> Result<Payin, Refused> {
    let (status, confirmation) = words(view.status);
    Ok(Payin {
        customer_name: view.request.payer.family_name.clone(),
        customer_reference: Some(view.request.reference.clone()),
        confirmation_required: Some(true),
        confirmation_status: Some(confirmation.to_owned()),
        transaction: Some(transaction(view)?),
        failure: Some(failure(view.status, language)),
        ..outside(view, status)?
    })
}

/// The session's status and the payer's confirmation. How a refusal looks is not documented; `failed` is one of the
/// vendor's own words for a session, and that the confirmation then is `declined` is our choice.
fn words(status: PayinStatus) -> (&'static str, &'static str) {
    match status {
        PayinStatus::Open => ("processing", "none"),
        PayinStatus::Processing => ("processing", "pending"),
        PayinStatus::Paid => ("processed", "accepted"),
        PayinStatus::Failed(PayinFailure::Declined | PayinFailure::Cancelled) => ("failed", "declined"),
        PayinStatus::Failed(PayinFailure::Expired) => ("expired", "expired"),
    }
}

/// The fields that both answers have in common.
fn outside(view: &PayinView, status: &str) -> Result<Payin, Refused> {
    let asked = view.request.money;
    let number = |money: Money| Amount::number(money).ok_or_else(amount_not_representable);
    // It stays what it was when it was first told.
    let fee = of_currency(view.fee.or(view.receipt.fee), asked);
    Ok(Payin {
        id: Some(view.reference.clone()),
        kind: Some("payin".to_owned()),
        fee: fee.map(number).transpose()?,
        reference: Some(view.reference.clone()),
        phone_number: phone(&view.request),
        amount: Some(number(asked)?),
        charged_amount: fee.and_then(|fee| sum(asked, fee)).map(number).transpose()?,
        status: Some(status.to_owned()),
        currency: Some(asked.currency.code().to_owned()),
        created_at: Some(rfc3339(view.created_at_ms)),
        ..Payin::default()
    })
}

/// The payment proper: none before the payer has begun, nor when they never did.
fn transaction(view: &PayinView) -> Result<Option<Transaction>, Refused> {
    let asked = view.request.money;
    let (status, amount) = match view.status {
        PayinStatus::Open | PayinStatus::Failed(PayinFailure::Expired) => return Ok(None),
        PayinStatus::Processing => ("pending", Some(asked)),
        // Where the backend does not know what was paid, the amount is absent.
        PayinStatus::Paid => ("completed", view.paid_minor.map(|paid| Money::new(paid, asked.currency))),
        PayinStatus::Failed(PayinFailure::Declined | PayinFailure::Cancelled) => ("failed", Some(asked)),
    };
    let Charges { fee, charged } = Charges::of(view, amount);
    let decided = view.status != PayinStatus::Processing;
    Ok(Some(Transaction {
        reference: Some(view.reference.clone()),
        status: Some(status.to_owned()),
        customer_name: view.request.payer.family_name.clone(),
        processed_at: decided.then(|| rfc3339(view.changed_at_ms)),
        phone_number: view.receipt.paid_from.clone(),
        amount: amount.map(Amount::decimal),
        fees: fee.map(Amount::decimal),
        charged_amount: charged.map(Amount::decimal),
        currency: Some(asked.currency.code().to_owned()),
    }))
}

/// The reason why there is no money.
fn failure(status: PayinStatus, language: Language) -> Option<Failure> {
    let (code, english, french) = match status {
        PayinStatus::Failed(PayinFailure::Declined) => {
            (PAYMENT_DECLINED, "The operator declined the payment.", "L'opérateur a refusé le paiement.")
        }
        PayinStatus::Failed(PayinFailure::Cancelled) => {
            (NOT_CONFIRMED, "The payer did not confirm.", "Le payeur n'a pas confirmé.")
        }
        PayinStatus::Failed(PayinFailure::Expired)
        | PayinStatus::Open
        | PayinStatus::Processing
        | PayinStatus::Paid => return None,
    };
    Some(Failure { code: Some(code.to_owned()), message: Some(language.of(english, french).to_owned()) })
}

/// The body of a notification: the bare transaction object of the docs' example, in its order, and behind it what a
/// shop written after the guide looks for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notice {
    id: String,
    fees: Option<Amount>,
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
    charged_amount: Option<Amount>,
    confirmation_status: &'static str,
    confirmation_required: bool,
    customer_reference: String,
    transaction: Option<Transaction>,
}

/// The event's name and its body; `None` while nothing is decided, and for an amount that the protocol
/// has no words for. A session that ran out is announced as declined, for there is no other event.
pub(super) fn notice(view: &PayinView) -> Option<(&'static str, Notice)> {
    let event = match view.status {
        PayinStatus::Open | PayinStatus::Processing => return None,
        PayinStatus::Paid => "payin.confirmed",
        PayinStatus::Failed(_) => "payin.declined",
    };
    let (status, confirmation_status) = words(view.status);
    let asked = view.request.money;
    let amount = view.paid_minor.map_or(asked, |paid| Money::new(paid, asked.currency));
    let Charges { fee, charged } = Charges::of(view, Some(amount));
    let notice = Notice {
        id: view.reference.clone(),
        fees: fee.and_then(Amount::number),
        kind: "payin",
        amount: Amount::number(amount)?,
        status,
        failure: failure(view.status, Language::English),
        currency: asked.currency.code().to_owned(),
        customer: Customer {
            name: view.request.payer.family_name.clone(),
            phone_number: phone(&view.request),
        },
        created_at: rfc3339(view.created_at_ms),
        reference: view.request.reference.clone(),
        payment_url: view.url.clone(),
        charged_amount: charged.and_then(Amount::number),
        confirmation_status,
        confirmation_required: true,
        customer_reference: view.request.reference.clone(),
        transaction: transaction(view).ok()?,
    };
    Some((event, notice))
}

/// The fee, and what the payer was charged; `None` where nobody told the fee. "chargedAmount" is amount and fee in
/// every example.
struct Charges {
    fee: Option<Money>,
    charged: Option<Money>,
}

impl Charges {
    fn of(view: &PayinView, amount: Option<Money>) -> Charges {
        let asked = view.request.money;
        let fee = of_currency(view.receipt.fee.or(view.fee), asked);
        let charged = of_currency(view.receipt.charged, asked);
        Charges { fee, charged: charged.or_else(|| sum(amount?, fee?)) }
    }
}

fn of_currency(told: Option<Money>, asked: Money) -> Option<Money> {
    told.filter(|money| money.currency == asked.currency)
}

/// Both together; `None` when that is more than there can be.
fn sum(amount: Money, fee: Money) -> Option<Money> {
    Some(Money::new(amount.amount_minor.checked_add(fee.amount_minor)?, amount.currency))
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
