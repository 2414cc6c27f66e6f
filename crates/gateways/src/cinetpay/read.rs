//! Reads the requests of CinetPay's clients, liberally where the vendor's own samples contradict each other,
//! exactly where money is concerned, and names the field that is wrong.

use std::collections::BTreeMap;

use guichet_core::{BadPhone, Channel, Money, Payer, Phone, Presentation};
use serde_json::{Map, Value};

use super::amount;
use super::fields::Fields;
use super::profile::PROFILE;
use super::protocol::{MOST_RECEIPT_LINES, REFERENCE_BYTES};
use super::wire::Raw;
use super::{codes, rules};
use crate::payin::PayinRequest;
use crate::web_address::{is_return_address, is_web_address};

/// The longest `transaction_id` that is taken, in bytes: our choice, nothing is documented.
const TRANSACTION_ID_BYTES: usize = 100;

/// The longest title, in characters; a longer description is cut for the title and kept whole beside it.
const TITLE_CHARS: usize = 200;

/// The fields without an equivalent of ours, which are given back or sent on as they came.
const ECHOED: [&str; 3] = ["metadata", "customer_id", "alternative_currency"];

/// An invalid field: the vendor's code, and a sentence that begins with the field's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InvalidField {
    pub(super) code: &'static str,
    pub(super) sentence: String,
}

/// The credential of the caller.
pub(super) struct Caller {
    pub(super) apikey: String,
    pub(super) site_id: String,
}

/// The reference by which a check names a payment.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// The merchant's own `transaction_id`.
    Merchant(String),
    /// The token that opening gave.
    Token(String),
}

/// The caller, who stands in the body, and the fields of it.
pub(super) fn caller(body: &[u8]) -> Result<(Caller, Fields), InvalidField> {
    let fields = Fields::read(body)
        .or_else(|why| wrong("body", &format!("must be a JSON object or a form: {why}")))?;
    let caller = Caller { apikey: required(&fields, "apikey")?, site_id: required(&fields, "site_id")? };
    Ok((caller, fields))
}

/// A call to open a payment.
pub(super) fn opening(caller: &Caller, fields: &Fields) -> Result<PayinRequest, InvalidField> {
    let reference = required(fields, "transaction_id")?;
    if reference.len() > TRANSACTION_ID_BYTES || reference.chars().any(char::is_control) {
        return wrong("transaction_id", "must be printable, and of at most 100 bytes");
    }
    let money = money(fields)?;
    let words = required(fields, "description")?;
    let title = words.trim().chars().take(TITLE_CHARS).collect();
    let notify_url = address(fields, "notify_url", is_web_address)?;
    let return_url = address(fields, "return_url", is_return_address)?;
    if notify_url.is_none() && return_url.is_none() {
        return wrong("notify_url", "is required, and so is return_url");
    }
    // Notifications carry the site.
    let mut echo = Map::from_iter([("site_id".to_owned(), Value::from(caller.site_id.clone()))]);
    for name in ECHOED {
        if let Some(text) =
            fields.get(name).map(|raw| raw.plain().unwrap_or_else(|| raw.as_written().to_owned()))
        {
            echo.insert(name.to_owned(), Value::from(text));
        }
    }
    let payer = payer(fields, &mut echo)?;
    let presentation = presentation(fields)?;
    payer_details(&presentation, &payer, &echo)?;
    Ok(PayinRequest {
        reference,
        title,
        description: (words.trim().chars().count() > TITLE_CHARS).then_some(words),
        money,
        payer,
        presentation,
        return_url,
        failure_url: None,
        notify_url,
        // A transaction_id that comes again is an error here, not a repetition.
        idempotency_key: None,
        echo,
    })
}

/// A call to ask about a payment.
pub(super) fn question(fields: &Fields) -> Result<Name, InvalidField> {
    // The documentation has `token`, the guide `payment_token`; one of the three is enough.
    let named = [("transaction_id", false), ("token", true), ("payment_token", true)]
        .into_iter()
        .find_map(|(field, is_token)| Some((given(fields, field)?, is_token)));
    match named {
        Some((text, _)) if text.len() > REFERENCE_BYTES => wrong("transaction_id", "is too long"),
        Some((text, true)) => Ok(Name::Token(text)),
        Some((text, false)) => Ok(Name::Merchant(text)),
        None => wrong("transaction_id", "or token is required"),
    }
}

/// The field of that name, unless it is blank.
fn given(fields: &Fields, name: &str) -> Option<String> {
    fields.text(name).filter(|text| !text.trim().is_empty())
}

fn required(fields: &Fields, name: &str) -> Result<String, InvalidField> {
    given(fields, name).map_or_else(|| wrong(name, "is required"), Ok)
}

/// Whole units, a multiple of five, within the limits; the guide sends them as a number or as a text.
fn money(fields: &Fields) -> Result<Money, InvalidField> {
    let code = required(fields, "currency")?.trim().to_ascii_uppercase();
    let known = amount::currency(&code).and_then(|known| Some((known, amount::limit(known)?)));
    let Some((currency, limit)) = known else {
        return wrong("currency", "must be XOF, XAF, CDF, GNF or USD");
    };
    let text = required(fields, "amount")?;
    let money = Money::from_decimal(text.trim(), currency);
    let Some(money) = money.filter(|money| money.to_major().is_some()) else {
        return wrong("amount", "must be a whole number");
    };
    let ends = [limit.least_minor, limit.most_minor].map(|end| Money::new(end, currency).to_major());
    let [Some(least), Some(most)] = ends else { return wrong("amount", "cannot be taken") };
    // The guide lists both codes without saying which calls answer them; using them here is our choice.
    if money.amount_minor < limit.least_minor {
        let sentence = format!("amount: must be at least {least} {}", currency.code());
        return Err(InvalidField { code: codes::AMOUNT_TOO_LOW, sentence });
    }
    if money.amount_minor > limit.most_minor {
        let sentence = format!("amount: must be at most {most} {}", currency.code());
        return Err(InvalidField { code: codes::AMOUNT_TOO_HIGH, sentence });
    }
    if money.amount_minor % limit.multiple_of_minor != 0 {
        return wrong("amount", "must be a multiple of 5");
    }
    Ok(money)
}

/// One published library sends null for one of the two, so one is enough; local ones are let through.
fn address(fields: &Fields, name: &str, fits: fn(&str) -> bool) -> Result<Option<String>, InvalidField> {
    let address = given(fields, name).map(|text| text.trim().to_owned());
    match address {
        Some(address) if !fits(&address) => wrong(name, "must begin with http:// or https://"),
        other => Ok(other),
    }
}

/// The payer. Values that do not fit our fields are kept in the echo; none of them is refused but a number that cannot
/// exist, because nobody could be asked there.
fn payer(fields: &Fields, echo: &mut Map<String, Value>) -> Result<Payer, InvalidField> {
    let text = |name: &str| given(fields, name).map(|text| text.trim().to_owned());
    let mut fits = |name: &str, fits: bool| {
        if let Some(text) = text(name).filter(|_| !fits) {
            echo.insert(name.to_owned(), Value::from(text));
        }
    };
    let phone = match text("customer_phone_number").map(|number| Phone::parse(&number)) {
        Some(Ok(phone)) => Some(phone),
        Some(Err(BadPhone::NotE164)) | None => None,
        Some(Err(BadPhone::CannotExist(plan))) => {
            return wrong("customer_phone_number", &format!("cannot exist: {plan}"));
        }
    };
    fits("customer_phone_number", phone.is_some());
    let country = text("customer_country").map(|country| country.to_ascii_uppercase());
    let country = country.filter(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic()));
    fits("customer_country", country.is_some());
    Ok(Payer {
        family_name: text("customer_name"),
        given_name: text("customer_surname"),
        email: text("customer_email"),
        phone,
        address: text("customer_address"),
        city: text("customer_city"),
        state: text("customer_state"),
        zip_code: text("customer_zip_code"),
        country,
        typed: Vec::new(),
    })
}

fn presentation(fields: &Fields) -> Result<Presentation, InvalidField> {
    let language = given(fields, "lang").map(|lang| rules::lang(lang.trim()).to_owned());
    let locked = given(fields, "lock_phone_number").map(|text| text.trim().to_ascii_lowercase());
    let lock_phone = matches!(locked.as_deref(), Some("true" | "1" | "yes" | "on"));
    let receipt = receipt(fields);
    if receipt.len() > MOST_RECEIPT_LINES {
        return wrong("invoice_data", "must have at most 3 lines");
    }
    Ok(Presentation { language, channels: channels(fields)?, lock_phone, receipt })
}

/// The channels; an empty list means all, and so does an absent field.
fn channels(fields: &Fields) -> Result<Vec<Channel>, InvalidField> {
    let words = given(fields, "channels").unwrap_or_default().to_ascii_uppercase();
    let mut channels = Vec::new();
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let channel = match word {
            "ALL" => return Ok(Vec::new()),
            "MOBILE_MONEY" => Channel::MobileMoney,
            "CREDIT_CARD" => Channel::Card,
            "WALLET" => Channel::Wallet,
            _ => return wrong("channels", "must be ALL, or some of MOBILE_MONEY, CREDIT_CARD and WALLET"),
        };
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    Ok(channels)
}

/// The lines of `invoice_data`, an object or what a form makes of one. Another shape has none.
fn receipt(fields: &Fields) -> BTreeMap<String, String> {
    let object = fields.get("invoice_data").filter(|raw| raw.as_written().starts_with('{'));
    let lines: Option<BTreeMap<String, Raw>> =
        object.and_then(|raw| serde_json::from_str(raw.as_written()).ok());
    let lines = lines.unwrap_or_default().into_iter();
    let lines = lines.filter_map(|(name, line)| Some((name, line.plain()?)));
    lines.chain(fields.members("invoice_data")).collect()
}

/// The rules that the vendor answers with 624 (its page of frequent problems): a phone number that is to be locked
/// and is not valid, and a card alone without address or town. That cards alone need the rest as well is
/// documented without a code; 608 is our choice.
fn payer_details(shown: &Presentation, payer: &Payer, echo: &Map<String, Value>) -> Result<(), InvalidField> {
    let vague =
        |sentence: &str| Err(InvalidField { code: codes::UNKNOWN_ERROR, sentence: sentence.to_owned() });
    let number = echo.get("customer_phone_number").and_then(Value::as_str);
    let has_phone = payer.phone.is_some() || number.is_some_and(is_number);
    if shown.lock_phone && !has_phone {
        return vague("lock_phone_number: needs a valid customer_phone_number");
    }
    if !rules::is_card_only(shown) {
        return Ok(());
    }
    if payer.address.is_none() || payer.city.is_none() {
        return vague("customer_address: card payments need it, and customer_city");
    }
    match rules::missing_for_cards(payer, has_phone).next() {
        None => Ok(()),
        Some(field) => wrong(PROFILE.field(field), "is required for card payments"),
    }
}

/// Whether a text can be a phone number written without its country code.
fn is_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (8..=15).contains(&digits)
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'+' | b'-' | b'.'))
}

fn wrong<T>(field: &str, rule: &str) -> Result<T, InvalidField> {
    Err(InvalidField { code: codes::FIELDS, sentence: format!("{field}: {rule}") })
}

#[cfg(test)]
mod tests;
