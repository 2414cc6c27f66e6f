//! The countries whose payers Novasend can ask: the protocol has no currency in a request, so the
//! country decides in what the money is.

/// One country.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Country {
    /// ISO 3166-1 alpha-2.
    pub(super) code: &'static str,
    /// The prefix of its phone numbers in E.164.
    pub(super) prefix: &'static str,
    /// ISO 4217.
    pub(super) currency: &'static str,
}

/// The guide names CI, SN and TG "etc.", the docs CI and CM. The rest of the two franc zones is our
/// reading of that "etc."; a country that the vendor does not serve it refuses itself.
const COUNTRIES: [Country; 14] = [
    country("CI", "+225", "XOF"),
    country("SN", "+221", "XOF"),
    country("TG", "+228", "XOF"),
    country("BF", "+226", "XOF"),
    country("ML", "+223", "XOF"),
    country("BJ", "+229", "XOF"),
    country("NE", "+227", "XOF"),
    country("GW", "+245", "XOF"),
    country("CM", "+237", "XAF"),
    country("GA", "+241", "XAF"),
    country("CG", "+242", "XAF"),
    country("TD", "+235", "XAF"),
    country("CF", "+236", "XAF"),
    country("GQ", "+240", "XAF"),
];

const fn country(code: &'static str, prefix: &'static str, currency: &'static str) -> Country {
    Country { code, prefix, currency }
}

/// The country of that code, in either case.
pub(super) fn of_code(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.code.eq_ignore_ascii_case(code.trim()))
}

/// The country of that phone number in E.164.
pub(super) fn of_phone(phone: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| phone.starts_with(country.prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_code_and_its_prefix() {
        for country in &COUNTRIES {
            assert_eq!(of_code(country.code), Some(country));
            assert_eq!(of_phone(&format!("{}07000000", country.prefix)), Some(country));
            assert!(guichet_core::Currency::from_code(country.currency).is_ok());
        }
        assert_eq!(of_code(" ci ").map(|country| country.code), Some("CI"));
        for (code, phone) in [("FR", "+33612345678"), ("", ""), ("CIV", "2250700000000")] {
            assert_eq!((of_code(code), of_phone(phone)), (None, None), "{code} {phone}");
        }
    }
}
