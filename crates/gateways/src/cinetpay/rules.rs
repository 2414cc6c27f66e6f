//! CinetPay's rules for a payment, checked before anything is written or called, and the request that
//! is made of one that breaks none. Sources: the initialisation page, and the table of what cards need.

use guichet_core::{Channel, Code, Money, Payer, Presentation};

use super::amount;
use super::protocol::{MOST_RECEIPT_LINES, is_reference};
use super::wire::{PaymentRequest, Raw};
use crate::payin::PayinRequest;
use crate::rule_violation::RuleViolation;
use crate::web_address::is_web_address;

/// Countries whose card payments need a state (the initialisation page names these two).
const COUNTRIES_WITH_STATES: [&str; 2] = ["US", "CA"];

/// The longest `transaction_id` that is sent, in bytes: our choice, nothing is documented.
const TRANSACTION_ID_BYTES: usize = 100;

/// The amount in whole units, when the request breaks no rule.
pub(super) fn whole_amount(request: &PayinRequest) -> Result<i64, RuleViolation> {
    let amount = amount(request)?;
    if description(&request.title).is_empty() {
        let message = "CinetPay needs a title with something in it beside # / $ _ and &.";
        return broken(Code::TitleEmpty, "title", message.to_owned());
    }
    for (url, code, field) in [
        (&request.return_url, Code::ReturnUrlInvalid, "return_url"),
        (&request.notify_url, Code::NotifyUrlInvalid, "notify_url"),
    ] {
        if url.as_deref().is_some_and(|url| !is_web_address(url)) {
            let message = format!("CinetPay needs a {{{field}}} that begins with http:// or https://.");
            return broken(code, field, message);
        }
    }
    let shown = &request.presentation;
    if shown.receipt.len() > MOST_RECEIPT_LINES {
        let message = format!("CinetPay prints at most {MOST_RECEIPT_LINES} lines on a receipt.");
        return broken(Code::ReceiptTooLong, "presentation.receipt", message);
    }
    let phone = phone(request);
    if shown.lock_phone && phone.is_none() {
        let message = "To lock the phone number, CinetPay needs one: give {payer.phone}.";
        return broken(Code::PhoneMissing, "payer.phone", message.to_owned());
    }
    if is_card_only(shown) {
        card(&request.payer, phone.is_some())?;
    }
    Ok(amount)
}

fn amount(request: &PayinRequest) -> Result<i64, RuleViolation> {
    let Money { amount_minor, currency } = request.money;
    let Some(limit) = amount::limit(currency) else {
        let message = "CinetPay takes XOF, XAF, CDF, GNF and USD: make the order in one of these, or pay it at another gateway.";
        return broken(Code::CurrencyNotSupported, "currency", message.to_owned());
    };
    let code = limit.currency;
    let Some(whole) = request.money.to_major() else {
        let message = format!(
            "CinetPay takes whole {code} only: the amount (in minor units) must be a multiple of 100."
        );
        return broken(Code::AmountNotWhole, "amount", message);
    };
    if !(limit.least_minor..=limit.most_minor).contains(&amount_minor) {
        let ends = [limit.least_minor, limit.most_minor];
        let [least, most] = ends.map(|minor| Money::new(minor, currency).to_major().unwrap_or(minor));
        let message = format!("CinetPay takes {least} to {most} {code}; this is {whole} {code}.");
        return broken(Code::AmountOutOfRange, "amount", message);
    }
    if amount_minor % limit.multiple_of_minor != 0 {
        let message = format!("CinetPay takes multiples of 5 in {code}; this is {whole} {code}.");
        return broken(Code::AmountNotMultiple, "amount", message);
    }
    Ok(whole)
}

/// Whether cards are the only way to pay that is asked for: without the payer's particulars the page
/// would then have nothing to offer.
pub(super) fn is_card_only(shown: &Presentation) -> bool {
    !shown.channels.is_empty() && shown.channels.iter().all(|channel| *channel == Channel::Card)
}

/// The payer's fields that card payments need and that are missing, by our names. Shared with the dialect.
pub(super) fn missing_for_cards(payer: &Payer, has_phone: bool) -> impl Iterator<Item = &'static str> {
    let is_blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    let country = payer.country.as_deref().unwrap_or_default();
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic());
    let has_states = COUNTRIES_WITH_STATES.iter().any(|code| code.eq_ignore_ascii_case(country));
    [
        ("payer.family_name", is_blank(&payer.family_name)),
        ("payer.given_name", is_blank(&payer.given_name)),
        ("payer.email", is_blank(&payer.email)),
        ("payer.phone", !has_phone),
        ("payer.address", is_blank(&payer.address)),
        ("payer.city", is_blank(&payer.city)),
        ("payer.country", !is_country),
        ("payer.state", has_states && is_blank(&payer.state)),
        ("payer.zip_code", is_blank(&payer.zip_code)),
    ]
    .into_iter()
    .filter_map(|(field, is_missing)| is_missing.then_some(field))
}

/// The payer's phone number; one of this vendor's own clients may have written it without its country
/// code, and then goes on as it came.
fn phone(request: &PayinRequest) -> Option<String> {
    let number = request.payer.phone.as_ref().map(ToString::to_string);
    let typed = || request.echo.get("customer_phone_number").and_then(serde_json::Value::as_str);
    number.or_else(|| typed().map(str::to_owned))
}

fn card(payer: &Payer, has_phone: bool) -> Result<(), RuleViolation> {
    let Some(field) = missing_for_cards(payer, has_phone).next() else { return Ok(()) };
    let message = format!(
        "For a payment by card alone CinetPay needs the payer's family name, given name, e-mail, phone, address, city, \
         country (two letters), postal code and, in the United States and Canada, state: give {{{field}}}."
    );
    Err(RuleViolation { code: Code::CardPayerIncomplete, field, sentence: message })
}

/// The text for the gateway's page. The characters that it asks to avoid become spaces; words are
/// never refused for them.
pub(super) fn description(title: &str) -> String {
    let allowed = |c: char| if matches!(c, '#' | '/' | '$' | '_' | '&') || c.is_control() { ' ' } else { c };
    title.chars().map(allowed).collect::<String>().trim().to_owned()
}

/// The body that opens this payment.
///
/// # Errors
/// A sentence that says why it cannot be made.
pub(super) fn payment(request: &PayinRequest, apikey: &str, site_id: &str) -> Result<PaymentRequest, String> {
    // The engine has validated before; this keeps an amount that does not fit from ever leaving.
    let amount = whole_amount(request).map_err(|rule| rule.message())?;
    if !is_transaction_id(&request.reference) {
        return Err("CinetPay needs a name for the payment, of letters and digits".to_owned());
    }
    let (payer, shown) = (&request.payer, &request.presentation);
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let metadata = request.echo.get("metadata").and_then(serde_json::Value::as_str);
    Ok(PaymentRequest {
        amount: Raw::of(&amount),
        apikey: apikey.to_owned(),
        site_id: site_id.to_owned(),
        currency: request.money.currency.code().to_owned(),
        transaction_id: request.reference.clone(),
        description: description(&request.title),
        return_url: request.return_url.clone(),
        notify_url: request.notify_url.clone(),
        customer_name: given(&payer.family_name),
        customer_surname: given(&payer.given_name),
        channels: Some(channels(&shown.channels)),
        lang: shown.language.as_deref().map(|language| lang(language).to_owned()),
        metadata: metadata.map(str::to_owned),
        invoice_data: (!shown.receipt.is_empty()).then(|| Raw::of(&shown.receipt)),
        lock_phone_number: shown.lock_phone.then_some(true),
        customer_phone_number: phone(request),
        customer_email: given(&payer.email),
        customer_address: given(&payer.address),
        customer_city: given(&payer.city),
        customer_country: given(&payer.country).map(|country| country.to_ascii_uppercase()),
        customer_state: given(&payer.state),
        customer_zip_code: given(&payer.zip_code),
    })
}

/// The language of the page: French or English; any other language becomes French.
pub(super) fn lang(language: &str) -> &'static str {
    if language.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("en")) { "en" } else { "fr" }
}

fn channels(channels: &[Channel]) -> String {
    let words =
        [(Channel::MobileMoney, "MOBILE_MONEY"), (Channel::Card, "CREDIT_CARD"), (Channel::Wallet, "WALLET")];
    let wanted = words.into_iter().filter(|(channel, _)| channels.contains(channel));
    let wanted: Vec<&str> = wanted.map(|(_, word)| word).collect();
    if wanted.is_empty() { "ALL".to_owned() } else { wanted.join(", ") }
}

/// Whether a name of ours can be a `transaction_id`; third parties forbid `#`, `/`, `$`, `_` and `&`
/// in it, so only letters, digits, dashes and dots leave us.
fn is_transaction_id(text: &str) -> bool {
    is_reference(text, TRANSACTION_ID_BYTES)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

fn broken<T>(code: Code, field: &'static str, sentence: String) -> Result<T, RuleViolation> {
    Err(RuleViolation { code, field, sentence })
}

#[cfg(test)]
mod tests {
    use guichet_core::{Currency, Phone};

    use super::*;

    fn request() -> PayinRequest {
        PayinRequest {
            reference: "pay1".to_owned(),
            title: "Order 1".to_owned(),
            return_url: Some("https://shop.example/thanks".to_owned()),
            notify_url: Some("http://localhost:8080/notify".to_owned()),
            ..PayinRequest::of(Money::new(2500, Currency::XOF))
        }
    }

    fn code(code: &str) -> Currency {
        Currency::from_code(code).expect("a currency")
    }

    fn card_payer() -> Payer {
        let text = |text: &str| Some(text.to_owned());
        Payer {
            family_name: text("Dje Bi"),
            given_name: text("Jean-Marc"),
            email: text("jm@example.org"),
            phone: Phone::parse("+2250707000001").ok(),
            address: text("Rue 12"),
            city: text("Abidjan"),
            state: None,
            zip_code: text("00225"),
            country: text("CI"),
            typed: Vec::new(),
        }
    }

    fn check(change: impl FnOnce(&mut PayinRequest), expected: Result<i64, (&str, &str)>) {
        let mut request = request();
        change(&mut request);
        let found = whole_amount(&request);
        let found = found.as_ref().map(|whole| *whole).map_err(|rule| (rule.code.word(), rule.field));
        assert_eq!(found, expected, "{request:?}");
    }

    #[test]
    fn amounts() {
        let range = Err(("amount_out_of_range", "amount"));
        let multiple = Err(("amount_not_multiple", "amount"));
        let whole = Err(("amount_not_whole", "amount"));
        for (currency, minor, expected) in [
            ("XOF", 100, Ok(100)),
            ("XOF", 95, range),
            ("XOF", 102, multiple),
            ("XOF", 2_500_000, Ok(2_500_000)),
            ("XOF", 2_500_005, range),
            ("XOF", 0, range),
            ("XOF", -100, range),
            ("XOF", i64::MAX, range),
            ("XAF", 2505, Ok(2505)),
            ("GNF", 35_000_000, Ok(35_000_000)),
            ("CDF", 40_000, Ok(400)),
            ("CDF", 40_500, Ok(405)),
            ("CDF", 40_100, multiple),
            ("CDF", 40_050, whole),
            ("CDF", 39_500, range),
            ("USD", 100, Ok(1)),
            ("USD", 300, Ok(3)),
            ("USD", 150, whole),
            ("USD", 0, range),
        ] {
            check(|request| request.money = Money::new(minor, code(currency)), expected);
        }
        for currency in ["EUR", "DZD", "KWD"] {
            check(|r| r.money.currency = code(currency), Err(("currency_not_supported", "currency")));
        }
    }

    #[test]
    fn words_and_addresses() {
        let title = Err(("title_empty", "title"));
        check(|request| request.title = "Order #7 / 50$ & more_stuff".to_owned(), Ok(2500));
        for empty in ["", "  ", "#/$_&", "\u{7}\n"] {
            check(|request| request.title = empty.to_owned(), title);
        }
        check(|request| (request.return_url, request.notify_url) = (None, None), Ok(2500));
        for bad in ["", "shop.example", "javascript:alert(1)", "http://"] {
            let return_url = Err(("return_url_invalid", "return_url"));
            check(|request| request.return_url = Some(bad.to_owned()), return_url);
            let notify_url = Err(("notify_url_invalid", "notify_url"));
            check(|request| request.notify_url = Some(bad.to_owned()), notify_url);
        }
    }

    #[test]
    fn forbidden_characters_become_spaces() {
        for (title, expected) in [
            ("Order 7", "Order 7"),
            (" Order #7 / 50$ & more_stuff ", "Order  7   50    more stuff"),
            ("Café – été (n° 7): 100%", "Café – été (n° 7): 100%"),
            ("a\tb\nc\0", "a b c"),
        ] {
            assert_eq!(description(title), expected);
        }
    }

    #[test]
    fn presentation() {
        let lines = |count: usize| (0..count).map(|n| (n.to_string(), "x".to_owned())).collect();
        check(|request| request.presentation.receipt = lines(3), Ok(2500));
        let receipt = Err(("receipt_too_long", "presentation.receipt"));
        check(|request| request.presentation.receipt = lines(4), receipt);
        check(|request| request.presentation.lock_phone = true, Err(("phone_missing", "payer.phone")));
        check(|request| (request.presentation.lock_phone, request.payer) = (true, card_payer()), Ok(2500));
    }

    #[test]
    fn a_card_alone_needs_the_payers_particulars() {
        let incomplete = |field| Err(("card_payer_incomplete", field));
        let with = |change: fn(&mut Payer), channels: &[Channel], expected| {
            check(
                |request| {
                    request.payer = card_payer();
                    request.presentation.channels = channels.to_vec();
                    change(&mut request.payer);
                },
                expected,
            );
        };
        let card = &[Channel::Card, Channel::Card];
        with(|_| {}, card, Ok(2500));
        with(|payer| *payer = Payer::default(), card, incomplete("payer.family_name"));
        with(|payer| payer.family_name = Some(" ".to_owned()), card, incomplete("payer.family_name"));
        with(|payer| payer.given_name = None, card, incomplete("payer.given_name"));
        with(|payer| payer.email = None, card, incomplete("payer.email"));
        with(|payer| payer.phone = None, card, incomplete("payer.phone"));
        with(|payer| payer.address = None, card, incomplete("payer.address"));
        with(|payer| payer.city = None, card, incomplete("payer.city"));
        with(|payer| payer.country = None, card, incomplete("payer.country"));
        with(|payer| payer.country = Some("CIV".to_owned()), card, incomplete("payer.country"));
        with(|payer| payer.country = Some("us".to_owned()), card, incomplete("payer.state"));
        with(|payer| payer.zip_code = None, card, incomplete("payer.zip_code"));
        // With other channels beside it, the page merely leaves cards out.
        with(|payer| *payer = Payer::default(), &[], Ok(2500));
        with(|payer| *payer = Payer::default(), &[Channel::Card, Channel::Wallet], Ok(2500));
    }

    #[test]
    fn names_for_payments() {
        for good in ["pay01k", "A-1.b"] {
            assert!(is_transaction_id(good), "{good}");
        }
        for bad in ["", "..", "pay_1", "a#", "a/b", "a$", "a&b", "a b", "é", &"x".repeat(101)] {
            assert!(!is_transaction_id(bad), "{bad}");
        }
    }

    #[test]
    fn channels_and_languages() {
        let (mobile, card, wallet) = (Channel::MobileMoney, Channel::Card, Channel::Wallet);
        for (asked, expected) in [
            (&[][..], "ALL"),
            (&[wallet, mobile], "MOBILE_MONEY, WALLET"),
            (&[card, card], "CREDIT_CARD"),
            (&[wallet, card, mobile], "MOBILE_MONEY, CREDIT_CARD, WALLET"),
        ] {
            assert_eq!(channels(asked), expected);
        }
        for (asked, expected) in
            [("fr", "fr"), ("en", "en"), ("EN-gb", "en"), ("ar", "fr"), ("", "fr"), ("é", "fr")]
        {
            assert_eq!(lang(asked), expected, "{asked}");
        }
    }
}
