//! Money as customers read it: grouped, and with the name that a currency has where it is paid, `15 000 F CFA`
//! and `2 500 DA`, not its code.

use guichet_core::Money;

use super::language::Language;

/// How a currency is written.
struct Notation {
    /// What stands before the number.
    before: &'static str,
    /// What stands after it.
    after: &'static str,
    /// Whether a fraction of nothing is left out: coins that no shop has.
    drops_zeros: bool,
}

impl Notation {
    fn after(after: &'static str) -> Self {
        Notation { before: "", after, drops_zeros: false }
    }

    /// The notation of a currency for readers of that language.
    fn of(code: &'static str, language: Language) -> Self {
        match (code, language) {
            ("XOF" | "XAF", _) => Notation::after("F\u{a0}CFA"),
            ("GNF", _) => Notation::after("FG"),
            ("CDF", _) => Notation { drops_zeros: true, ..Notation::after("FC") },
            // Algerian shops write western digits and this abbreviation, in Arabic too.
            ("DZD", Language::Ar) => Notation { drops_zeros: true, ..Notation::after("د.ج") },
            ("DZD", Language::Fr | Language::En) => Notation { drops_zeros: true, ..Notation::after("DA") },
            ("USD", Language::Fr) => Notation::after("$\u{a0}US"),
            ("USD", Language::Ar) => Notation::after("دولار"),
            ("USD", Language::En) => Notation { before: "US$", ..Notation::after("") },
            (code, _) => Notation::after(code),
        }
    }
}

impl Language {
    /// Money as the language's readers in the region write it. It does not break over lines.
    pub(crate) fn money(self, money: Money) -> String {
        let notation = Notation::of(money.currency.code(), self);
        let decimal = money.decimal();
        let (minus, decimal) = match decimal.strip_prefix('-') {
            Some(rest) => ("\u{2212}", rest),
            None => ("", decimal.as_str()),
        };
        let number = format!("{minus}{}{}", notation.before, self.grouped(decimal, notation.drops_zeros));
        // The sign of a number stays before it even among letters that run the other way.
        let number = match (minus, self) {
            ("", _) | (_, Language::Fr | Language::En) => number,
            (_, Language::Ar) => format!("\u{2066}{number}\u{2069}"),
        };
        match notation.after {
            "" => number,
            after => format!("{number}\u{a0}{after}"),
        }
    }

    /// A decimal number (`2500.00`) with its digits in groups of three.
    fn grouped(self, decimal: &str, drops_zeros: bool) -> String {
        let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
        let (group, point) = match self {
            Language::Fr | Language::Ar => ('\u{a0}', ','),
            Language::En => (',', '.'),
        };
        let mut text = String::with_capacity(decimal.len() * 2);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                text.push(group);
            }
            text.push(digit);
        }
        let dropped = drops_zeros && fraction.bytes().all(|digit| digit == b'0');
        if !fraction.is_empty() && !dropped {
            text.push(point);
            text.push_str(fraction);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use guichet_core::Currency;

    use super::*;

    #[test]
    fn every_currency_of_the_gateways_in_every_language() {
        let table = [
            ("XOF", 15_000, ["15 000 F CFA", "15 000 F CFA", "15,000 F CFA"]),
            ("XAF", 500, ["500 F CFA", "500 F CFA", "500 F CFA"]),
            ("DZD", 250_000, ["2 500 DA", "2 500 د.ج", "2,500 DA"]),
            ("DZD", 250_050, ["2 500,50 DA", "2 500,50 د.ج", "2,500.50 DA"]),
            ("DZD", 123_456_700, ["1 234 567 DA", "1 234 567 د.ج", "1,234,567 DA"]),
            ("GNF", 1_250_000, ["1 250 000 FG", "1 250 000 FG", "1,250,000 FG"]),
            ("CDF", 2_800_000, ["28 000 FC", "28 000 FC", "28,000 FC"]),
            ("USD", 1_250, ["12,50 $ US", "12,50 دولار", "US$12.50"]),
            ("USD", 1_200, ["12,00 $ US", "12,00 دولار", "US$12.00"]),
            ("EUR", 999, ["9,99 EUR", "9,99 EUR", "9.99 EUR"]),
            ("DZD", -50_000, ["\u{2212}500 DA", "\u{2066}\u{2212}500\u{2069} د.ج", "\u{2212}500 DA"]),
            ("USD", -50, ["\u{2212}0,50 $ US", "\u{2066}\u{2212}0,50\u{2069} دولار", "\u{2212}US$0.50"]),
            ("XOF", 0, ["0 F CFA", "0 F CFA", "0 F CFA"]),
        ];
        for (code, minor, expected) in table {
            let money = Money::new(minor, Currency::from_code(code).expect("a currency"));
            for (language, expected) in Language::ALL.into_iter().zip(expected) {
                assert_eq!(language.money(money), expected.replace(' ', "\u{a0}"), "{code} {minor}");
            }
        }
    }
}
