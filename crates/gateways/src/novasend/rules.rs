//! Novasend's rules for a payment, checked before anything is written or called: whole francs within
//! the docs' range, a payer with a phone number, and a country whose money is the order's.

use guichet_core::{Code, Money};

use super::country::{self, Country};
use super::protocol::{LEAST_FRANCS, MERCHANT_REFERENCE_CHARS, MOST_FRANCS, is_merchant_reference};
use crate::payin::PayinRequest;
use crate::rule_violation::RuleViolation;
use crate::web_address::is_web_address;

/// The values of a request that violates no rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ValidRequest {
    /// The money that is to be paid.
    pub(super) money: Money,
    /// The same in whole francs.
    pub(super) francs: i64,
    /// The payer's number, E.164.
    pub(super) phone: String,
    /// The payer's country, ISO 3166-1 alpha-2.
    pub(super) country: &'static str,
}

/// The values of the request, when it violates no rule.
pub(super) fn validated(request: &PayinRequest) -> Result<ValidRequest, RuleViolation> {
    let (money, francs) = (request.money, amount(request)?);
    if !is_merchant_reference(&request.reference) {
        return Err(broken(
            Code::ReferenceInvalid,
            "reference",
            format!(
                "Novasend needs a reference of 1 to {MERCHANT_REFERENCE_CHARS} characters without control \
                 characters."
            ),
        ));
    }
    let Some(phone) = request.payer.phone.as_ref().map(ToString::to_string) else {
        let message = "Novasend asks the payer on their phone: give {payer.phone}, with its country code, such as +2250701020304.";
        return Err(broken(Code::PhoneMissing, "payer.phone", message.to_owned()));
    };
    let country = country(request, &phone)?;
    if country.currency != money.currency.code() {
        return Err(broken(
            Code::CurrencyOfAnotherCountry,
            "payer.country",
            format!(
                "Novasend takes {} from payers in {}, and the order is in {}.",
                country.currency,
                country.code,
                money.currency.code()
            ),
        ));
    }
    for url in [&request.return_url, &request.failure_url].into_iter().flatten() {
        if !is_web_address(url) {
            let message = "Novasend needs return addresses that begin with http:// or https://.";
            return Err(broken(Code::ReturnUrlInvalid, "return_url", message.to_owned()));
        }
    }
    Ok(ValidRequest { money, francs, phone, country: country.code })
}

fn amount(request: &PayinRequest) -> Result<i64, RuleViolation> {
    let money = request.money;
    if !matches!(money.currency.code(), "XOF" | "XAF") {
        let message = "Novasend takes CFA francs only: make the order in XOF or XAF.";
        return Err(broken(Code::CurrencyNotSupported, "currency", message.to_owned()));
    }
    // Both francs have no decimals, so that every amount is whole.
    match money.to_major().filter(|francs| (LEAST_FRANCS..=MOST_FRANCS).contains(francs)) {
        Some(francs) => Ok(francs),
        None => {
            let message = format!("Novasend takes {LEAST_FRANCS} to {MOST_FRANCS} francs; this is {money}.");
            Err(broken(Code::AmountOutOfRange, "amount", message))
        }
    }
}

/// The payer's country where Novasend serves it, otherwise that of their phone number: somebody who
/// lives in France may well pay from an Ivorian wallet.
fn country(request: &PayinRequest, phone: &str) -> Result<&'static Country, RuleViolation> {
    let said = request.payer.country.as_deref();
    said.and_then(country::of_code).or_else(|| country::of_phone(phone)).ok_or_else(|| {
        let message = "Novasend serves the countries of the CFA franc: give {payer.country}, such as CI, or a \
                       phone number from there.";
        broken(Code::CountryNotSupported, "payer.country", message.to_owned())
    })
}

fn broken(code: Code, field: &'static str, sentence: String) -> RuleViolation {
    RuleViolation { code, field, sentence }
}

#[cfg(test)]
mod tests {
    use guichet_core::{Currency, Payer, Phone};

    use super::*;

    type Expected = Result<(i64, &'static str), (&'static str, &'static str)>;

    fn check(change: impl FnOnce(&mut PayinRequest), expected: Expected) {
        let mut request = PayinRequest {
            reference: "pay_1".to_owned(),
            payer: Payer { phone: Phone::parse("+2250702968786").ok(), ..Payer::default() },
            ..PayinRequest::of(Money::new(300, Currency::XOF))
        };
        change(&mut request);
        let found = validated(&request);
        let found = found.as_ref().map(|asked| (asked.francs, asked.country));
        assert_eq!(found.map_err(|rule| (rule.code.word(), rule.field)), expected, "{request:?}");
    }

    fn payer(request: &mut PayinRequest, phone: &str, country: Option<&str>) {
        request.payer.phone = Phone::parse(phone).ok();
        request.payer.country = country.map(str::to_owned);
    }

    #[test]
    fn amounts() {
        for (minor, expected) in [
            (100, Ok((100, "CI"))),
            (2_000_000, Ok((2_000_000, "CI"))),
            (99, Err(("amount_out_of_range", "amount"))),
            (2_000_001, Err(("amount_out_of_range", "amount"))),
            (0, Err(("amount_out_of_range", "amount"))),
            (-300, Err(("amount_out_of_range", "amount"))),
            (i64::MIN, Err(("amount_out_of_range", "amount"))),
        ] {
            check(|request| request.money.amount_minor = minor, expected);
        }
        for currency in ["DZD", "USD", "XPF"] {
            check(
                |request| request.money.currency = code(currency),
                Err(("currency_not_supported", "currency")),
            );
        }
    }

    fn code(code: &str) -> Currency {
        Currency::from_code(code).expect("a currency")
    }

    #[test]
    fn payers() {
        let misfit = Err(("currency_of_another_country", "payer.country"));
        let nowhere = Err(("country_not_supported", "payer.country"));
        for (phone, country, currency, expected) in [
            ("+2250702968786", None, "XOF", Ok((300, "CI"))),
            ("+2250702968786", Some("CI"), "XOF", Ok((300, "CI"))),
            ("+2250702968786", Some("ci"), "XOF", Ok((300, "CI"))),
            ("+221770000000", None, "XOF", Ok((300, "SN"))),
            ("+221770000000", Some("TG"), "XOF", Ok((300, "TG"))),
            ("+2250702968786", Some("FR"), "XOF", Ok((300, "CI"))),
            ("+33612345678", Some("SN"), "XOF", Ok((300, "SN"))),
            ("+237670000000", None, "XAF", Ok((300, "CM"))),
            ("+237670000000", None, "XOF", misfit),
            ("+2250702968786", None, "XAF", misfit),
            ("+2250702968786", Some("CM"), "XOF", misfit),
            ("+33612345678", None, "XOF", nowhere),
            ("+33612345678", Some("FR"), "XOF", nowhere),
            ("", Some("CI"), "XOF", Err(("phone_missing", "payer.phone"))),
        ] {
            check(
                |request| {
                    payer(request, phone, country);
                    request.money.currency = code(currency);
                },
                expected,
            );
        }
    }

    #[test]
    fn texts() {
        let reference = Err(("reference_invalid", "reference"));
        check(|request| request.reference = "é".repeat(128), Ok((300, "CI")));
        for wrong in ["", " ", "a\nb", &"x".repeat(129)] {
            check(|request| request.reference = wrong.to_owned(), reference);
        }
        let url = Err(("return_url_invalid", "return_url"));
        check(|request| request.return_url = Some("https://shop.example/7".to_owned()), Ok((300, "CI")));
        check(|request| request.return_url = Some("shop.example".to_owned()), url);
        check(|request| request.failure_url = Some("javascript:alert(1)".to_owned()), url);
    }
}
