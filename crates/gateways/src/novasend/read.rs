//! Reads what Novasend's clients send to open a payin, in either generation's spelling, and names the
//! first field that violates a rule. Unknown fields are tolerated, null is taken for absent,
//! and a phone number may be missing, because some integrators leave it out.

use std::collections::BTreeMap;

use guichet_core::{BadPhone, Currency, Money, NumberingPlan, Payer, Phone, json_as_read};
use http::StatusCode;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::amount::Amount;
use super::country::{self, Country};
use super::protocol::{LEAST_FRANCS, MERCHANT_REFERENCE_CHARS, MOST_FRANCS, is_merchant_reference};
use super::refusal::{Refused, field, refused};
use crate::payin::PayinRequest;
use crate::web_address::is_return_address;

/// The longest of the other texts, in characters: our choice.
const TEXT_CHARS: usize = 200;

/// The longest address, in characters: our choice.
const URL_CHARS: usize = 2048;

/// The outcomes that `sandboxScenario` may force, by other integrators' account.
const SCENARIOS: [&str; 3] = ["completed", "failed", "pending"];

/// An object whose members are still unread. Where one is given twice the last counts, as in the
/// vendor's own language.
type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// The request in words that belong to no vendor, or the first rule it breaks.
pub(super) fn session(body: &[u8]) -> Result<PayinRequest, Refused> {
    let body = json_as_read(body);
    let fields: Fields<'_> = serde_json::from_slice(&body)
        .map_err(|_| field("The body", "must be a JSON object.", "doit être un objet JSON."))?;
    let reference =
        text(&fields, "reference", MERCHANT_REFERENCE_CHARS)?.filter(|text| is_merchant_reference(text));
    let Some(reference) = reference else {
        return Err(field(
            "reference",
            "is required: 1 to 128 characters, no control characters.",
            "est obligatoire : 1 à 128 caractères, sans caractère de contrôle.",
        ));
    };
    let (country, currency) = country_and_currency(&fields)?;
    let money = Money::new(amount(&fields, currency)?, currency);
    let customer = inner(&fields, "customer")?;
    let either = |name: &str, within: &str| {
        Ok::<_, Refused>(text(&fields, name, TEXT_CHARS)?.or(text(&customer, within, TEXT_CHARS)?))
    };
    let (msisdn, name) = (either("msisdn", "phoneNumber")?, either("customerName", "name")?);
    let phone = msisdn.as_deref().map(|number| phone(number, country)).transpose()?;
    let action = inner(&fields, "action")?;
    let echo = [
        ("accountId", text(&fields, "accountId", TEXT_CHARS)?),
        ("msisdn", msisdn.clone()),
        ("customerName", name.clone()),
        ("sandboxScenario", scenario(&fields)?),
    ];
    let echo: Map<String, Value> = echo
        .into_iter()
        .filter_map(|(name, text)| text.map(|text| (name.to_owned(), Value::from(text))))
        .collect();
    let payer =
        Payer { family_name: name, phone, country: Some(country.code.to_owned()), ..Payer::default() };
    Ok(PayinRequest {
        // The protocol has no field for what the customer reads.
        title: format!("Payment {reference}"),
        reference,
        payer,
        return_url: address(&action, "successUrl")?,
        failure_url: address(&action, "failureUrl")?,
        echo,
        ..PayinRequest::of(money)
    })
}

/// The country decides the currency; `currency`, which no page of the vendor's has, may only agree.
fn country_and_currency(fields: &Fields<'_>) -> Result<(&'static Country, Currency), Refused> {
    let Some(said) = text(fields, "country", TEXT_CHARS)? else {
        return Err(field("country", "is required, such as CI.", "est obligatoire, par exemple CI."));
    };
    let known = country::of_code(&said)
        .and_then(|country| Some((country, Currency::from_code(country.currency).ok()?)));
    let Some((country, currency)) = known else {
        return Err(refused(
            StatusCode::NOT_FOUND,
            "country_not_found",
            "No payments are taken in this country.",
            "Aucun paiement n'est accepté dans ce pays.",
        ));
    };
    if text(fields, "currency", TEXT_CHARS)?.is_some_and(|said| said != currency.code()) {
        return Err(field("currency", "must be that of the country.", "doit être celle du pays."));
    }
    Ok((country, currency))
}

/// The payer's number: E.164 (the guide, the docs), with spaces, dots, dashes and parentheses, and with 00 or nothing in
/// the place of the plus, as people and programs write it. A number without its country is refused, because the vendor
/// would ask nobody.
fn phone(number: &str, country: &Country) -> Result<Phone, Refused> {
    let digits: String =
        number.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')' | '\u{a0}')).collect();
    let international = match digits.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None if format!("+{digits}").starts_with(country.prefix) => format!("+{digits}"),
        None => digits,
    };
    Phone::parse(&international).map_err(|bad| match bad {
        BadPhone::NotE164 => {
            let like = NumberingPlan::of_country(country.code).map_or("+2250701020304", |plan| plan.example);
            field(
                "msisdn",
                &format!("must be a phone number with its country code, such as {like}."),
                &format!("doit être un numéro de téléphone avec son indicatif, par exemple {like}."),
            )
        }
        BadPhone::CannotExist(plan) => field(
            "msisdn",
            &format!("cannot exist: {plan}."),
            &format!(
                "ne peut pas exister : après +{} viennent {} chiffres, par exemple {}.",
                plan.calling_code,
                plan.lengths("ou"),
                plan.example
            ),
        ),
    })
}

/// Whole francs, as a number or a text. The docs have 400 for an amount, but publish no code.
fn amount(fields: &Fields<'_>, currency: Currency) -> Result<i64, Refused> {
    let given = given(fields, "amount").and_then(|raw| serde_json::from_str::<Amount>(raw.get()).ok());
    let minor = given.and_then(|amount| amount.minor(currency));
    minor.filter(|minor| (LEAST_FRANCS..=MOST_FRANCS).contains(minor)).ok_or_else(|| {
        refused(
            StatusCode::BAD_REQUEST,
            "invalid_amount",
            &format!("amount must be whole francs, from {LEAST_FRANCS} to {MOST_FRANCS}."),
            &format!("amount doit être en francs entiers, de {LEAST_FRANCS} à {MOST_FRANCS}."),
        )
    })
}

fn scenario(fields: &Fields<'_>) -> Result<Option<String>, Refused> {
    match text(fields, "sandboxScenario", TEXT_CHARS)? {
        Some(word) if !SCENARIOS.contains(&word.as_str()) => Err(field(
            "sandboxScenario",
            "must be completed, failed or pending.",
            "doit être completed, failed ou pending.",
        )),
        word => Ok(word),
    }
}

fn address(action: &Fields<'_>, name: &str) -> Result<Option<String>, Refused> {
    match text(action, name, URL_CHARS)? {
        Some(url) if !is_return_address(&url) => Err(field(
            &format!("action.{name}"),
            "must be an HTTP or HTTPS address.",
            "doit être une adresse HTTP ou HTTPS.",
        )),
        url => Ok(url),
    }
}

/// A member that is there and not null.
fn given<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a RawValue> {
    fields.get(name).copied().filter(|raw| raw.get() != "null")
}

fn text(fields: &Fields<'_>, name: &str, most_chars: usize) -> Result<Option<String>, Refused> {
    let Some(raw) = given(fields, name) else { return Ok(None) };
    let text = serde_json::from_str::<String>(raw.get()).ok();
    let fits = |text: &String| text.chars().count() <= most_chars && !text.chars().any(char::is_control);
    match text.filter(fits) {
        Some(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        None => Err(field(
            name,
            &format!("must be a text of at most {most_chars} characters."),
            &format!("doit être un texte d'au plus {most_chars} caractères."),
        )),
    }
}

/// The members of an object within; none where it is absent.
fn inner<'a>(fields: &Fields<'a>, name: &str) -> Result<Fields<'a>, Refused> {
    let Some(raw) = given(fields, name) else { return Ok(Fields::new()) };
    serde_json::from_str(raw.get()).map_err(|_| field(name, "must be an object.", "doit être un objet."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::novasend::refusal::Language;
    use crate::novasend::wire::{ErrorReply, read};

    const GOLDEN: &str = include_str!("golden/session.request.json");

    /// The code of a refusal and the field its sentence begins with.
    fn complaint(refused: Refused) -> String {
        let reply: ErrorReply =
            read(&refused.into_response(Language::English).body).expect("the vendor's shape");
        let message = reply.message.expect("a sentence");
        let name = message.split(' ').next().unwrap_or_default();
        format!("{} {name}", reply.code.expect("a code"))
    }

    fn check(fields: &str, expected: Result<(i64, &str), &str>) {
        let body = format!(r#"{{"reference":"pay_1",{fields}}}"#);
        let found = session(body.as_bytes());
        let found = found.as_ref().map(|request| (request.money.amount_minor, request.money.currency.code()));
        match (found, expected) {
            (Err(refused), Err(expected)) => assert_eq!(complaint(refused.clone()), expected, "{body}"),
            (found, expected) => assert_eq!(found.ok(), expected.ok(), "{body}"),
        }
    }

    #[test]
    fn the_documented_request() {
        let reference = "ef76fb64-af0b-4c37-8729-bf61d85721fd";
        let expected = PayinRequest {
            reference: reference.to_owned(),
            title: format!("Payment {reference}"),
            payer: Payer {
                family_name: Some("John Doe".to_owned()),
                phone: Phone::parse("+2250702968786").ok(),
                country: Some("CI".to_owned()),
                ..Payer::default()
            },
            echo: [
                ("accountId".to_owned(), Value::from("merchant_9923lkdz")),
                ("msisdn".to_owned(), Value::from("+2250702968786")),
                ("customerName".to_owned(), Value::from("John Doe")),
            ]
            .into_iter()
            .collect(),
            ..PayinRequest::of(Money::new(300, Currency::XOF))
        };
        assert_eq!(session(GOLDEN.as_bytes()), Ok(expected.clone()));
        // The spelling of generation B, with what nobody asked for.
        let b = GOLDEN
            .replace(
                r#""msisdn":"+2250702968786","customerName":"John Doe""#,
                r#""msisdn":null,"customer":{"name":"John Doe","phoneNumber":"+2250702968786","x":1}"#,
            )
            .replace("300", "\"300.00\"")
            .replace('{', "{\"x-unheard-of\":1e309,");
        assert_eq!(session(b.as_bytes()), Ok(expected));
    }

    #[test]
    fn read_liberally() {
        let good = Ok((300, "XOF"));
        for (rest, expected) in [
            (r#""country":"CI""#, good),
            (r#""country":" ci ""#, good),
            (r#""country":"SN","currency":"XOF""#, good),
            (r#""country":"CM""#, Ok((300, "XAF"))),
            (r#""country":"GA","currency":null"#, Ok((300, "XAF"))),
            (r#""country":"CI","msisdn":"""#, good),
            (r#""country":"CI","action":{"successUrl":"https://shop.example/ok","failureUrl":null}"#, good),
            (r#""country":"CI","action":null,"customer":null,"accountId":null"#, good),
            (r#""country":"CI","sandboxScenario":"failed""#, good),
            (r#""country":"CI","country":"TG""#, good),
        ] {
            check(&format!("\"amount\":300,{rest}"), expected);
        }
        for (amount, expected) in
            [("\"300\"", 300), ("\"300.00\"", 300), ("300.0", 300), ("100", 100), ("2000000", 2_000_000)]
        {
            check(&format!("\"country\":\"CI\",\"amount\":{amount}"), Ok((expected, "XOF")));
        }
    }

    #[test]
    fn each_broken_rule_is_named() {
        for amount in [
            "99",
            "2000001",
            "300.5",
            "-300",
            "3e2",
            "1e309",
            "\"300 F\"",
            "\"\"",
            "null",
            "true",
            "[300]",
            "99999999999999999999",
        ] {
            check(&format!("\"country\":\"CI\",\"amount\":{amount}"), Err("invalid_amount amount"));
        }
        let long = format!(r#""country":"CI","customerName":"{}""#, "x".repeat(201));
        for (rest, expected) in [
            (r#""country":null"#, "validation_error country"),
            (r#""country":225"#, "validation_error country"),
            (r#""country":"FR""#, "country_not_found No"),
            (r#""country":"CI","currency":"XAF""#, "validation_error currency"),
            (r#""country":"CI","msisdn":2250702968786"#, "validation_error msisdn"),
            (r#""country":"CI","msisdn":"+22507000001""#, "validation_error msisdn"),
            (r#""country":"BJ","customer":{"phoneNumber":"+22997123456"}"#, "validation_error msisdn"),
            (r#""country":"CI","msisdn":"+225\u0000""#, "validation_error msisdn"),
            (r#""country":"CI","msisdn":"abc""#, "validation_error msisdn"),
            (r#""country":"CI","msisdn":"0702968786""#, "validation_error msisdn"),
            (r#""country":"CI","msisdn":"+225""#, "validation_error msisdn"),
            (r#""country":"CI","customer":{"phoneNumber":"abc"}"#, "validation_error msisdn"),
            (r#""country":"CI","customer":[]"#, "validation_error customer"),
            (r#""country":"CI","customer":{"name":7}"#, "validation_error name"),
            (r#""country":"CI","accountId":7"#, "validation_error accountId"),
            (r#""country":"CI","action":"https://shop.example/""#, "validation_error action"),
            (r#""country":"CI","action":{"successUrl":"shop"}"#, "validation_error action.successUrl"),
            (
                r#""country":"CI","action":{"failureUrl":"javascript:alert(1)"}"#,
                "validation_error action.failureUrl",
            ),
            (r#""country":"CI","sandboxScenario":"paid""#, "validation_error sandboxScenario"),
            (long.as_str(), "validation_error customerName"),
        ] {
            check(&format!("\"amount\":300,{rest}"), Err(expected));
        }
        for reference in ["null", "\"\"", "\" \"", "7", "\"a\\nb\"", &format!("\"{}\"", "x".repeat(129))] {
            check(
                &format!("\"reference\":{reference},\"amount\":300,\"country\":\"CI\""),
                Err("validation_error reference"),
            );
        }
        for body in ["", "null", "[]", "5", "{", "a=b", "\u{feff}"] {
            assert_eq!(
                session(body.as_bytes()).map_err(complaint),
                Err("validation_error The".to_owned()),
                "{body}"
            );
        }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for sent in [
            "+2250702968786",
            "2250702968786",
            "002250702968786",
            "+225 07 02 96 87 86",
            "(+225) 07-02-96-87-86",
        ] {
            let body = format!(r#"{{"reference":"pay_1","amount":300.0,"country":"CI","msisdn":"{sent}"}}"#);
            let request = session(body.as_bytes()).expect("a request");
            assert_eq!(request.payer.phone, Phone::parse("+2250702968786").ok(), "{sent}");
            assert_eq!(request.echo["msisdn"], sent);
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        let body = "\u{feff}{\"reference\":\"pay_1\",\"amount\":300,\"country\":\"CI\"}";
        assert!(session(body.as_bytes()).is_ok());
    }
}
