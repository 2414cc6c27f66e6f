//! What was sold: who bought what for how much, by which gateway, and what became of it. Everything follows from an order's number, so
//! that each measurement has the same orders.

use guichet_core::{Currency, Money, Payer, Phone};

/// Names as they are given in the shop's countries.
const GIVEN: [&str; 24] = [
    "Amel", "Lila", "Nassim", "Sofiane", "Meriem", "Rachid", "Yanis", "Houda", "Farid", "Ines", "Karim",
    "Nadia", "Aya", "Koffi", "Adjoua", "Yao", "Mariam", "Salif", "Akissi", "Kouame", "Fanta", "Moussa",
    "Aminata", "Ibrahim",
];
const FAMILY: [&str; 24] = [
    "Belkacem",
    "Haddad",
    "Meziane",
    "Cherif",
    "Saidi",
    "Bouzid",
    "Larbi",
    "Hamidi",
    "Ziani",
    "Benali",
    "Mansouri",
    "Rahmani",
    "Kouassi",
    "Konan",
    "Traore",
    "Yeboua",
    "Bamba",
    "Toure",
    "Coulibaly",
    "Ouattara",
    "Diabate",
    "Kone",
    "Diallo",
    "Cisse",
];

/// The gateways, each with its currency and how many of a hundred customers choose it.
const GATEWAYS: [(&str, Currency, u64); 4] = [
    ("ocpay", Currency::DZD, 45),
    ("cinetpay", Currency::XOF, 25),
    ("novasend", Currency::XOF, 22),
    ("cash", Currency::DZD, 8),
];

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It was paid.
    Paid,
    /// It was paid, and the goods were handed over.
    HandedOver,
    /// It was paid, and the money went back.
    PaidBack,
    /// The bank declined, and the shop called it off.
    Cancelled,
    /// The bank declined, and its time ran out.
    RanOut,
    /// The money came when it was called off already; somebody decided about it.
    CameLate,
    /// The same, and it waits for somebody.
    WaitsForSomebody,
}

/// An order that will be made.
#[derive(Debug, Clone)]
pub(super) struct Sale {
    /// Its number, from 0.
    pub(super) number: u64,
    /// The shop's reference.
    pub(super) reference: String,
    /// Who buys.
    pub(super) payer: Payer,
    /// For how much.
    pub(super) money: Money,
    /// By which gateway.
    pub(super) gateway: &'static str,
    /// What becomes of it.
    pub(super) fate: Fate,
}

impl Sale {
    /// The sale of that number.
    pub(super) fn of(number: u64) -> anyhow::Result<Self> {
        let (gateway, currency) = gateway(drawn(number, 0, 100));
        let amount_minor = i64::try_from(match currency.exponent() {
            0 => 500 + 5 * drawn(number, 1, 11_900),
            _ => 50_000 + 100 * drawn(number, 1, 11_500),
        })?;
        Ok(Sale {
            number,
            reference: format!("CMD-2026-{number:07}"),
            payer: payer(number, currency)?,
            money: Money { amount_minor, currency },
            gateway,
            fate: fate(number),
        })
    }
}

fn gateway(mut chance: u64) -> (&'static str, Currency) {
    for (name, currency, percent) in GATEWAYS {
        if chance < percent {
            return (name, currency);
        }
        chance -= percent;
    }
    (GATEWAYS[0].0, GATEWAYS[0].1)
}

fn payer(number: u64, currency: Currency) -> anyhow::Result<Payer> {
    let (given, family) = (one_of(&GIVEN, number, 2), one_of(&FAMILY, number, 3));
    let rest = drawn(number, 4, 100_000_000);
    let (phone, country) = match currency.exponent() {
        0 => (format!("+22507{rest:08}"), "CI"),
        _ => (format!("+2135{rest:08}"), "DZ"),
    };
    Ok(Payer {
        given_name: Some(given.to_owned()),
        family_name: Some(family.to_owned()),
        email: Some(format!(
            "{}.{}.{}@example.com",
            given.to_lowercase(),
            family.to_lowercase(),
            rest % 10_000
        )),
        phone: Some(Phone::e164(&phone)?),
        country: Some(country.to_owned()),
        ..Payer::default()
    })
}

fn fate(number: u64) -> Fate {
    match drawn(number, 5, 1_000) {
        0..=9 => Fate::PaidBack,
        10..=59 => Fate::Cancelled,
        60..=89 => Fate::RanOut,
        90..=93 => Fate::CameLate,
        94 if drawn(number, 6, 5) == 0 => Fate::WaitsForSomebody,
        94..=500 => Fate::HandedOver,
        _ => Fate::Paid,
    }
}

fn one_of(all: &[&'static str], number: u64, of: u64) -> &'static str {
    let most = u64::try_from(all.len()).unwrap_or(1);
    usize::try_from(drawn(number, of, most)).ok().and_then(|at| all.get(at)).copied().unwrap_or_default()
}

/// A number below `most` that looks like chance and is always the same, for something of a sale (SplitMix64, Steele, Lea and Flood
/// 2014).
fn drawn(number: u64, of: u64, most: u64) -> u64 {
    let mut mixed = (number * 16 + of + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % most
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_number_has_the_same_sale_and_every_kind_of_sale_there_is() {
        let sales: Vec<Sale> = (0..20_000).map(|number| Sale::of(number).expect("a sale")).collect();
        assert_eq!(sales[7].payer, Sale::of(7).expect("a sale").payer);
        let mut gateways: BTreeMap<&str, usize> = BTreeMap::new();
        for sale in &sales {
            *gateways.entry(sale.gateway).or_default() += 1;
            let least = if sale.gateway == "ocpay" { 50_000 } else { 100 };
            assert!(sale.money.amount_minor >= least, "{sale:?}");
        }
        assert!(
            gateways.len() == GATEWAYS.len() && gateways.values().all(|many| *many > 1_000),
            "{gateways:?}"
        );
        let of = |fate| sales.iter().filter(|sale| sale.fate == fate).count();
        for fate in
            [Fate::PaidBack, Fate::Cancelled, Fate::RanOut, Fate::CameLate, Fate::Paid, Fate::HandedOver]
        {
            assert!(of(fate) > 40, "{fate:?}");
        }
        assert!((1..20).contains(&of(Fate::WaitsForSomebody)));
    }
}
