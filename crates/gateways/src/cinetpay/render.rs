//! A payment in CinetPay's terms: what the answer to a check and the notification have in common.

use guichet_core::{Money, Phone};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::codes;
use super::wire::{CheckedPayment, Raw};
use crate::payin::{PayinFailure, PayinStatus, PayinView};

/// The country codes of the vendor's countries: Côte d'Ivoire, Senegal, Togo, Burkina Faso, Mali,
/// Cameroon, the Democratic Republic of the Congo, Guinea. None begins another.
const COUNTRY_CODES: [&str; 8] = ["225", "221", "228", "226", "223", "237", "243", "224"];

const DAY_MS: i64 = 24 * 3_600_000;

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
    let (prefix, number) = phone(view);
    let words = view.request.description.as_ref().unwrap_or(&view.request.title);
    let metadata = view.request.echo.get("metadata").and_then(Value::as_str);
    // The samples have a single space where nothing was paid.
    let payment_date = if paid { date(view.changed_at_ms) } else { " ".to_owned() };
    // The samples have one or two days more; a backend knows only the day of the payment.
    let funds_ms = view.changed_at_ms.div_euclid(DAY_MS).saturating_mul(DAY_MS);
    // With real money, no operator's reference is made up.
    let operator_id = (paid && view.sandbox).then(|| operator_id(view));
    Some(CheckedPayment {
        amount: Some(Raw::of(&whole(view)?.to_string())),
        currency: Some(Raw::of(view.request.money.currency.code())),
        status: Some(Raw::of(status(view.status))),
        payment_method: Some(Raw::of(operator(view))),
        description: Some(Raw::of(words)),
        metadata: Some(Raw::of(&metadata)),
        operator_id: Some(Raw::of(&operator_id)),
        payment_date: Some(Raw::of(&payment_date)),
        fund_availability_date: Some(Raw::of(&date(funds_ms))),
        phone_number: Some(Raw::of(&number)),
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
    view.operator.as_deref().unwrap_or_default()
}

/// The country code and the number without it, of the phone it was paid from or else the payer's; a
/// number that is not international stays as it came.
pub(super) fn phone(view: &PayinView) -> (&'static str, String) {
    let typed = view.request.echo.get("customer_phone_number").and_then(Value::as_str).map(str::to_owned);
    let phone = view.paid_from.clone();
    let phone = phone.or_else(|| view.request.payer.phone.as_ref().map(Phone::to_string)).or(typed);
    let phone = phone.unwrap_or_default();
    let Some(digits) = phone.strip_prefix('+') else { return ("", phone) };
    let code = COUNTRY_CODES.into_iter().find(|code| digits.starts_with(code)).unwrap_or("");
    (code, digits[code.len()..].to_owned())
}

/// As the vendor writes a moment, in UTC, which is the time of Abidjan.
pub(super) fn date(at_ms: i64) -> String {
    stamp(at_ms, "%Y-%m-%d %H:%M:%S")
}

fn stamp(at_ms: i64, format: &str) -> String {
    jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::MAX).strftime(format).to_string()
}

/// An operator's reference for a payment with play money, in the form of the sample `MP220915.2257.A76307`.
fn operator_id(view: &PayinView) -> String {
    let hash = Sha256::digest(view.reference.as_bytes());
    let number = hash.iter().take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    format!("MP{}.A{:05}", stamp(view.changed_at_ms, "%y%m%d.%H%M"), number % 100_000)
}
