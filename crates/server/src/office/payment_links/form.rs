//! The form of a new payment link: what was typed, and what it asks for.

use guichet_core::{Currency, PayerField};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::app::AskedLink;
use crate::fields::typed_money;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) shop: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) amount: String,
    pub(super) currency: String,
    pub(super) minimum: String,
    pub(super) maximum: String,
    pub(super) good_for: String,
    pub(super) ask_name: String,
    pub(super) ask_phone: String,
    pub(super) ask_email: String,
    pub(super) last_day: String,
    pub(super) reference: String,
    /// The field that was not taken, and why, where the form comes back.
    #[serde(skip)]
    pub(super) wrong: Option<Wrong>,
}

/// What was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The title is empty or too long.
    Title,
    /// The description is too long.
    Description,
    /// The amount is none, or one that nobody takes.
    Amount,
    /// A link for one order needs its amount.
    AmountMissing,
    /// The least and the most make no sense.
    Bounds,
    /// No account takes that money.
    NoAccount,
    /// The last day is none, or it is over.
    LastDay,
    /// The reference is too long.
    Reference,
    /// Another link has the reference.
    ReferenceTaken,
}

impl Wrong {
    /// What a field of the API is called here.
    pub(super) fn of_field(field: &str) -> Self {
        match field {
            "title" => Wrong::Title,
            "description" => Wrong::Description,
            "minimum" | "maximum" => Wrong::Bounds,
            "expires_in" => Wrong::LastDay,
            "reference" => Wrong::Reference,
            _ => Wrong::Amount,
        }
    }
}

impl Typed {
    /// Whether it is for one order.
    pub(super) fn is_for_one(&self) -> bool {
        self.good_for == "one"
    }

    /// The link that it asks for, at that time by those clocks.
    ///
    /// # Errors
    /// What cannot be read.
    pub(super) fn asked(&self, now_ms: i64, zone: &TimeZone) -> Result<AskedLink, Wrong> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let currency = Currency::from_code(&self.currency).map_err(|_| Wrong::Amount)?;
        let minor = |text: &str, wrong| match given(text) {
            None => Ok(None),
            Some(text) => typed_money(&text, currency).map(|money| Some(money.amount_minor)).ok_or(wrong),
        };
        let amount = minor(&self.amount, Wrong::Amount)?;
        if amount.is_none() && self.is_for_one() {
            return Err(Wrong::AmountMissing);
        }
        let names = [PayerField::GivenName, PayerField::FamilyName];
        let asks = [
            (&self.ask_name, &names[..]),
            (&self.ask_phone, &[PayerField::Phone]),
            (&self.ask_email, &[PayerField::Email]),
        ];
        let asks_for = asks.into_iter().filter(|(asked, _)| !asked.is_empty());
        Ok(AskedLink {
            reference: given(&self.reference),
            title: self.title.clone(),
            description: given(&self.description),
            amount,
            minimum: minor(&self.minimum, Wrong::Bounds)?,
            maximum: minor(&self.maximum, Wrong::Bounds)?,
            currency: self.currency.clone(),
            single_use: self.is_for_one(),
            asks_for: asks_for.flat_map(|(_, fields)| fields.iter().copied()).collect(),
            expires_in: self.life_s(now_ms, zone)?,
            ..AskedLink::default()
        })
    }

    /// The seconds until the last day is over.
    fn life_s(&self, now_ms: i64, zone: &TimeZone) -> Result<Option<i64>, Wrong> {
        if self.last_day.trim().is_empty() {
            return Ok(None);
        }
        let day: Date = self.last_day.trim().parse().map_err(|_| Wrong::LastDay)?;
        let end = day.tomorrow().and_then(|next| next.to_zoned_datetime(zone.clone()));
        let end_ms = end.map_err(|_| Wrong::LastDay)?.timestamp().as_millisecond();
        Ok(Some((end_ms - now_ms) / 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed {
            title: "Coffee".into(),
            currency: "DZD".into(),
            amount: "2 500,50".into(),
            ..Typed::default()
        }
    }

    #[test]
    fn a_form_says_what_it_asks_for_or_what_is_wrong() {
        let (noon_ms, zone) = (1_769_860_800_000, TimeZone::get("Africa/Algiers").expect("a zone"));
        let asked = typed().asked(noon_ms, &zone).expect("fine");
        assert_eq!((asked.amount, asked.single_use, asked.expires_in), (Some(250_050), false, None));
        let all = Typed { ask_name: "1".into(), ask_phone: "1".into(), ask_email: "1".into(), ..typed() };
        assert_eq!(all.asked(noon_ms, &zone).expect("fine").asks_for.len(), 4);
        // Noon of the 31st of January in UTC is one o'clock there: eleven hours are left of that day.
        let today = Typed { last_day: "2026-01-31".into(), ..typed() };
        assert_eq!(today.asked(noon_ms, &zone).expect("fine").expires_in, Some(11 * 3600));
        for (typed, wrong) in [
            (Typed { amount: "x".into(), ..typed() }, Wrong::Amount),
            (Typed { amount: String::new(), good_for: "one".into(), ..typed() }, Wrong::AmountMissing),
            (Typed { minimum: "x".into(), ..typed() }, Wrong::Bounds),
            (Typed { last_day: "tomorrow".into(), ..typed() }, Wrong::LastDay),
            (Typed { currency: "dinar".into(), ..typed() }, Wrong::Amount),
        ] {
            assert_eq!(typed.asked(noon_ms, &zone).err(), Some(wrong), "{typed:?}");
        }
    }
}
