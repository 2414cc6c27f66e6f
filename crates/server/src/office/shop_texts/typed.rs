//! What customers see of a shop, as it stands in the form, and what becomes of what was typed: held against the same rules as a shop
//! file's, part by part, so that each mistake stands beside its field.

use serde::Deserialize;

use crate::fields::line;
use crate::pages::PageSettings;
use crate::store::MerchantRow;

/// The longest name of a shop, in characters.
const LONGEST_TITLE: usize = 100;

/// A part that may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Title,
    Phone,
    Whatsapp,
    Email,
    Logo,
    Color,
}

/// What stands in the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) title: String,
    pub(super) phone: String,
    pub(super) whatsapp: String,
    pub(super) email: String,
    pub(super) logo: String,
    pub(super) color: String,
}

impl Typed {
    /// The form with what holds now.
    pub(super) fn of(row: &MerchantRow) -> Self {
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        let PageSettings { time_zone: _, phone, whatsapp, email, logo, color } = &row.pages;
        Typed {
            title: row.title.clone(),
            phone: given(phone),
            whatsapp: given(whatsapp),
            email: given(email),
            logo: given(logo),
            color: given(color),
        }
    }

    /// The merchant as it is from now on.
    ///
    /// # Errors
    /// The parts that break a rule.
    pub(super) fn write_to(&self, row: &MerchantRow) -> Result<MerchantRow, Vec<Part>> {
        let given = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let pages = PageSettings {
            time_zone: row.pages.time_zone.clone(),
            phone: given(&self.phone),
            whatsapp: given(&self.whatsapp),
            email: given(&self.email),
            logo: given(&self.logo),
            color: given(&self.color),
        };
        let title = line("title", &self.title, LONGEST_TITLE);
        let mut mistakes: Vec<Part> = title.is_err().then_some(Part::Title).into_iter().collect();
        mistakes.extend(mistakes_of(&pages));
        match title {
            Ok(title) if mistakes.is_empty() => Ok(MerchantRow { title, pages, ..row.clone() }),
            Ok(_) | Err(_) => Err(mistakes),
        }
    }
}

/// The parts of what pages show that break a rule: each is held against it alone.
fn mistakes_of(pages: &PageSettings) -> Vec<Part> {
    let nothing = PageSettings::default;
    let parts = [
        (Part::Phone, PageSettings { phone: pages.phone.clone(), ..nothing() }),
        (Part::Whatsapp, PageSettings { whatsapp: pages.whatsapp.clone(), ..nothing() }),
        (Part::Email, PageSettings { email: pages.email.clone(), ..nothing() }),
        (Part::Logo, PageSettings { logo: pages.logo.clone(), ..nothing() }),
        (Part::Color, PageSettings { color: pages.color.clone(), ..nothing() }),
    ];
    parts.into_iter().filter(|(_, probe)| probe.check().is_err()).map(|(part, _)| part).collect()
}
