//! A body as named fields, whether it came as JSON or as a form: the documentation says one, the guide
//! the other, and the vendor's own samples post forms under a JSON content type. The order is kept,
//! because one way of signing notifications depends on it.

use std::fmt;

use guichet_core::json_as_read;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use url::form_urlencoded;

use super::wire::Raw;

/// More fields than any of the vendor's bodies has.
const MOST_FIELDS: usize = 200;

/// The fields of a body, in the order in which they came.
pub(super) struct Fields(Vec<(String, Raw)>);

impl Fields {
    /// Reads a JSON object, or anything else as a form.
    ///
    /// # Errors
    /// The reason why it cannot be read, for the client's programmer; it quotes nothing of the body.
    pub(super) fn read(body: &[u8]) -> Result<Fields, String> {
        let json = json_as_read(body);
        let body = json.trim_ascii();
        match body.first() {
            None => Err("there is no body".to_owned()),
            Some(b'{') => serde_json::from_slice(body).map_err(|error| {
                format!("it is not JSON: see line {}, column {}", error.line(), error.column())
            }),
            Some(b'[' | b'"' | b'<') => Err("it is neither a JSON object nor a form".to_owned()),
            Some(_) => Ok(Fields::of_form(body)),
        }
    }

    fn of_form(body: &[u8]) -> Fields {
        let pairs = form_urlencoded::parse(body).take(MOST_FIELDS);
        Fields(pairs.map(|(name, value)| (name.into_owned(), Raw::of(&*value))).collect())
    }

    /// The last field of that name; a null counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&Raw> {
        let (_, value) = self.0.iter().rev().find(|(known, _)| known == name)?;
        if value.is_null() { None } else { Some(value) }
    }

    /// The same as text: a number as it was written; nothing for a list or an object.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(Raw::plain)
    }

    /// The members of a form's `name[key]=value`.
    pub(super) fn members(&self, name: &str) -> Vec<(String, String)> {
        let inside =
            |key: &str| Some(key.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?.to_owned());
        self.0.iter().filter_map(|(key, value)| Some((inside(key)?, value.plain()?))).collect()
    }

    /// Every field as text, each name once, as PHP reads a form: in the position of its first, with the value
    /// of its last; empty for a null, a list or an object.
    pub(super) fn texts(&self) -> Vec<(String, String)> {
        let mut texts: Vec<(String, String)> = Vec::new();
        for (name, value) in &self.0 {
            let value = value.plain().unwrap_or_default();
            match texts.iter_mut().find(|(known, _)| known == name) {
                Some((_, earlier)) => *earlier = value,
                None => texts.push((name.clone(), value)),
            }
        }
        texts
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    if fields.len() < MOST_FIELDS {
                        fields.push(field);
                    }
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_json_are_read_alike() {
        let deep = format!(r#"{{"a":"1","x":{}1{}}}"#, "[".repeat(5000), "]".repeat(5000));
        for (body, expected) in [
            (r#"{"a":"1"}"#, Some("1")),
            (" \u{feff}{\"a\":\"1\"}", None),
            ("\u{feff} {\"a\":\"1\"}", Some("1")),
            (r#"{"a":1}"#, Some("1")),
            (r#"{"a":1.50}"#, Some("1.50")),
            (r#"{"a":true}"#, Some("true")),
            (r#"{"a":1e309}"#, Some("1e309")),
            (r#"{"a":null,"b":1e309}"#, None),
            (r#"{"a":[1]}"#, None),
            (r#"{"a":{"b":1}}"#, None),
            (r#"{"a":1,"a":"2"}"#, Some("2")),
            (deep.as_str(), Some("1")),
            ("a=1", Some("1")),
            ("b=2&a=%C3%A9+%26", Some("é &")),
            ("a=1&a=2", Some("2")),
            ("b=1", None),
        ] {
            let read = Fields::read(body.as_bytes()).ok().and_then(|fields| fields.text("a"));
            assert_eq!(read.as_deref(), expected, "{body:.60}");
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        for (body, expected) in [
            ("", "there is no body"),
            (" \n", "there is no body"),
            ("[]", "it is neither a JSON object nor a form"),
            ("\"a=1\"", "it is neither a JSON object nor a form"),
            ("<a/>", "it is neither a JSON object nor a form"),
            ("{\n\"a\":1,}", "it is not JSON: see line 2, column 7"),
            ("{\"a\":1", "it is not JSON: see line 1, column 6"),
        ] {
            assert_eq!(Fields::read(body.as_bytes()).err().as_deref(), Some(expected), "{body}");
        }
    }

    #[test]
    fn order_and_repetition_as_in_php() {
        let texts = |body: &str| -> String {
            let fields = Fields::read(body.as_bytes()).expect("fields");
            fields.texts().into_iter().map(|(name, value)| format!("{name}={value};")).collect()
        };
        assert_eq!(texts("b=1&a=2&b=3"), "b=3;a=2;");
        assert_eq!(texts(r#"{"z":"1","a":2,"m":null,"l":[1]}"#), "z=1;a=2;m=;l=;");
    }

    #[test]
    fn members_of_a_form() {
        let fields = Fields::read(b"i%5BSeat%5D=4&i[Row]=B&i=7&j[x]=1&i[=2").expect("fields");
        let members = fields.members("i");
        assert_eq!(members, [("Seat".to_owned(), "4".to_owned()), ("Row".to_owned(), "B".to_owned())]);
    }
}
