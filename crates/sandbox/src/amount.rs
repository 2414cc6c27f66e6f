//! Amounts as people read them: `2,500.00 DZD`, `5,000 XOF`.

/// `amount_minor` minor units of `currency` as a decimal with its code.
pub(crate) fn text(amount_minor: i64, currency: &str) -> String {
    let decimals = decimals(currency);
    let unit = 10_u64.pow(decimals);
    let size = amount_minor.unsigned_abs();
    let sign = if amount_minor < 0 { "-" } else { "" };
    let whole = grouped(size / unit);
    if decimals == 0 {
        return format!("{sign}{whole} {currency}");
    }
    format!("{sign}{whole}.{:0width$} {currency}", size % unit, width = decimals as usize)
}

/// How many decimals ISO 4217 gives the currencies that the dialects speak of.
fn decimals(currency: &str) -> u32 {
    match currency {
        "XOF" | "XAF" | "GNF" => 0,
        "TND" => 3,
        _ => 2,
    }
}

/// Digits with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_well() {
        for (amount_minor, currency, expected) in [
            (250_000, "DZD", "2,500.00 DZD"),
            (5, "DZD", "0.05 DZD"),
            (100, "XOF", "100 XOF"),
            (1_234_567, "XAF", "1,234,567 XAF"),
            (-999, "USD", "-9.99 USD"),
            (1_500, "TND", "1.500 TND"),
        ] {
            assert_eq!(text(amount_minor, currency), expected);
        }
    }
}
