//! The rules for single fields that every API has: amounts, lines of text, what people are called and how they are
//! reached.

use guichet_core::{BadPhone, Code, Currency, Money, Phone};
use lettre::Address;

/// The most that an order may ask for, in minor units: far above any gateway's limit, far below what an integer holds.
pub(crate) const MOST_MINOR: i64 = 1_000_000_000_000_000;

/// A rule that a field breaks, whoever sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldRule {
    /// The field, as the API names it.
    pub(crate) field: String,
    /// The stable code of the rule.
    pub(crate) code: Code,
    /// The rule, as a sentence.
    pub(crate) rule: String,
}

fn broken<T>(field: &str, code: Code, rule: impl Into<String>) -> Result<T, FieldRule> {
    Err(FieldRule { field: field.to_owned(), code, rule: rule.into() })
}

/// One line of text: trimmed, not empty, not too long, without control characters.
pub(crate) fn line(field: &str, text: &str, most: usize) -> Result<String, FieldRule> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if length == 0 || length > most {
        let rule = format!("{field} must have 1 to {most} characters; it has {length}.");
        return broken(field, Code::TextLength, rule);
    }
    if trimmed.chars().any(|c| c.is_control() || overrides_direction(c)) {
        let rule =
            format!("{field} must be one line of text without control or direction override characters.");
        return broken(field, Code::TextControlCharacter, rule);
    }
    Ok(trimmed.to_owned())
}

/// Money as people type it, in major units: with spaces, with a comma or a point, in the digits of Arabic too.
pub(crate) fn typed_money(typed: &str, currency: Currency) -> Option<Money> {
    let plain = |c: char| match c {
        '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10),
        '\u{6f0}'..='\u{6f9}' => char::from_digit(c as u32 - 0x6f0, 10),
        ',' | '\u{66b}' => Some('.'),
        ' ' | '\u{a0}' | '\u{202f}' | '\u{66c}' => None,
        other => Some(other),
    };
    Money::from_decimal(&typed.trim().chars().filter_map(plain).collect::<String>(), currency)
}

/// The language of a page.
pub(crate) fn language(field: &str, text: &str) -> Result<String, FieldRule> {
    match text {
        "fr" | "ar" | "en" => Ok(text.to_owned()),
        _ => broken(field, Code::LanguageUnknown, format!("{field} is fr, ar or en.")),
    }
}

/// The shop's own notes.
pub(crate) fn metadata(notes: &serde_json::Map<String, serde_json::Value>) -> Result<(), FieldRule> {
    let bytes = serde_json::to_vec(notes).map_or(usize::MAX, |bytes| bytes.len());
    if notes.len() > 50 || bytes > 8 * 1024 {
        let rule = "metadata may have at most 50 keys and 8 KiB of JSON.";
        return broken("metadata", Code::MetadataTooLarge, rule);
    }
    Ok(())
}

/// Characters that make a text read in another order than it is written; marks for Arabic are fine.
pub(crate) fn overrides_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An e-mail address.
pub(crate) fn email(field: &str, text: &str) -> Result<String, FieldRule> {
    let address = line(field, text, 254)?;
    if mailbox(&address).is_some() {
        return Ok(address);
    }
    let rule = "An e-mail address is a name of Latin letters, digits and such, one “@”, and a domain with a dot: \
        amina@example.com.";
    broken(field, Code::EmailInvalid, rule)
}

/// The e-mail address, if a mail server can be expected to take it. A domain in other letters is turned
/// into its ASCII form; a part before the “@” in other letters is refused, as most servers would.
pub(crate) fn mailbox(text: &str) -> Option<Address> {
    let (local, domain) = text.rsplit_once('@')?;
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '<' | '>' | ',' | ';' | ':');
    if text.len() > 254 || !local.chars().all(plain) {
        return None;
    }
    // A name with a dot: neither an IP address nor this machine.
    let Ok(url::Host::Domain(domain)) = url::Host::parse(domain) else { return None };
    if !domain.trim_matches('.').contains('.') {
        return None;
    }
    Address::new(local, domain).ok()
}

/// A phone number, as a program sends it: in E.164.
pub(crate) fn phone(field: &str, text: &str) -> Result<Phone, FieldRule> {
    Phone::parse(text).or_else(|bad| broken(field, Code::PhoneInvalid, sentence(bad)))
}

/// A phone number as a person writes it, in the country of that ISO 3166-1 code where it is known.
pub(crate) fn typed_phone(field: &str, text: &str, country: Option<&str>) -> Result<Phone, FieldRule> {
    Phone::typed(text, country).or_else(|bad| broken(field, Code::PhoneInvalid, sentence(bad)))
}

/// The reason as a sentence: it begins with a capital letter, as every rule does.
fn sentence(bad: BadPhone) -> String {
    let text = bad.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase()).into_iter();
    first.chain(letters).chain(['.']).collect()
}

/// Two capital letters; which of them are countries is for the gateways to know.
pub(crate) fn country(field: &str, text: &str) -> Result<String, FieldRule> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    let rule = "A country is its ISO 3166-1 code of two capital letters, such as CI.";
    broken(field, Code::CountryInvalid, rule)
}

/// Where an address leads to which customers return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReturnOrigin {
    /// To a site: scheme, host and port.
    Web(String),
    /// To an app, by a scheme of its own; with a host, to that part of it.
    App {
        /// The scheme, in small letters.
        scheme: String,
        /// What stands where a site has its host.
        host: Option<String>,
    },
}

/// Schemes that no app owns: what follows them is run, read from the device, or sent.
const NO_APPS: [&str; 14] = [
    "javascript",
    "data",
    "vbscript",
    "blob",
    "file",
    "filesystem",
    "about",
    "view-source",
    "ws",
    "wss",
    "ftp",
    "mailto",
    "tel",
    "sms",
];

impl ReturnOrigin {
    /// The origin of an address; `None` of one that no customer may be sent to.
    pub(crate) fn of(address: &url::Url) -> Option<Self> {
        let scheme = address.scheme();
        let host = address.host_str().filter(|host| !host.is_empty());
        match scheme {
            "http" | "https" => host.map(|_| ReturnOrigin::Web(address.origin().ascii_serialization())),
            _ if NO_APPS.contains(&scheme) || !address.as_str()[scheme.len()..].starts_with("://") => None,
            _ => {
                Some(ReturnOrigin::App { scheme: scheme.to_owned(), host: host.map(str::to_ascii_lowercase) })
            }
        }
    }

    /// An origin as a shop file declares it: nothing follows it.
    ///
    /// # Errors
    /// A sentence with the rule.
    pub(crate) fn declared(text: &str) -> Result<Self, String> {
        let origin = url::Url::parse(text).ok().and_then(|url| ReturnOrigin::of(&url));
        let whole = match &origin {
            Some(ReturnOrigin::Web(origin)) => text.trim_end_matches('/') == origin,
            Some(ReturnOrigin::App { scheme, host }) => {
                let host = host.as_deref().unwrap_or_default();
                text.eq_ignore_ascii_case(&format!("{scheme}://{host}"))
            }
            None => false,
        };
        origin.filter(|_| whole).ok_or_else(|| {
            format!(
                "a return origin is a scheme, a host and perhaps a port, such as https://shop.example, or the scheme \
                 of an app, such as shopapp://, not “{text}”"
            )
        })
    }

    /// Whether what leads there is allowed where this is declared.
    pub(crate) fn covers(&self, other: &ReturnOrigin) -> bool {
        match (self, other) {
            (ReturnOrigin::App { scheme, host: None }, ReturnOrigin::App { scheme: other, .. }) => {
                scheme == other
            }
            (ReturnOrigin::Web(_) | ReturnOrigin::App { .. }, _) => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_address_is_one_that_a_mail_server_takes() {
        let table = [
            ("amina@example.com", Some("amina@example.com")),
            ("a.b+shop@mail.example.dz", Some("a.b+shop@mail.example.dz")),
            ("amina@EXAMPLE.com", Some("amina@example.com")),
            ("amina@bücher.example", Some("amina@xn--bcher-kva.example")),
            ("amina@موقع.example", Some("amina@xn--4gbrim.example")),
            ("أمينة@example.com", None),
            ("amina", None),
            ("amina@", None),
            ("@example.com", None),
            ("amina@localhost", None),
            ("amina@127.0.0.1", None),
            ("amina@[127.0.0.1]", None),
            ("a@b@example.com", None),
            ("a b@example.com", None),
            ("\"a\\\r\nBcc: x\"@example.com", None),
            ("amina@example.com\r\nRCPT TO:<x@example.com>", None),
            ("amina@example.com>", None),
            ("<amina@example.com", None),
            ("a,b@example.com", None),
        ];
        for (text, expected) in table {
            let found = mailbox(text).map(|found| found.to_string());
            assert_eq!(found.as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_shop_file_declares_whole_origins() {
        for good in [
            "https://shop.example",
            "http://127.0.0.1:3000/",
            "shopapp://",
            "com.shop.app://",
            "shopapp://paid",
        ] {
            assert!(ReturnOrigin::declared(good).is_ok(), "{good}");
        }
        for wrong in [
            "",
            "shop.example",
            "https://shop.example/thanks",
            "https://",
            "javascript://",
            "data:text/html,x",
            "shopapp:",
            "shopapp:/paid",
            "shopapp://paid/now",
            "shopapp://?x",
            "file:///etc",
            "mailto:a@b.example",
        ] {
            assert!(ReturnOrigin::declared(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_leads_where_its_origin_is_declared() {
        for (declared, address, expected) in [
            ("https://shop.example", "https://shop.example/thanks?x=1", true),
            ("https://shop.example/", "https://shop.example:443/", true),
            ("https://shop.example", "http://shop.example/", false),
            ("https://shop.example", "https://shop.example.evil/", false),
            ("shopapp://", "shopapp://paid?order=7", true),
            ("shopapp://", "ShopApp://PAID", true),
            ("shopapp://paid", "shopapp://paid?order=7", true),
            ("shopapp://paid", "shopapp://other", false),
            ("shopapp://", "otherapp://paid", false),
            ("shopapp://", "https://shopapp/", false),
        ] {
            let address = ReturnOrigin::of(&url::Url::parse(address).unwrap()).unwrap();
            assert_eq!(
                ReturnOrigin::declared(declared).unwrap().covers(&address),
                expected,
                "{declared} {address:?}"
            );
        }
        for nowhere in
            ["javascript:alert(1)", "javascript://x/%0aalert(1)", "data:text/html,x", "shopapp:paid", "tel:1"]
        {
            assert_eq!(ReturnOrigin::of(&url::Url::parse(nowhere).unwrap()), None, "{nowhere}");
        }
    }
}
