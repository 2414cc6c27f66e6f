//! A cell of a table that is taken out, and how it is written so that a spreadsheet takes it for what it is.

use std::borrow::Cow;

use guichet_core::Money;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::pages::Language;

/// What a cell begins with that a spreadsheet takes for a formula, or for the beginning of another cell.
const BEGINS_A_FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// A text, whoever wrote it.
    Text(String),
    /// A whole number of ours.
    Whole(i64),
    /// Money in the major unit of its currency, which stands in a column of its own.
    Decimal(Money),
}

impl Cell {
    /// A text that may be missing.
    pub(super) fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Cell::Empty, |text| Cell::Text(text.into()))
    }

    /// A moment (unix ms) by ISO 8601, with the offset of these clocks.
    pub(super) fn moment(at_ms: i64, zone: TimeZone) -> Self {
        let moment = Timestamp::from_millisecond(at_ms).map(|moment| moment.to_zoned_datetime(zone));
        Cell::text(moment.ok().map(|moment| moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()))
    }

    /// The cell as a field of CSV for readers of that language.
    pub(super) fn in_csv(&self, language: Language) -> Cow<'_, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) => defused(text),
            Cell::Whole(number) => Cow::Owned(number.to_string()),
            Cell::Decimal(money) => Cow::Owned(decimal(*money, language)),
        }
    }
}

/// A text that no spreadsheet takes for a formula: an apostrophe before it says that it is a text.
fn defused(text: &str) -> Cow<'_, str> {
    match text.starts_with(BEGINS_A_FORMULA) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Money as a number that the spreadsheets of that language read.
fn decimal(money: Money, language: Language) -> String {
    match language {
        Language::Fr | Language::Ar => money.decimal().replace('.', ","),
        Language::En => money.decimal(),
    }
}

#[cfg(test)]
mod tests {
    use guichet_core::Currency;

    use super::*;

    #[test]
    fn what_people_typed_is_never_a_formula() {
        for (text, expected) in [
            ("", ""),
            ("Yasmine Haddad", "Yasmine Haddad"),
            ("=HYPERLINK(\"https://thief.example\")", "'=HYPERLINK(\"https://thief.example\")"),
            ("=1+1", "'=1+1"),
            ("+2250707004127", "'+2250707004127"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("a=1", "a=1"),
            ("'=1", "'=1"),
        ] {
            assert_eq!(Cell::Text(text.to_owned()).in_csv(Language::Fr), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_of_ours_stay_numbers_in_every_language() {
        for (minor, currency, expected) in [
            (250_050, Currency::DZD, ["2500,50", "2500,50", "2500.50"]),
            (-250_050, Currency::DZD, ["-2500,50", "-2500,50", "-2500.50"]),
            (-5, Currency::DZD, ["-0,05", "-0,05", "-0.05"]),
            (15_000, Currency::XOF, ["15000", "15000", "15000"]),
            (-15_000, Currency::XOF, ["-15000", "-15000", "-15000"]),
            (0, Currency::DZD, ["0,00", "0,00", "0.00"]),
        ] {
            let cell = Cell::Decimal(Money::new(minor, currency));
            assert_eq!(Language::ALL.map(|language| cell.in_csv(language).into_owned()), expected);
        }
        assert_eq!(Cell::Whole(-7).in_csv(Language::Fr), "-7");
        assert_eq!(Cell::Empty.in_csv(Language::Fr), "");
    }

    #[test]
    fn a_moment_has_the_shops_offset() {
        let zone = TimeZone::get("Africa/Algiers").expect("a zone");
        let expected = Cell::Text("2026-02-01T00:30:05+01:00".to_owned());
        assert_eq!(Cell::moment(1_769_902_205_000, zone), expected);
        let utc = Cell::Text("2026-01-31T23:30:05+00:00".to_owned());
        assert_eq!(Cell::moment(1_769_902_205_000, TimeZone::UTC), utc);
        assert_eq!(Cell::moment(i64::MAX, TimeZone::UTC), Cell::Empty);
    }
}
