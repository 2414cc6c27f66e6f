//! What the shop sells.

/// One product.
#[derive(Debug)]
pub(super) struct Product {
    /// Its place in addresses.
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) words: &'static str,
    /// Centimes of a dinar; OCPay takes whole dinars from 500 on.
    pub(super) price_minor: i64,
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
        drawing: include_str!("../../../templates/shop/dates.svg"),
    },
    Product {
        slug: "semoule",
        name: "Semoule fine, sac de 10 kg",
        words: "Blé dur, mouture fine, pour le couscous et la kesra.",
        price_minor: 125_000,
        drawing: include_str!("../../../templates/shop/semolina.svg"),
    },
    Product {
        slug: "huile",
        name: "Huile d’olive de Kabylie, 5 L",
        words: "Première pression à froid, olives chemlal.",
        price_minor: 650_000,
        drawing: include_str!("../../../templates/shop/oil.svg"),
    },
    Product {
        slug: "plat",
        name: "Plat à couscous, 38 cm",
        words: "Terre cuite peinte à la main, pour six personnes.",
        price_minor: 320_000,
        drawing: include_str!("../../../templates/shop/dish.svg"),
    },
    Product {
        slug: "miel",
        name: "Miel de jujubier, 500 g",
        words: "Sidr des hauts plateaux, mis en pot à Djelfa.",
        price_minor: 480_000,
        drawing: include_str!("../../../templates/shop/honey.svg"),
    },
];

/// The product at that place.
pub(super) fn find(slug: &str) -> Option<&'static Product> {
    ALL.iter().find(|product| product.slug == slug)
}

/// Minor units of dinars as people write them: `1 250 DA`, `1 250,50 DA`.
pub(super) fn dinars(minor: i64) -> String {
    let (whole, centimes) = (minor / 100, minor % 100);
    let digits = whole.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    if centimes > 0 {
        text.push_str(&format!(",{centimes:02}"));
    }
    text + "\u{a0}DA"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_as_people_write_them() {
        for (minor, expected) in [
            (95_000, "950\u{a0}DA"),
            (125_000, "1\u{202f}250\u{a0}DA"),
            (125_050, "1\u{202f}250,50\u{a0}DA"),
            (123_456_700, "1\u{202f}234\u{202f}567\u{a0}DA"),
        ] {
            assert_eq!(dinars(minor), expected);
        }
    }

    #[test]
    fn every_product_is_one_that_the_gateway_takes() {
        for product in ALL {
            assert!(product.price_minor % 100 == 0 && product.price_minor >= 50_000, "{}", product.slug);
            assert!(find(product.slug).is_some());
        }
    }
}
