//! What the two shops of the month sell, to whom, and when they are busy. All of it is invented.

use crate::declared::{COUNTER, GROCERY};

/// A line of an order.
#[derive(Debug)]
pub(super) struct Good {
    pub(super) name: &'static str,
    /// Minor units.
    pub(super) price_minor: i64,
    /// The most that somebody buys at once.
    pub(super) most: i64,
}

/// A gateway of a shop, and how many of a hundred customers choose it.
pub(super) type Share = (&'static str, i64);

/// A shop.
#[derive(Debug)]
pub(super) struct Trade {
    /// Its merchant.
    pub(super) merchant: &'static str,
    /// What its references begin with.
    pub(super) prefix: &'static str,
    pub(super) currency: &'static str,
    pub(super) country: &'static str,
    /// What phone numbers begin with; four digits follow.
    pub(super) phones: &'static str,
    /// Its clocks, in ms east of UTC.
    pub(super) east_ms: i64,
    pub(super) goods: &'static [Good],
    /// What it costs to have it brought, for those who do.
    pub(super) carriage: Good,
    /// How many of a hundred have it brought.
    pub(super) carried_percent: i64,
    pub(super) gateways: &'static [Share],
    /// How many orders a usual Monday, Tuesday … Sunday has.
    pub(super) week: [i64; 7],
    pub(super) given_names: &'static [&'static str],
    pub(super) family_names: &'static [&'static str],
}

const fn good(name: &'static str, price_minor: i64, most: i64) -> Good {
    Good { name, price_minor, most }
}

/// The hours at which people buy, as often as they do.
pub(super) const HOURS: [i64; 20] =
    [8, 9, 10, 10, 11, 11, 12, 12, 13, 15, 16, 17, 17, 18, 18, 19, 20, 20, 21, 22];

/// In dinars: by card, or in cash at the door. Friday is quiet, and the evenings before it are not.
pub(super) const ALGIERS: Trade = Trade {
    merchant: GROCERY,
    prefix: "EY",
    currency: "DZD",
    country: "DZ",
    phones: "+21355000",
    east_ms: 3_600_000,
    goods: &[
        good("Semoule fine, sac de 10 kg", 125_000, 2),
        good("Huile d’olive de Kabylie, 5 L", 650_000, 1),
        good("Dattes Deglet Nour, 1 kg", 95_000, 3),
        good("Miel de jujubier, 500 g", 480_000, 1),
        good("Plat à couscous, 38 cm", 320_000, 1),
        good("Figues sèches, 500 g", 70_000, 2),
        good("Pois chiches, 2 kg", 84_000, 2),
        good("Makrout aux dattes, boîte de 24", 110_000, 2),
        good("Thé vert à la menthe, 250 g", 52_000, 3),
        good("Eau de fleur d’oranger, 50 cl", 65_000, 2),
    ],
    carriage: good("Livraison", 40_000, 1),
    carried_percent: 70,
    gateways: &[("ocpay", 64), ("cash", 36)],
    week: [11, 12, 12, 16, 8, 14, 13],
    given_names: &[
        "Amel", "Lila", "Nassim", "Sofiane", "Meriem", "Rachid", "Yanis", "Houda", "Farid", "Ines",
    ],
    family_names: &["Belkacem", "Haddad", "Meziane", "Cherif", "Saidi", "Bouzid", "Larbi", "Hamidi", "Ziani"],
};

/// In francs: by mobile money, through one gateway or the other. Saturday is the day.
pub(super) const ABIDJAN: Trade = Trade {
    merchant: COUNTER,
    prefix: "LC",
    currency: "XOF",
    country: "CI",
    phones: "+225070000",
    east_ms: 0,
    goods: &[
        good("Pagne wax, 6 yards", 12_500, 2),
        good("Beurre de karité, 500 g", 3_000, 3),
        good("Attiéké d’Abidjan, 2 kg", 3_500, 2),
        good("Cacao pur en poudre, 500 g", 4_000, 2),
        good("Café de Man moulu, 250 g", 2_500, 3),
        good("Savon noir, 400 g", 1_500, 4),
        good("Pagne baoulé tissé main", 25_000, 1),
        good("Panier de rônier", 7_500, 1),
        good("Bissap séché, 1 kg", 2_000, 2),
        good("Noix de cajou grillées, 1 kg", 6_500, 2),
    ],
    carriage: good("Livraison", 1_000, 1),
    carried_percent: 45,
    gateways: &[("cinetpay", 56), ("novasend", 44)],
    week: [11, 11, 12, 13, 15, 19, 9],
    given_names: &["Aya", "Koffi", "Adjoua", "Yao", "Mariam", "Salif", "Akissi", "Kouame", "Fanta", "Moussa"],
    family_names: &["Kouassi", "Konan", "Traore", "Yeboua", "Bamba", "Toure", "Koffi", "Ouattara", "Diabate"],
};
