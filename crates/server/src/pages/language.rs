//! Which language a customer reads: the one that was chosen, the one the order asks for, or the browser's.

/// A language the customer pages are written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Language {
    /// French, the default where Guichet is at home.
    Fr,
    /// Arabic, written right to left.
    Ar,
    /// English.
    En,
}

impl Language {
    /// What is said in this language, of what is said in each.
    pub(crate) fn of<T>(self, french: T, arabic: T, english: T) -> T {
        match self {
            Language::Fr => french,
            Language::Ar => arabic,
            Language::En => english,
        }
    }

    /// Every language, in the order the pages offer them.
    pub(crate) const ALL: [Language; 3] = [Language::Fr, Language::Ar, Language::En];

    /// The first of these tags that names a language (what was chosen and what was asked for, the most
    /// deliberate first), else what the browser asks for.
    pub(crate) fn choose(wishes: &[Option<&str>], accept_language: &str) -> Language {
        let wished = wishes.iter().flatten().find_map(|tag| Language::from_code(tag));
        wished.unwrap_or_else(|| Language::from_accept_language(accept_language))
    }

    /// The language of a tag such as `ar`, `fr-DZ` or `en_US`; only the first part counts.
    pub(crate) fn from_code(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Language::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }

    /// The best language of an `Accept-Language` header (RFC 9110, 12.5.4); French if none fits.
    ///
    /// Of equal weights the first wins. A language the pages do not speak is passed over.
    pub(crate) fn from_accept_language(header: &str) -> Language {
        let mut best = (0, Language::Fr);
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let Some(language) = parts.next().and_then(Language::from_code) else { continue };
            let weight = parts.find_map(weight_thousandths).unwrap_or(1000);
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The tag for `lang=` and `?lang=`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Language::Fr => "fr",
            Language::Ar => "ar",
            Language::En => "en",
        }
    }

    /// The writing direction for `dir=`.
    pub(crate) fn dir(self) -> &'static str {
        match self {
            Language::Ar => "rtl",
            Language::Fr | Language::En => "ltr",
        }
    }

    /// Its name in itself, as its readers look for it.
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Language::Fr => "Français",
            Language::Ar => "العربية",
            Language::En => "English",
        }
    }
}

/// `q=0.8` as 800. A broken weight counts as zero, so that it cannot outrank an honest one.
fn weight_thousandths(parameter: &str) -> Option<u32> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths = match (whole, digits) {
        ("1", true) => 1000,
        ("0", true) => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    };
    Some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language() {
        let table = [
            ("", Language::Fr),
            ("*", Language::Fr),
            ("de", Language::Fr),
            ("en", Language::En),
            ("en-US,en;q=0.9", Language::En),
            ("ar-DZ,ar;q=0.9,fr;q=0.8,en;q=0.7", Language::Ar),
            ("fr;q=0.5, en;q=0.9", Language::En),
            ("kab, fr;q=0.8, ar;q=0.9", Language::Ar),
            ("en;q=0, ar;q=0.001", Language::Ar),
            ("en;q=0", Language::Fr),
            ("AR", Language::Ar),
            ("en ; q=0.4 , ar ; Q=0.6", Language::Ar),
            ("en;q=abc, ar;q=0.1", Language::Ar),
            ("en;q=9, ar;q=0.1", Language::Ar),
            ("ar;q=0.8,en;q=0.8", Language::Ar),
            ("english", Language::Fr),
            (",;=,;;q", Language::Fr),
        ];
        for (header, expected) in table {
            assert_eq!(Language::from_accept_language(header), expected, "{header:?}");
        }
    }

    /// What was chosen now, what was chosen before, what the order asks for, and the browser.
    #[test]
    fn the_most_deliberate_wish_counts() {
        let table = [
            ([Some("ar"), Some("fr"), Some("fr")], "en", Language::Ar),
            ([None, Some("ar"), Some("fr")], "en", Language::Ar),
            ([None, None, Some("ar")], "en", Language::Ar),
            ([None, None, None], "ar", Language::Ar),
            ([None, None, None], "", Language::Fr),
            ([Some("xx"), None, Some("en")], "ar", Language::En),
            ([Some("xx"), None, Some("de")], "ar", Language::Ar),
        ];
        for (wishes, browser, expected) in table {
            assert_eq!(Language::choose(&wishes, browser), expected, "{wishes:?} {browser}");
        }
    }
}
