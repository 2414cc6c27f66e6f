//! What the pages of one shop have in common: its name, where it is reached, its logo and colour, and its clocks.

use serde::{Deserialize, Serialize};

use super::colour::Colour;
use super::moment::check_time_zone;
use crate::fields;

/// The most bytes of a logo that is part of the pages.
const INLINE_LOGO_BYTES: usize = 2048;

/// What a merchant declares about its pages; everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSettings {
    /// The time zone of the shop's clocks, by its IANA name, such as `Africa/Algiers`; UTC when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The number to call, in E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The number on WhatsApp, in E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whatsapp: Option<String>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The logo: an https address, or a small image as a `data:` address, which needs no further request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The colour of the head and the buttons, `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

impl PageSettings {
    /// Refuses what pages cannot show, with the rule.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(zone) = &self.time_zone {
            check_time_zone(zone).map_err(|rule| format!("time_zone: {rule}"))?;
        }
        for (name, number) in [("phone", &self.phone), ("whatsapp", &self.whatsapp)] {
            let read = number.as_deref().map(|number| fields::phone(name, number)).transpose();
            read.map_err(|broken| format!("{name}: {}", broken.rule))?;
        }
        let email = self.email.as_deref().map(|email| fields::email("email", email)).transpose();
        email.map_err(|broken| format!("email: {}", broken.rule))?;
        if self.logo.as_deref().is_some_and(|logo| !is_logo(logo)) {
            return Err(format!(
                "logo: it is an https address of at most 300 characters without quotation marks, spaces and \
                 semicolons, or an image in base64 of at most {INLINE_LOGO_BYTES} bytes: data:image/svg+xml;base64,…"
            ));
        }
        match self.color.as_deref().map(Colour::parse) {
            Some(None) => Err("color: it is written #rrggbb, such as #0c4a45".to_owned()),
            Some(Some(_)) | None => Ok(()),
        }
    }
}

/// Whether it can stand in a page and in its policy.
fn is_logo(text: &str) -> bool {
    if let Some(image) = text.strip_prefix("data:image/") {
        let known = ["svg+xml", "png", "jpeg", "webp", "gif"];
        return text.len() <= INLINE_LOGO_BYTES
            && image.split_once(";base64,").is_some_and(|(kind, body)| {
                let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
                known.contains(&kind) && !body.is_empty() && body.bytes().all(base64)
            });
    }
    // A policy is a list with spaces, commas and semicolons between its parts.
    let splits = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | ';' | ',');
    text.len() <= 300
        && !text.contains(splits)
        && text.is_ascii()
        && url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}

/// The shop as its pages show it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shop {
    /// Its name, as its customers know it.
    pub(crate) name: String,
    /// Shows the "no real money" banner.
    pub(crate) test_mode: bool,
    /// Says that nothing can be paid here, because the server is quiet.
    pub(crate) quiet: bool,
    /// What it declared.
    pub(crate) settings: PageSettings,
}

impl Shop {
    /// The colour of the phone's bar above the page.
    pub(super) fn theme(&self) -> String {
        self.colour().map_or_else(|| "#0c4a45".to_owned(), Colour::hex)
    }

    /// The style of its own colour.
    pub(super) fn style(&self) -> Option<String> {
        self.colour().map(Colour::style)
    }

    fn colour(&self) -> Option<Colour> {
        self.settings.color.as_deref().and_then(Colour::parse)
    }

    /// The address of a logo that is not part of the page, as a policy names it: without its query.
    pub(super) fn logo_elsewhere(&self) -> Option<&str> {
        let logo = self.settings.logo.as_deref().filter(|logo| !logo.starts_with("data:"));
        logo.and_then(|logo| logo.split(['?', '#']).next())
    }

    /// The digits of its WhatsApp number.
    pub(super) fn whatsapp_digits(&self) -> Option<&str> {
        self.settings.whatsapp.as_deref().map(|number| number.trim_start_matches('+'))
    }

    /// Whether customers can reach it from a page.
    pub(super) fn is_reachable(&self) -> bool {
        let settings = &self.settings;
        settings.phone.is_some() || settings.whatsapp.is_some() || settings.email.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_checked_one_by_one() {
        let good = |settings: PageSettings| assert_eq!(settings.check(), Ok(()), "{settings:?}");
        let bad = |settings: PageSettings, named: &str| {
            let rule = settings.check().expect_err(named);
            assert!(rule.starts_with(named), "{rule}");
        };
        let some = |text: &str| Some(text.to_owned());
        good(PageSettings::default());
        good(PageSettings {
            time_zone: some("Africa/Algiers"),
            phone: some("+213555000001"),
            whatsapp: some("+213555000001"),
            email: some("boutique@phare.example"),
            logo: some("https://phare.example/logo.svg?v=2"),
            color: some("#7A1f3d"),
        });
        good(PageSettings { logo: some("data:image/png;base64,iVBORw0KGgo="), ..PageSettings::default() });
        bad(PageSettings { time_zone: some("Alger"), ..PageSettings::default() }, "time_zone");
        bad(PageSettings { phone: some("0555 00 00 01"), ..PageSettings::default() }, "phone");
        bad(PageSettings { whatsapp: some("+0"), ..PageSettings::default() }, "whatsapp");
        bad(PageSettings { email: some("boutique"), ..PageSettings::default() }, "email");
        bad(PageSettings { color: some("red"), ..PageSettings::default() }, "color");
        let long = format!("data:image/png;base64,{}", "A".repeat(INLINE_LOGO_BYTES));
        for logo in [
            "http://phare.example/logo.png",
            "https://phare.example/a; script-src *",
            "https://phare.example/a,b",
            "https://phare.example/\"onerror=alert(1)",
            "javascript:alert(1)",
            "data:text/html;base64,AAAA",
            "data:image/png;base64,<svg>",
            "data:image/png;base64,",
            long.as_str(),
        ] {
            bad(PageSettings { logo: some(logo), ..PageSettings::default() }, "logo");
        }
    }
}
