//! A payer as lists show them: a name, and the end of a number.

use guichet_core::Payer;

/// The payer's name, as far as it is known.
pub(super) fn name(payer: &Payer) -> String {
    payer.full_name()
}

/// A number with its middle hidden, such as `+225 •• 41 27`.
pub(super) fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let Some(rest) = digits.len().checked_sub(4).filter(|rest| *rest > 3) else { return number.to_owned() };
    let country: String = digits.iter().take(3).collect();
    let end: String = digits.iter().skip(rest).collect();
    format!("+{country} •• {} {}", &end[..2], &end[2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_its_ends_only() {
        assert_eq!(masked("+2250707004127"), "+225 •• 41 27");
        assert_eq!(masked("+213551234567"), "+213 •• 45 67");
        assert_eq!(masked("1234"), "1234");
    }
}
