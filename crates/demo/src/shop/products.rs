//! What the shop sells.

use crate::language::{Language, Text};

/// One product.
#[derive(Debug)]
pub(crate) struct Product {
    /// Its place in addresses.
    pub(crate) slug: &'static str,
    pub(crate) name: Text,
    pub(crate) words: Text,
    /// Minor units of the currency. OCPay takes whole dinars from 500 on, CinetPay multiples of five
    /// francs.
    pub(crate) price_minor: i64,
    /// ISO 4217 code.
    pub(super) currency: &'static str,
    /// A drawing, as SVG.
    pub(super) drawing: &'static str,
}

/// All of them.
pub(super) const ALL: &[Product] = &[
    Product {
        slug: "dattes",
        name: Text {
            fr: "Dattes Deglet Nour, 1 kg",
            ar: "تمور دقلة نور، 1 كغ",
            en: "Deglet Nour dates, 1 kg",
        },
        words: Text {
            fr: "En branche, de Tolga, récolte d’octobre.",
            ar: "على العرجون، من طولقة، جني أكتوبر.",
            en: "On the branch, from Tolga, picked in October.",
        },
        price_minor: 95_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/dates.svg"),
    },
    Product {
        slug: "semoule",
        name: Text {
            fr: "Semoule fine, sac de 10 kg",
            ar: "سميد ناعم، كيس 10 كغ",
            en: "Fine semolina, 10 kg bag",
        },
        words: Text {
            fr: "Blé dur, mouture fine, pour le couscous et la kesra.",
            ar: "قمح صلب، طحن ناعم، للكسكس والكسرة.",
            en: "Durum wheat, finely milled, for couscous and kesra.",
        },
        price_minor: 125_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/semolina.svg"),
    },
    Product {
        slug: "huile",
        name: Text {
            fr: "Huile d’olive de Kabylie, 5 L",
            ar: "زيت زيتون القبائل، 5 ل",
            en: "Olive oil from Kabylia, 5 L",
        },
        words: Text {
            fr: "Première pression à froid, olives chemlal.",
            ar: "عصرة أولى على البارد، زيتون شملال.",
            en: "First cold pressing, chemlal olives.",
        },
        price_minor: 650_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/oil.svg"),
    },
    Product {
        slug: "plat",
        name: Text {
            fr: "Plat à couscous, 38 cm", ar: "صحن كسكس، 38 سم", en: "Couscous dish, 38 cm"
        },
        words: Text {
            fr: "Terre cuite peinte à la main, pour six personnes.",
            ar: "طين مشوي مرسوم باليد، لستة أشخاص.",
            en: "Hand-painted earthenware, for six.",
        },
        price_minor: 320_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/dish.svg"),
    },
    Product {
        slug: "miel",
        name: Text {
            fr: "Miel de jujubier, 500 g", ar: "عسل السدر، 500 غ", en: "Jujube honey, 500 g"
        },
        words: Text {
            fr: "Sidr des hauts plateaux, mis en pot à Djelfa.",
            ar: "سدر الهضاب العليا، معبأ في الجلفة.",
            en: "Sidr of the high plains, potted in Djelfa.",
        },
        price_minor: 480_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/honey.svg"),
    },
    Product {
        slug: "attieke",
        name: Text {
            fr: "Attiéké d’Abidjan, 2 kg",
            ar: "أتيكي أبيدجان، 2 كغ",
            en: "Attiéké from Abidjan, 2 kg",
        },
        words: Text {
            fr: "Semoule de manioc, séchée à Dabou.",
            ar: "سميد الكسافا، مجفف في دابو.",
            en: "Cassava semolina, dried in Dabou.",
        },
        price_minor: 3_500,
        currency: "XOF",
        drawing: include_str!("../../templates/shop/attieke.svg"),
    },
    Product {
        slug: "karite",
        name: Text {
            fr: "Beurre de karité, 500 g", ar: "زبدة الشيا، 500 غ", en: "Shea butter, 500 g"
        },
        words: Text {
            fr: "Brut, des femmes de Korhogo.",
            ar: "خام، من نساء كورهوغو.",
            en: "Raw, by the women of Korhogo.",
        },
        price_minor: 3_000,
        currency: "XOF",
        drawing: include_str!("../../templates/shop/shea.svg"),
    },
];

/// The product at that place.
pub(super) fn find(slug: &str) -> Option<&'static Product> {
    ALL.iter().find(|product| product.slug == slug)
}

/// Those that are sold for dinars.
pub(crate) fn in_dinars() -> impl Iterator<Item = &'static Product> {
    ALL.iter().filter(|product| product.currency == "DZD")
}

/// The drawing of the product at that place.
pub(crate) fn drawing(slug: &str) -> Option<&'static str> {
    find(slug).map(|product| product.drawing)
}

/// Minor units as people write them: `1 250 DA`, `1 250,50 DA`, `3 500 F CFA`, `1,250 DA`.
pub(super) fn price(minor: i64, currency: &str, language: Language) -> String {
    let point = if language == Language::En { '.' } else { ',' };
    let dinars = Text { fr: "DA", ar: "د.ج", en: "DA" }.of(language);
    let number = match currency {
        "DZD" if minor % 100 == 0 => grouped(minor / 100, language),
        "DZD" => format!("{}{point}{:02}", grouped(minor / 100, language), minor % 100),
        _ => grouped(minor, language),
    };
    let called = if currency == "DZD" { dinars } else { "F\u{a0}CFA" };
    format!("{number}\u{a0}{called}")
}

/// Digits in groups of three.
fn grouped(number: i64, language: Language) -> String {
    let gap = if language == Language::En { ',' } else { '\u{202f}' };
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(gap);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_as_people_write_them() {
        for (minor, currency, expected) in [
            (95_000, "DZD", "950\u{a0}DA"),
            (125_000, "DZD", "1\u{202f}250\u{a0}DA"),
            (125_050, "DZD", "1\u{202f}250,50\u{a0}DA"),
            (123_456_700, "DZD", "1\u{202f}234\u{202f}567\u{a0}DA"),
            (500, "XOF", "500\u{a0}F\u{a0}CFA"),
            (12_500, "XOF", "12\u{202f}500\u{a0}F\u{a0}CFA"),
        ] {
            assert_eq!(price(minor, currency, Language::Fr), expected);
        }
        assert_eq!(price(125_050, "DZD", Language::En), "1,250.50\u{a0}DA");
        assert_eq!(price(125_050, "DZD", Language::Ar), "1\u{202f}250,50\u{a0}د.ج");
        assert_eq!(price(12_500, "XOF", Language::En), "12,500\u{a0}F\u{a0}CFA");
    }

    #[test]
    fn every_product_is_one_that_the_gateways_take() {
        for product in ALL {
            let (step, least) = if product.currency == "DZD" { (100, 50_000) } else { (5, 100) };
            assert!(product.price_minor % step == 0 && product.price_minor >= least, "{}", product.slug);
            assert!(find(product.slug).is_some());
        }
    }
}
