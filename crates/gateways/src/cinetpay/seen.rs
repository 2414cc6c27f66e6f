//! The meaning of CinetPay's answers: a link, or the result of a check. Two fields tell the status of a payment,
//! `code` and `data.status`; the first decides, and the second may only agree.

use guichet_core::{Evidence, FailureReason, Link, Money, Receipt, Seen};

use super::codes::{self, Meaning};
use super::protocol::{LINK_TTL_MS, REFERENCE_BYTES, is_reference};
use super::wire::{CheckedPayment, Created, Raw, Reply, reply};
use super::{amount, phone};

/// The longest pay page address that is taken from the gateway, in bytes.
const URL_BYTES: usize = 2048;

/// The link in an answer to opening whose code says that it was created, or a code saying why there
/// is none to trust. The payment is known by the merchant's own `transaction_id`.
pub(super) fn link(reply: &Reply<Raw>, transaction_id: &str, now_ms: i64) -> Result<Link, &'static str> {
    if reply.code != codes::CREATED {
        return Err("gateway_says_no_success");
    }
    let created: Created = reply.object().ok_or("gateway_unreadable")?;
    if !is_reference(&created.payment_token, REFERENCE_BYTES) {
        return Err("gateway_bad_reference");
    }
    let url = url::Url::parse(&created.payment_url).map_err(|_| "gateway_bad_url")?;
    let sound = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= URL_BYTES;
    if !sound {
        return Err("gateway_bad_url");
    }
    Ok(Link {
        reference: transaction_id.to_owned(),
        // As parsed, so that it fits a header and an attribute whatever the gateway sent.
        url: Some(url.into()),
        expires_at_ms: Some(now_ms.saturating_add(LINK_TTL_MS)),
        alias: Some(created.payment_token),
        fee: None,
    })
}

/// The result of a check of the payment `asked` for, or a code that says why nothing was
/// learnt. The answer names no payment, so it is about the one that was asked for.
pub(super) fn seen(body: &[u8], asked: &str) -> Result<Seen, &'static str> {
    let reply = reply(body)?;
    let checked = reply.object::<CheckedPayment>();
    match codes::meaning(&reply.code).ok_or("unlisted_code")? {
        Meaning::Paid => paid(&checked.ok_or("paid_without_details")?, asked).map(Seen::Paid),
        Meaning::Waiting { processing } => {
            // To keep waiting is safe, so `data` may be missing altogether.
            let waits = checked.is_none_or(|checked| agrees(&checked, waits));
            if waits { Ok(Seen::Pending { processing }) } else { Err("contradictory_status") }
        }
        Meaning::Declined => failed(checked, FailureReason::Declined),
        Meaning::Cancelled => failed(checked, FailureReason::Cancelled),
        Meaning::Refused(trouble) | Meaning::Nothing(trouble) => Err(trouble),
        Meaning::Vague(_) => Err("gateway_says_unknown_error"),
    }
}

fn failed(checked: Option<CheckedPayment>, reason: FailureReason) -> Result<Seen, &'static str> {
    // Without `data`, the same codes may be about the call instead of the payment.
    let checked = checked.filter(tells_something).ok_or("failed_without_details")?;
    let no = agrees(&checked, |status| status == "REFUSED");
    if no { Ok(Seen::Failed { reason }) } else { Err("contradictory_status") }
}

/// The evidence. The answer of 2021 has neither amount nor currency: it is weaker, and has no money. One of them
/// without the other is not documented.
fn paid(checked: &CheckedPayment, asked: &str) -> Result<Evidence, &'static str> {
    if !agrees(checked, |status| status == "ACCEPTED") {
        return Err("contradictory_status");
    }
    let money = match (&checked.amount, &checked.currency) {
        (None, None) if tells_something(checked) => None,
        (None, None) => return Err("paid_without_details"),
        (Some(amount), Some(currency)) => Some(paid_money(amount, currency)?),
        (Some(_), None) | (None, Some(_)) => return Err("paid_without_details"),
    };
    Ok(Evidence { money, reference: asked.to_owned(), environment: None, receipt: receipt(checked) })
}

/// What the answer tells beside the money.
fn receipt(checked: &CheckedPayment) -> Receipt {
    let told =
        |field: &Option<Raw>| field.as_ref().and_then(Raw::plain).and_then(|text| Receipt::text(&text));
    let number = told(&checked.phone_number);
    Receipt {
        operator: told(&checked.payment_method),
        paid_from: number.map(|number| phone::joined(told(&checked.phone_prefix).as_deref(), &number)),
        transaction: told(&checked.operator_id),
        fee: None,
        charged: None,
        funds_at_ms: told(&checked.fund_availability_date).and_then(|text| moment(&text)),
    }
}

/// A moment as the vendor writes it, in UTC, which is the time of Abidjan (unix ms).
fn moment(text: &str) -> Option<i64> {
    let written = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    Some(jiff::tz::Offset::UTC.to_timestamp(written).ok()?.as_millisecond())
}

fn paid_money(amount: &Raw, currency: &Raw) -> Result<Money, &'static str> {
    let currency = currency.as_text().and_then(|code| amount::currency(&code));
    let currency = currency.ok_or("paid_in_unknown_currency")?;
    let money = amount.plain().and_then(|text| Money::from_decimal(&text, currency));
    money.filter(|money| money.amount_minor > 0).ok_or("paid_with_impossible_amount")
}

/// Whether `data.status`, if it is there, agrees with the code.
fn agrees(checked: &CheckedPayment, wanted: impl Fn(&str) -> bool) -> bool {
    let Some(status) = &checked.status else { return true };
    if status.is_null() { wanted("") } else { status.as_text().is_some_and(|status| wanted(&status)) }
}

/// Whether a status means waiting: the documented beginning, a third party's, or none yet.
fn waits(status: &str) -> bool {
    status.is_empty() || status.starts_with("WAITING") || status.starts_with("PENDING")
}

/// Whether `data` has any of the fields that every documented sample has.
fn tells_something(checked: &CheckedPayment) -> bool {
    let texts = [&checked.status, &checked.operator_id, &checked.payment_method, &checked.payment_date];
    texts.into_iter().flatten().filter_map(Raw::as_text).any(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests;
