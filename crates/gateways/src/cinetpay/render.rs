//! A payment in CinetPay's terms: what the answer to a check and the notification have in common.

use guichet_core::Money;
use serde_json::Value;

use super::wire::{CheckedPayment, Raw};
use super::{codes, phone};
use crate::payin::{PayinFailure, PayinStatus, PayinView};

/// The code for the status of a payment.
///
/// A link whose time was over counts as cancelled: the vendor has no code for that, 625 is about the
/// merchant's own subscription, and 600 would say that an operator had refused.
pub(super) fn code(status: PayinStatus) -> &'static str {
    match status {
        PayinStatus::Open => codes::OPEN,
        PayinStatus::Processing => codes::PROCESSING,
        PayinStatus::Paid => codes::SUCCES,
        PayinStatus::Failed(PayinFailure::Declined) => codes::FAILED,
        PayinStatus::Failed(PayinFailure::Cancelled | PayinFailure::Expired) => codes::CANCELLED,
    }
}

/// The status beside the code. For a payment that waits, "a status that begins with WAITING" is documented,
/// and no sample; this one is a third party's.
pub(super) fn status(status: PayinStatus) -> &'static str {
    match status {
        PayinStatus::Open | PayinStatus::Processing => "WAITING_FOR_CUSTOMER",
        PayinStatus::Paid => "ACCEPTED",
        PayinStatus::Failed(_) => "REFUSED",
    }
}

/// The answer to a check: the seven fields that the vendor's PHP library reads, those of the
/// documentation of 2022, and those of the guide of 2021, whatever the status. `None` when the amount
/// cannot be represented in whole units, or when it is not known what was paid.
pub(super) fn checked(view: &PayinView) -> Option<CheckedPayment> {
    let paid = view.status == PayinStatus::Paid;
    let (prefix, number) = paid_from(view);
    let words = view.request.description.as_ref().unwrap_or(&view.request.title);
    let metadata = view.request.echo.get("metadata").and_then(Value::as_str);
    // The samples have a single space where nothing was paid.
    let payment_date = if paid { date(view.changed_at_ms) } else { " ".to_owned() };
    // What the backend does not tell is empty, or null where the samples have nulls.
    let operator_id = view.receipt.transaction.as_deref().filter(|_| paid);
    let funds_date = view.receipt.funds_at_ms.map(date);
    Some(CheckedPayment {
        amount: Some(Raw::of(&whole(view)?.to_string())),
        currency: Some(Raw::of(view.request.money.currency.code())),
        status: Some(Raw::of(status(view.status))),
        payment_method: Some(Raw::of(operator(view))),
        description: Some(Raw::of(words)),
        metadata: Some(Raw::of(&metadata)),
        operator_id: Some(Raw::of(&operator_id)),
        payment_date: Some(Raw::of(&payment_date)),
        fund_availability_date: Some(Raw::of(&funds_date)),
        phone_number: Some(Raw::of(number)),
        phone_prefix: Some(Raw::of(prefix)),
    })
}

/// Whole units: what was paid once it is paid, and before that what is asked for.
pub(super) fn whole(view: &PayinView) -> Option<i64> {
    let asked = view.request.money;
    match view.status {
        PayinStatus::Paid => Money::new(view.paid_minor?, asked.currency).to_major(),
        PayinStatus::Open | PayinStatus::Processing | PayinStatus::Failed(_) => asked.to_major(),
    }
}

/// The way it was paid, by the vendor's code.
pub(super) fn operator(view: &PayinView) -> &str {
    view.receipt.operator.as_deref().unwrap_or_default()
}

/// The country code and the number without it, of the phone it was paid from; empty where that is not told.
pub(super) fn paid_from(view: &PayinView) -> (&str, &str) {
    phone::parted(view.receipt.paid_from.as_deref().unwrap_or_default())
}

/// As the vendor writes a moment, in UTC, which is the time of Abidjan.
pub(super) fn date(at_ms: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::MAX);
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
