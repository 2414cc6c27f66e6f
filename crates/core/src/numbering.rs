//! The numbering plans of the countries whose payers the gateways serve: which phone numbers can exist there. Lengths
//! and first digits are held, not single operators' blocks, because new blocks are opened every year and a payer must
//! not be turned away for having a new one. Checked against libphonenumber 9.0.43 (November 2026); why there is a table
//! and no library stands in decision 45.

use std::fmt;

/// The numbering plan of one country.
#[derive(Debug, PartialEq, Eq)]
pub struct NumberingPlan {
    /// ISO 3166-1 alpha-2 code, such as `CI`.
    pub country: &'static str,
    /// The country's name in English.
    pub name: &'static str,
    /// The ISO 4217 code of the country's money.
    pub currency: &'static str,
    /// The country's calling code, without “+”.
    pub calling_code: &'static str,
    /// The digit that is dialled before a number within the country, and never after its calling code.
    trunk: Option<char>,
    ranges: &'static [Range],
    /// A mobile number that can exist, in E.164.
    pub example: &'static str,
}

/// Numbers of one length.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    /// The number of digits after the calling code.
    digits: usize,
    /// The digits that such a number may begin with.
    begins: &'static [&'static str],
}

const fn range(digits: usize, begins: &'static [&'static str]) -> Range {
    Range { digits, begins }
}

/// The countries of OCPay (Algeria), of both CFA francs (CinetPay and Novasend), and of CinetPay's Congolese and Guinean
/// francs. Toll-free and premium numbers are left out: nobody pays from one.
static PLANS: [NumberingPlan; 17] = [
    NumberingPlan {
        country: "DZ",
        name: "Algeria",
        currency: "DZD",
        calling_code: "213",
        trunk: Some('0'),
        ranges: &[range(9, &["5", "6", "7", "9"]), range(8, &["1", "2", "3", "4"])],
        example: "+213551234567",
    },
    NumberingPlan {
        country: "BJ",
        name: "Benin",
        currency: "XOF",
        calling_code: "229",
        trunk: None,
        ranges: &[range(10, &["01"])],
        example: "+2290195123456",
    },
    NumberingPlan {
        country: "BF",
        name: "Burkina Faso",
        currency: "XOF",
        calling_code: "226",
        trunk: None,
        ranges: &[range(8, &["0", "2", "4", "5", "6", "7"])],
        example: "+22670123456",
    },
    NumberingPlan {
        country: "CI",
        name: "Ivory Coast",
        currency: "XOF",
        calling_code: "225",
        trunk: None,
        ranges: &[range(10, &["01", "05", "07", "21", "25", "27"])],
        example: "+2250701020304",
    },
    NumberingPlan {
        country: "GW",
        name: "Guinea-Bissau",
        currency: "XOF",
        calling_code: "245",
        trunk: None,
        ranges: &[range(9, &["4", "9"])],
        example: "+245955012345",
    },
    NumberingPlan {
        country: "ML",
        name: "Mali",
        currency: "XOF",
        calling_code: "223",
        trunk: None,
        ranges: &[range(8, &["2", "4", "5", "6", "7", "8", "9"])],
        example: "+22365012345",
    },
    NumberingPlan {
        country: "NE",
        name: "Niger",
        currency: "XOF",
        calling_code: "227",
        trunk: None,
        ranges: &[range(8, &["2", "7", "8", "9"])],
        example: "+22793123456",
    },
    NumberingPlan {
        country: "SN",
        name: "Senegal",
        currency: "XOF",
        calling_code: "221",
        trunk: None,
        ranges: &[range(9, &["3", "7", "93"])],
        example: "+221771234567",
    },
    NumberingPlan {
        country: "TG",
        name: "Togo",
        currency: "XOF",
        calling_code: "228",
        trunk: None,
        ranges: &[range(8, &["2", "7", "9"])],
        example: "+22890112345",
    },
    NumberingPlan {
        country: "CM",
        name: "Cameroon",
        currency: "XAF",
        calling_code: "237",
        trunk: None,
        ranges: &[range(9, &["2", "6"])],
        example: "+237671234567",
    },
    NumberingPlan {
        country: "CF",
        name: "the Central African Republic",
        currency: "XAF",
        calling_code: "236",
        trunk: None,
        ranges: &[range(8, &["2", "6", "7"])],
        example: "+23670012345",
    },
    NumberingPlan {
        country: "TD",
        name: "Chad",
        currency: "XAF",
        calling_code: "235",
        trunk: None,
        ranges: &[range(8, &["22", "3", "6", "77", "8", "9"])],
        example: "+23563012345",
    },
    NumberingPlan {
        country: "CG",
        name: "Congo",
        currency: "XAF",
        calling_code: "242",
        // The 0 of a mobile number is part of it, also after the calling code.
        trunk: None,
        ranges: &[range(9, &["0", "222"])],
        example: "+242061234567",
    },
    NumberingPlan {
        country: "GQ",
        name: "Equatorial Guinea",
        currency: "XAF",
        calling_code: "240",
        trunk: None,
        ranges: &[range(9, &["222", "3", "55"])],
        example: "+240222123456",
    },
    NumberingPlan {
        country: "GA",
        name: "Gabon",
        currency: "XAF",
        calling_code: "241",
        trunk: Some('0'),
        ranges: &[range(8, &["11", "6", "7"])],
        example: "+24166123456",
    },
    NumberingPlan {
        country: "CD",
        name: "the Democratic Republic of the Congo",
        currency: "CDF",
        calling_code: "243",
        trunk: Some('0'),
        ranges: &[
            range(9, &["1", "8", "9"]),
            range(7, &["1", "2", "3", "4", "5", "6"]),
            range(8, &["276"]),
            range(10, &["573"]),
        ],
        example: "+243991234567",
    },
    NumberingPlan {
        country: "GN",
        name: "Guinea",
        currency: "GNF",
        calling_code: "224",
        trunk: None,
        ranges: &[range(9, &["6", "722"]), range(8, &["3"])],
        example: "+224601123456",
    },
];

impl NumberingPlan {
    /// Every plan that is known.
    pub fn all() -> &'static [NumberingPlan] {
        &PLANS
    }

    /// The plan of the country of that ISO 3166-1 alpha-2 code, in either case.
    pub fn of_country(code: &str) -> Option<&'static Self> {
        PLANS.iter().find(|plan| plan.country.eq_ignore_ascii_case(code))
    }

    /// The plan of the only country whose money that is; `None` for money of several.
    pub fn of_currency(code: &str) -> Option<&'static Self> {
        let mut plans = PLANS.iter().filter(|plan| plan.currency == code);
        plans.next().filter(|_| plans.next().is_none())
    }

    /// The plan that a number belongs to by its calling code, and the digits after that. `digits` is the number in
    /// E.164 without “+”.
    pub(crate) fn of_number(digits: &str) -> Option<(&'static Self, &str)> {
        PLANS.iter().find_map(|plan| Some((plan, digits.strip_prefix(plan.calling_code)?)))
    }

    /// Whether a number of those digits after the calling code can exist.
    pub(crate) fn holds(&self, national: &str) -> bool {
        let fits = |range: &Range| {
            national.len() == range.digits && range.begins.iter().any(|begin| national.starts_with(begin))
        };
        self.ranges.iter().any(fits)
    }

    /// The digits without the trunk prefix that people dial before them.
    pub(crate) fn without_trunk<'a>(&self, national: &'a str) -> Option<&'a str> {
        national.strip_prefix(self.trunk?)
    }

    /// The numbers of digits after the calling code, such as `8 or 9`; `or` is the word between the last two.
    pub fn lengths(&self, or: &str) -> String {
        let mut lengths: Vec<usize> = self.ranges.iter().map(|range| range.digits).collect();
        lengths.sort_unstable();
        listed(&lengths.iter().map(ToString::to_string).collect::<Vec<_>>(), or)
    }
}

/// The plan as a sentence without its full stop: what a number there looks like.
impl fmt::Display for NumberingPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges: Vec<String> = self
            .ranges
            .iter()
            .map(|range| {
                let begins: Vec<String> = range.begins.iter().map(ToString::to_string).collect();
                format!("{} digits that begin with {}", range.digits, listed(&begins, "or"))
            })
            .collect();
        let NumberingPlan { name, calling_code, example, .. } = self;
        write!(f, "a phone number in {name} is +{calling_code} and then {}", ranges.join(", or "))?;
        if let Some(trunk) = self.trunk {
            write!(f, ", without the {trunk} that is dialled within the country")?;
        }
        write!(f, ", such as {example}")
    }
}

fn listed(words: &[String], or: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {or} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn plans_are_sound() {
        for plan in NumberingPlan::all() {
            let digits = plan.example.strip_prefix('+').unwrap();
            let (found, national) = NumberingPlan::of_number(digits).unwrap();
            assert_eq!(found, plan);
            assert!(plan.holds(national), "{plan}");
            assert_eq!(NumberingPlan::of_country(&plan.country.to_lowercase()), Some(plan));
            assert!(Currency::from_code(plan.currency).is_ok());
            let others = NumberingPlan::all().iter().filter(|other| *other != plan);
            for other in others {
                assert!(!other.calling_code.starts_with(plan.calling_code), "{plan} and {other}");
            }
            // What begins with the trunk prefix is a number itself nowhere, so that it can be told apart.
            if let Some(trunk) = plan.trunk {
                assert!(!plan.ranges.iter().any(|range| range.begins.iter().any(|b| b.starts_with(trunk))));
            }
        }
    }

    #[test]
    fn money_of_one_country_tells_the_country() {
        for (currency, expected) in
            [("DZD", Some("DZ")), ("GNF", Some("GN")), ("CDF", Some("CD")), ("XOF", None), ("EUR", None)]
        {
            assert_eq!(NumberingPlan::of_currency(currency).map(|plan| plan.country), expected);
        }
    }

    #[test]
    fn a_plan_says_what_a_number_looks_like() {
        let said = |country| NumberingPlan::of_country(country).unwrap().to_string();
        assert_eq!(
            said("CI"),
            "a phone number in Ivory Coast is +225 and then 10 digits that begin with 01, 05, 07, 21, 25 or 27, \
             such as +2250701020304"
        );
        assert_eq!(
            said("DZ"),
            "a phone number in Algeria is +213 and then 9 digits that begin with 5, 6, 7 or 9, or 8 digits that \
             begin with 1, 2, 3 or 4, without the 0 that is dialled within the country, such as +213551234567"
        );
        let lengths = |country, or| NumberingPlan::of_country(country).unwrap().lengths(or);
        assert_eq!(lengths("SN", "or"), "9");
        assert_eq!(lengths("DZ", "ou"), "8 ou 9");
        assert_eq!(lengths("CD", "or"), "7, 8, 9 or 10");
    }
}
