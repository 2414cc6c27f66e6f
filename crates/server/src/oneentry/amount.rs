//! Money as fronts write it: a JSON number in some places, a text in others, never a floating point.

use guichet_core::{Currency, Money};
use serde_json::value::RawValue;

use crate::catalogue::Project;

/// The amount as a JSON number without superfluous zeros: `340`, `340.5`.
pub(crate) fn number(money: Money) -> Box<RawValue> {
    let text = money.decimal();
    let short = match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.'),
        None => text.as_str(),
    };
    // Digits, a point and a sign are always a JSON number.
    RawValue::from_string(short.to_owned()).unwrap_or_default()
}

/// A currency in the project's spelling, where it is the project's.
pub(crate) fn spelled(project: &Project, currency: Currency) -> String {
    if project.currency.eq_ignore_ascii_case(currency.code()) {
        project.currency.clone()
    } else {
        currency.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        for (amount, code, expected) in [
            (34_000, "DZD", "340"),
            (34_050, "DZD", "340.5"),
            (34_005, "DZD", "340.05"),
            (5, "DZD", "0.05"),
            (0, "DZD", "0"),
            (100, "XOF", "100"),
            (1_500, "KWD", "1.5"),
            (1_000_000_000_000_000, "DZD", "10000000000000"),
        ] {
            let money = Money::new(amount, Currency::from_code(code).unwrap());
            assert_eq!(number(money).get(), expected, "{money}");
        }
    }
}
