//! How a gateway fared, from the kept sums: of the payments that ended how many brought money, and after how long.

use guichet_core::Sums;

use crate::pages::Language;

/// How a gateway fared.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fared {
    /// The share of the payments that brought money, in percent, as numbers are written for machines.
    pub(super) rate: String,
    /// The same for people; a dash where none ended.
    pub(super) rate_told: String,
    /// How long it took on average until the money came; a dash where none did.
    pub(super) mean: String,
}

impl Fared {
    /// How these payments fared.
    pub(super) fn of(language: Language, sums: &Sums) -> Self {
        let ended = sums.paid_payments + sums.unpaid_payments;
        let thousandths = if ended > 0 { sums.paid_payments * 1000 / ended } else { 0 };
        let point = if language == Language::En { '.' } else { ',' };
        let (whole, tenth) = (thousandths / 10, thousandths % 10);
        let mean_ms = sums.paid_after_ms.checked_div(sums.paid_payments);
        Fared {
            rate: format!("{whole}.{tenth}"),
            rate_told: if ended > 0 { format!("{whole}{point}{tenth}\u{a0}%") } else { "–".to_owned() },
            mean: mean_ms.map_or_else(|| "–".to_owned(), |mean_ms| language.duration(mean_ms)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_rate() {
        for (paid, unpaid, rate, told, mean) in [
            (0, 0, "0.0", "–", "–"),
            (0, 4, "0.0", "0,0\u{a0}%", "–"),
            (2, 1, "66.6", "66,6\u{a0}%", "30\u{a0}s"),
            (3, 0, "100.0", "100,0\u{a0}%", "20\u{a0}s"),
        ] {
            let sums = Sums {
                paid_payments: paid,
                unpaid_payments: unpaid,
                paid_after_ms: 60_000 * paid.min(1),
                ..Sums::default()
            };
            let expected = Fared { rate: rate.to_owned(), rate_told: told.to_owned(), mean: mean.to_owned() };
            assert_eq!(Fared::of(Language::Fr, &sums), expected);
        }
    }
}
