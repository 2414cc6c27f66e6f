//! Amounts as people read them (`2,500.00 DZD`, `5,000 XOF`), and what the acquirer keeps of one.

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

/// So many thousandths of an amount, rounded up to a whole unit of its currency, in minor units.
pub(crate) fn fee_minor(amount_minor: i64, per_mille: i64, currency: &str) -> i64 {
    let unit = 10_i128.pow(decimals(currency));
    let thousandths = i128::from(amount_minor.max(0)) * i128::from(per_mille.max(0));
    let units = (thousandths + 1000 * unit - 1) / (1000 * unit);
    i64::try_from(units * unit).unwrap_or(i64::MAX)
}

/// The number of decimals of a currency by ISO 4217: most have two. Written without Guichet's own list
/// on purpose: a witness does not copy.
fn decimals(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
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

    #[test]
    fn fees_are_rounded_up_to_whole_units() {
        for (amount_minor, per_mille, currency, expected) in [
            (300, 20, "XOF", 6),
            (301, 20, "XOF", 7),
            (100, 0, "XOF", 0),
            (250_000, 35, "DZD", 8_800),
            (i64::MAX, 1_000_000, "XOF", i64::MAX),
            (-5, 20, "XOF", 0),
        ] {
            assert_eq!(fee_minor(amount_minor, per_mille, currency), expected, "{amount_minor}");
        }
    }
}
