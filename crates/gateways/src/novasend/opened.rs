//! The link in an answer to opening, where it is a link to this very payment.

use guichet_core::{Link, Money};

use super::wire::{Payin, is_reference, read};

/// The longest pay page address that is taken from the gateway, in bytes.
const URL_BYTES: usize = 2048;

/// The link in a successful body, or a code saying why there is none to trust. `ours` and `money` are
/// what was sent.
///
/// The link has no expiry, because no page of the vendor's tells one: taking it for expired too soon would hand
/// out a second one while the first can still be paid. That it has
/// expired is learnt by a check (`expired`).
pub(super) fn link(body: &[u8], ours: &str, money: Money) -> Result<Link, &'static str> {
    let payin: Payin = read(body)?;
    let reference =
        payin.system_reference().filter(|text| is_reference(text)).ok_or("gateway_bad_reference")?;
    match payin.merchant_reference() {
        Some(echo) if echo != ours => return Err("gateway_other_payment"),
        // A lone `reference` that is ours leaves the gateway's own unknown.
        None if reference == ours => return Err("gateway_bad_reference"),
        Some(_) | None => {}
    }
    let same_currency = payin.currency.as_deref().is_none_or(|code| code == money.currency.code());
    let same_amount =
        payin.amount.as_ref().is_none_or(|amount| amount.minor(money.currency) == Some(money.amount_minor));
    if !same_currency || !same_amount {
        return Err("gateway_other_payment");
    }
    let url = match payin.payment_url.as_deref() {
        Some(text) => Some(page(text).ok_or("gateway_bad_url")?),
        // There is nothing to confirm on a page: the operator asks the payer on the phone.
        None if payin.confirmation_required == Some(false) => None,
        None => return Err("gateway_bad_url"),
    };
    let fee = payin.any_fee().and_then(|fee| fee.minor(money.currency));
    Ok(Link {
        reference: reference.to_owned(),
        url,
        expires_at_ms: None,
        alias: Some(ours.to_owned()),
        fee: fee.map(|fee| Money::new(fee, money.currency)),
    })
}

/// The address as parsed, so that it fits a header and an attribute whatever the gateway sent.
fn page(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    let sound = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= URL_BYTES;
    sound.then(|| url.into())
}

#[cfg(test)]
mod tests {
    use guichet_core::Currency;

    use super::*;

    const CREATED: &str = include_str!("golden/session.created.json");
    const OURS: &str = "ef76fb64-af0b-4c37-8729-bf61d85721fd";
    const PAGE: &str = "https://link.novasend.app/link/%7BshortCode%7D";

    fn check(body: &str, expected: Result<(&str, Option<&str>), &str>) {
        let found = link(body.as_bytes(), OURS, Money::new(300, Currency::XOF));
        let found = found.as_ref().map(|link| {
            assert_eq!((link.expires_at_ms, link.alias.as_deref()), (None, Some(OURS)));
            (link.reference.as_str(), link.url.as_deref())
        });
        assert_eq!(found.map_err(|code| *code), expected, "{body}");
    }

    #[test]
    fn the_guide_s_answer_and_changes_to_it() {
        let good = Ok(("tr_fhchi842jyimwiugjgszcxvb8n", Some(PAGE)));
        let other = Err("gateway_other_payment");
        for (from, to, expected) in [
            ("", "", good),
            ("\"type\":\"payin\",", "", good),
            ("\"amount\":300,", "", good),
            ("\"amount\":300", "\"amount\":null", good),
            ("\"amount\":300", "\"amount\":\"300.00\"", good),
            ("\"amount\":300", "\"amount\":301", other),
            ("\"amount\":300", "\"amount\":1e309", other),
            ("\"amount\":300", "\"amount\":{}", Err("gateway_unreadable")),
            ("\"currency\":\"XOF\",", "", good),
            ("\"XOF\"", "\"XAF\"", other),
            ("\"XOF\"", "\"xof\"", other),
            ("\"customerReference\":\"ef", "\"customerReference\":\"ff", other),
            ("\"customerReference\":\"ef76fb64-af0b-4c37-8729-bf61d85721fd\",", "", good),
            ("\"status\":\"processing\"", "\"status\":\"processed\"", good),
            ("https://link", "javascript://link", Err("gateway_bad_url")),
        ] {
            check(&CREATED.replacen(from, to, 1), expected);
        }
    }

    #[test]
    fn generation_b_and_what_is_between() {
        let body = |names: &str| format!("{{{names},\"paymentUrl\":\"https://pay.example/1\"}}");
        let good = |reference| Ok((reference, Some("https://pay.example/1")));
        for (names, expected) in [
            (format!(r#""id":"pr_1","reference":"{OURS}""#), good("pr_1")),
            (format!(r#""id":"pr_1","reference":"tr_1","customerReference":"{OURS}""#), good("pr_1")),
            (r#""reference":"tr_1""#.to_owned(), good("tr_1")),
            (r#""id":"pr_1""#.to_owned(), good("pr_1")),
            (r#""id":"pr_1","reference":"pay_2""#.to_owned(), Err("gateway_other_payment")),
            (format!(r#""reference":"{OURS}""#), Err("gateway_bad_reference")),
            (format!(r#""customerReference":"{OURS}""#), Err("gateway_bad_reference")),
            (r#""id":"","reference":"tr_1""#.to_owned(), Err("gateway_bad_reference")),
        ] {
            check(&body(&names), expected);
        }
    }

    #[test]
    fn a_page_may_be_missing_only_where_nothing_is_to_be_confirmed() {
        for (rest, expected) in [
            (r#""confirmationRequired":false"#, Ok(("tr_1", None))),
            (r#""confirmationRequired":false,"paymentUrl":null"#, Ok(("tr_1", None))),
            (r#""confirmationRequired":false,"paymentUrl":"x""#, Err("gateway_bad_url")),
            (r#""confirmationRequired":true,"paymentUrl":null"#, Err("gateway_bad_url")),
            (r#""confirmationRequired":null"#, Err("gateway_bad_url")),
            (r#""confirmationRequired":"false""#, Err("gateway_unreadable")),
        ] {
            check(&format!(r#"{{"reference":"tr_1","customerReference":"{OURS}",{rest}}}"#), expected);
        }
    }
}
