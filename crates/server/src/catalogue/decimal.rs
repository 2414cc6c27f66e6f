//! Numbers as people write them, compared exactly: what a front filters by is never a floating point.

/// The most digits before the point, and after it.
const DIGITS: usize = 18;

/// A decimal number in units of 10⁻¹⁸.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(i128);

impl Decimal {
    /// Reads `12`, `-3.50` and the like, with at most 18 digits before the point and 18 after it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain =
            |part: &str| (1..=DIGITS).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(fraction) {
            return None;
        }
        let units: i128 = format!("{whole}{fraction:0<DIGITS$}").parse().ok()?;
        Some(Decimal(if digits.len() < text.len() { -units } else { units }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_what_was_written() {
        let number = |text| Decimal::parse(text).unwrap();
        assert_eq!(number("340"), number("340.00"));
        assert_eq!(number("-0"), number("0.0"));
        assert!(number("0.1") < number("0.100000000000000001"));
        assert!(number("-2") < number("-1.5"));
        assert!(number("9") < number("10"));
        let longest = "9".repeat(18);
        assert!(number(&longest) < number(&format!("{longest}.{longest}")));
        for other in ["", "-", ".", "1.", ".5", "1e5", "+1", "1,5", "٣", "NaN", &"9".repeat(19), " 1"] {
            assert_eq!(Decimal::parse(other), None, "{other}");
        }
    }
}
