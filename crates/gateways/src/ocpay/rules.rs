//! OCPay's rules for a payment, checked before anything is written or called (all from the
//! create-link page, where the vendor states them for its server).

use guichet_core::{Code, Currency};

use super::protocol::{DESCRIPTION_CHARS, LEAST_DINARS, MOST_DINARS, TITLE_CHARS};
use crate::payin::PayinRequest;
use crate::rule_violation::RuleViolation;
use crate::web_address::is_web_address;

/// The amount in whole dinars, when the request breaks no rule.
pub(super) fn dinars(request: &PayinRequest) -> Result<i64, RuleViolation> {
    let amount = amount(request)?;
    let title = length(request.title.trim());
    if !(1..=TITLE_CHARS).contains(&title) {
        return broken(
            Code::TitleLength,
            "title",
            format!("OCPay takes titles of 1 to {TITLE_CHARS} characters; this one has {title}."),
        );
    }
    let description = request.description.as_deref().map_or(0, |text| length(text.trim()));
    if description > DESCRIPTION_CHARS {
        return broken(
            Code::DescriptionLength,
            "description",
            format!(
                "OCPay takes descriptions of at most {DESCRIPTION_CHARS} characters; this one has {description}."
            ),
        );
    }
    if request.return_url.as_deref().is_some_and(|url| !is_web_address(url)) {
        return broken(
            Code::ReturnUrlInvalid,
            "return_url",
            "OCPay needs a {return_url} that begins with http:// or https://.".to_owned(),
        );
    }
    Ok(amount)
}

/// The amount in whole dinars, when OCPay takes it.
pub(super) fn amount(request: &PayinRequest) -> Result<i64, RuleViolation> {
    if request.money.currency != Currency::DZD {
        return broken(
            Code::CurrencyNotSupported,
            "currency",
            "OCPay takes Algerian dinars only: make the order in DZD, or pay it at another gateway."
                .to_owned(),
        );
    }
    let Some(dinars) = request.money.to_major() else {
        return broken(
            Code::AmountNotWhole,
            "amount",
            "OCPay takes whole dinars only: in DZD the amount (in centimes) must be a multiple of 100."
                .to_owned(),
        );
    };
    if !(LEAST_DINARS..=MOST_DINARS).contains(&dinars) {
        return broken(
            Code::AmountOutOfRange,
            "amount",
            format!("OCPay takes {LEAST_DINARS} to {MOST_DINARS} DZD; this is {dinars} DZD."),
        );
    }
    Ok(dinars)
}

/// The length of a text in UTF-16 units. The vendor does not say what it counts; its own library counts these,
/// and they are never fewer than characters.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

fn broken(code: Code, field: &'static str, sentence: String) -> Result<i64, RuleViolation> {
    Err(RuleViolation { code, field, sentence })
}

#[cfg(test)]
mod tests {
    use guichet_core::Money;

    use super::*;

    fn request() -> PayinRequest {
        PayinRequest {
            reference: "pay_1".to_owned(),
            title: "Order 1".to_owned(),
            ..PayinRequest::of(Money::new(500_000, Currency::DZD))
        }
    }

    fn check(change: impl FnOnce(&mut PayinRequest), expected: Result<i64, (&str, &str)>) {
        let mut request = request();
        change(&mut request);
        let found = dinars(&request);
        let found = found.as_ref().map(|dinars| *dinars).map_err(|rule| (rule.code.word(), rule.field));
        assert_eq!(found, expected, "{request:?}");
    }

    #[test]
    fn amounts() {
        check(|_| {}, Ok(5000));
        for (minor, expected) in [
            (50_000, Ok(500)),
            (50_000_000, Ok(500_000)),
            (49_900, Err(("amount_out_of_range", "amount"))),
            (50_000_100, Err(("amount_out_of_range", "amount"))),
            (0, Err(("amount_out_of_range", "amount"))),
            (-500_000, Err(("amount_out_of_range", "amount"))),
            (500_001, Err(("amount_not_whole", "amount"))),
            (i64::MAX, Err(("amount_not_whole", "amount"))),
        ] {
            check(|request| request.money.amount_minor = minor, expected);
        }
        for currency in ["EUR", "XOF", "KWD"] {
            let currency = Currency::from_code(currency).expect("a currency");
            check(|request| request.money.currency = currency, Err(("currency_not_supported", "currency")));
        }
    }

    #[test]
    fn texts() {
        let title = Err(("title_length", "title"));
        check(|request| request.title = "é".repeat(200), Ok(5000));
        check(|request| request.title = format!("  {}  ", "x".repeat(200)), Ok(5000));
        check(|request| request.title = "é".repeat(201), title);
        check(|request| request.title = "🎁".repeat(101), title);
        check(|request| request.title = " \t\n ".to_owned(), title);
        check(|request| request.description = Some("x".repeat(1000)), Ok(5000));
        check(
            |request| request.description = Some("x".repeat(1001)),
            Err(("description_length", "description")),
        );
    }

    #[test]
    fn return_addresses() {
        for good in ["https://shop.example/thanks?order=1", "http://localhost:3000/"] {
            check(|request| request.return_url = Some(good.to_owned()), Ok(5000));
        }
        for bad in ["", "shop.example", "javascript:alert(1)", "ftp://shop.example/", "http://"] {
            check(
                |request| request.return_url = Some(bad.to_owned()),
                Err(("return_url_invalid", "return_url")),
            );
        }
    }
}
