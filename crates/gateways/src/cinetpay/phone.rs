//! Phone numbers as CinetPay writes them: the country code without a plus, and beside it the rest.

/// The country codes of one digit, and those of two (ITU-T E.164, list of assigned codes); all others have three.
const OF_ONE_DIGIT: [u8; 2] = [b'1', b'7'];
const OF_TWO_DIGITS: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
    "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
    "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// The number by E.164 where its country code was told too, otherwise as it was told.
pub(super) fn joined(prefix: Option<&str>, number: &str) -> String {
    let prefix = prefix.map(|prefix| prefix.trim_start_matches('+'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match prefix {
        Some(prefix) if digits(prefix) && digits(number) => format!("+{prefix}{number}"),
        Some(_) | None => number.to_owned(),
    }
}

/// The country code, and the number without it; a number that is not international stays as it is.
pub(super) fn parted(phone: &str) -> (&str, &str) {
    let Some(digits) = phone.strip_prefix('+') else { return ("", phone) };
    let length = match digits.as_bytes() {
        [first, ..] if OF_ONE_DIGIT.contains(first) => 1,
        _ if digits.get(..2).is_some_and(|start| OF_TWO_DIGITS.contains(&start)) => 2,
        _ => 3,
    };
    digits.split_at_checked(length).unwrap_or(("", phone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn country_codes_are_found_and_joined_again() {
        for (phone, prefix, number) in [
            ("+2250707000001", "225", "0707000001"),
            ("+2290197000000", "229", "0197000000"),
            ("+213555000001", "213", "555000001"),
            ("+33612345678", "33", "612345678"),
            ("+15551234567", "1", "5551234567"),
            ("+98", "98", ""),
            ("0707000001", "", "0707000001"),
            ("", "", ""),
            ("+", "", "+"),
            ("+22", "", "+22"),
        ] {
            assert_eq!(parted(phone), (prefix, number), "{phone}");
            if !prefix.is_empty() && !number.is_empty() {
                assert_eq!(joined(Some(prefix), number), phone);
            }
        }
    }

    #[test]
    fn a_number_without_its_country_is_as_told() {
        for (prefix, number, expected) in [
            (None, "0707000001", "0707000001"),
            (Some(""), "0707000001", "0707000001"),
            (Some("+225"), "0707000001", "+2250707000001"),
            (Some("CI"), "0707000001", "0707000001"),
            (Some("225"), "07 07 00 00 01", "07 07 00 00 01"),
        ] {
            assert_eq!(joined(prefix, number), expected, "{prefix:?} {number}");
        }
    }
}
