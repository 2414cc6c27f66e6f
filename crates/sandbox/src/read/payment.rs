//! A payment that is to be made, and an action on one, as a script or a file of fixtures words them.

use guichet_gateways::{Currency, Money, PayinRequest};

use crate::action::{Action, LATE_S, Means};
use crate::fields::Fields;
use crate::new_payment::NewPayment;
use crate::refusal::Refusal;

/// The title of a payment that was given none.
const TITLE: &str = "A payment made by script";

/// Takes the fields of a payment that a script makes, with what becomes of it.
///
/// # Errors
/// [`Refusal::Invalid`] about the field.
pub(crate) fn payment(fields: &mut Fields) -> Result<NewPayment, Refusal> {
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

/// Takes the means by which a payment is paid.
///
/// # Errors
/// [`Refusal::Invalid`] about the field.
pub(crate) fn means(fields: &mut Fields) -> Result<Means, Refusal> {
    Ok(Means { operator: fields.text("operator")?, phone: fields.text("phone")? })
}

/// The action of that name, with its own fields; `None` when there is none.
///
/// # Errors
/// [`Refusal::Invalid`] about the field.
pub(crate) fn action(word: &str, fields: &mut Fields) -> Result<Option<Action>, Refusal> {
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
