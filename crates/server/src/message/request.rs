//! The request that asks an SMS provider to send one message: address, headers and body are templates,
//! and each part escapes its values in its own way, so that no text can break out of it.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::settings::{ContentType, SmsSettings};
use super::template::Template;

/// The names that may stand in braces beside the names of the merchant's secrets.
pub(super) const WORDS: [&str; 5] = ["to", "to_digits", "text", "from", "id"];

/// A request, filled in.
pub(super) struct Request {
    pub(super) url: url::Url,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// What a request is filled with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filling<'a> {
    /// The phone number in E.164.
    pub(super) to: &'a str,
    pub(super) text: &'a str,
    pub(super) from: &'a str,
    pub(super) id: &'a str,
    pub(super) secrets: &'a BTreeMap<String, SecretString>,
}

impl Filling<'_> {
    fn value(&self, word: &str) -> &str {
        match word {
            "to" => self.to,
            "to_digits" => self.to.trim_start_matches('+'),
            "text" => self.text,
            "from" => self.from,
            "id" => self.id,
            secret => self.secrets.get(secret).map(ExposeSecret::expose_secret).unwrap_or_default(),
        }
    }
}

/// Fills the request in. An error says which part cannot be sent and quotes nothing of it.
pub(super) fn fill(settings: &SmsSettings, filling: Filling<'_>) -> Result<Request, &'static str> {
    let url = Template::request(&settings.url).fill(|word| percent(filling.value(word)));
    let url = url::Url::parse(&url).map_err(|_| "its address cannot be read")?;
    let mut headers = HeaderMap::new();
    for (name, template) in &settings.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "a header's name cannot be sent")?;
        let value = Template::request(template).fill(|word| filling.value(word).replace(['\r', '\n'], " "));
        let value = HeaderValue::from_bytes(value.as_bytes());
        headers.insert(name, sensitive(value.map_err(|_| "a header's value cannot be sent")?));
    }
    if !settings.body.is_empty() {
        let kind = HeaderValue::from_static(settings.content_type.as_str());
        headers.insert(reqwest::header::CONTENT_TYPE, kind);
    }
    let escaped = |word: &str| escape(settings.content_type, filling.value(word));
    Ok(Request { url, headers, body: Template::request(&settings.body).fill(escaped) })
}

fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

fn escape(content_type: ContentType, value: &str) -> String {
    match content_type {
        ContentType::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            quoted[1..quoted.len() - 1].to_owned()
        }
        ContentType::Form => percent(value),
        ContentType::Plain => value.to_owned(),
    }
}

/// Everything that is not unreserved (RFC 3986, 2.3).
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encoding that is right in a path, in a query and in a form alike.
fn percent(value: &str) -> String {
    utf8_percent_encode(value, &RESERVED).to_string()
}
