//! The languages of the demo's shops: chosen by the customer, else the browser's, else French.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use http::{HeaderMap, header};
use serde::Deserialize;

/// The cookie that keeps the customer's choice.
const COOKIE: &str = "language";

/// A language that the shops speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// French.
    Fr,
    /// Arabic.
    Ar,
    /// English.
    En,
}

/// A text in each of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    pub(crate) fr: &'static str,
    pub(crate) ar: &'static str,
    pub(crate) en: &'static str,
}

impl Text {
    /// The text in that language.
    pub(crate) fn of(&self, language: Language) -> &'static str {
        match language {
            Language::Fr => self.fr,
            Language::Ar => self.ar,
            Language::En => self.en,
        }
    }
}

impl Language {
    /// All of them, as the pages offer them.
    pub(crate) const ALL: [Language; 3] = [Language::Fr, Language::Ar, Language::En];

    /// Its tag.
    pub(crate) fn tag(self) -> &'static str {
        Text { fr: "fr", ar: "ar", en: "en" }.of(self)
    }

    /// What OneEntry's projects call it.
    pub(crate) fn code(self) -> &'static str {
        Text { fr: "fr_FR", ar: "ar_DZ", en: "en_US" }.of(self)
    }

    /// Its name in itself.
    pub(crate) fn own_name(self) -> &'static str {
        Text { fr: "Français", ar: "العربية", en: "English" }.of(self)
    }

    /// The direction in which it is written.
    pub(crate) fn direction(self) -> &'static str {
        Text { fr: "ltr", ar: "rtl", en: "ltr" }.of(self)
    }

    /// The cookie that keeps it for a year.
    pub(crate) fn cookie(self) -> String {
        format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", self.tag())
    }

    fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', ';']).next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    fn kept(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
        let named =
            |pair: &str| pair.trim().strip_prefix(COOKIE)?.strip_prefix('=').and_then(Language::from_tag);
        cookies.split(';').find_map(named)
    }

    fn of_browser(headers: &HeaderMap) -> Option<Self> {
        headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?.split(',').find_map(Language::from_tag)
    }
}

/// The query by which a customer chooses.
#[derive(Debug, Deserialize)]
struct Chosen {
    lang: Option<String>,
}

/// A customer in front of a page: the language, and whether it was chosen just now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) language: Language,
    pub(crate) has_chosen: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = Query::<Chosen>::try_from_uri(&parts.uri).ok();
        let chosen = query.and_then(|query| query.0.lang).as_deref().and_then(Language::from_tag);
        let other = || Language::kept(&parts.headers).or_else(|| Language::of_browser(&parts.headers));
        let language = chosen.or_else(other).unwrap_or(Language::Fr);
        Ok(Reader { language, has_chosen: chosen.is_some() })
    }
}
