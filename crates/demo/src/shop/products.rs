//! What the shop sells.

/// One product.
#[derive(Debug)]
pub(crate) struct Product {
    /// Its place in addresses.
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) words: &'static str,
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
        name: "Dattes Deglet Nour, 1 kg",
        words: "En branche, de Tolga, récolte d’octobre.",
        price_minor: 95_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/dates.svg"),
    },
    Product {
        slug: "semoule",
        name: "Semoule fine, sac de 10 kg",
        words: "Blé dur, mouture fine, pour le couscous et la kesra.",
        price_minor: 125_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/semolina.svg"),
    },
    Product {
        slug: "huile",
        name: "Huile d’olive de Kabylie, 5 L",
        words: "Première pression à froid, olives chemlal.",
        price_minor: 650_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/oil.svg"),
    },
    Product {
        slug: "plat",
        name: "Plat à couscous, 38 cm",
        words: "Terre cuite peinte à la main, pour six personnes.",
        price_minor: 320_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/dish.svg"),
    },
    Product {
        slug: "miel",
        name: "Miel de jujubier, 500 g",
        words: "Sidr des hauts plateaux, mis en pot à Djelfa.",
        price_minor: 480_000,
        currency: "DZD",
        drawing: include_str!("../../templates/shop/honey.svg"),
    },
    Product {
        slug: "attieke",
        name: "Attiéké d’Abidjan, 2 kg",
        words: "Semoule de manioc, séchée à Dabou.",
        price_minor: 3_500,
        currency: "XOF",
        drawing: include_str!("../../templates/shop/attieke.svg"),
    },
    Product {
        slug: "karite",
        name: "Beurre de karité, 500 g",
        words: "Brut, des femmes de Korhogo.",
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

/// Minor units as people write them: `1 250 DA`, `1 250,50 DA`, `3 500 F CFA`.
pub(super) fn price(minor: i64, currency: &str) -> String {
    match currency {
        "DZD" if minor % 100 == 0 => format!("{}\u{a0}DA", grouped(minor / 100)),
        "DZD" => format!("{},{:02}\u{a0}DA", grouped(minor / 100), minor % 100),
        _ => format!("{}\u{a0}F\u{a0}CFA", grouped(minor)),
    }
}

/// Digits in groups of three.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
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
            assert_eq!(price(minor, currency), expected);
        }
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
