//! The JSON bodies of the control API, read field by field, so that every refusal names the field
//! and says what to do about it.

use guichet_gateways::json_as_read;
use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The fields of a body that have not been taken yet.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a body; an empty one has no fields.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is not a JSON object.
    pub(crate) fn read(body: &[u8]) -> Result<Fields, Refusal> {
        if body.trim_ascii().is_empty() {
            return Ok(Fields(Map::new()));
        }
        serde_json::from_slice(&json_as_read(body)).map(Fields).map_err(|error| {
            Refusal::invalid(
                "body",
                format!("The body must be a JSON object such as {{\"seconds\": 60}}: {error}."),
            )
        })
    }

    /// Takes a text.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is there and not a text.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(Refusal::invalid(name, format!("{name} must be a text.")))
            }
        }
    }

    /// Takes a text that must be there.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is not there, empty, or not a text.
    pub(crate) fn needed(&mut self, name: &str) -> Result<String, Refusal> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| Refusal::invalid(name, format!("{name} is missing; it is a text.")))
    }

    /// Takes a whole number, zero or more.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is there and not such a number.
    pub(crate) fn whole(&mut self, name: &str) -> Result<Option<u64>, Refusal> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_u64().map(Some).ok_or_else(|| {
                Refusal::invalid(name, format!("{name} must be a whole number, zero or more."))
            }),
        }
    }

    /// Makes sure that nothing was misspelled.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about a field that was not taken.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(Refusal::invalid(name, format!("{name} means nothing here; leave it out."))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_names_its_field() {
        let field = |refusal: Refusal| {
            let Refusal::Invalid { field, .. } = refusal else { panic!("{refusal:?}") };
            field
        };
        let read = |body: &str| Fields::read(body.as_bytes());
        assert_eq!(field(read("[1]").err().unwrap()), "body");
        assert_eq!(field(read(r#"{"a":1}"#).unwrap().text("a").unwrap_err()), "a");
        assert_eq!(field(read(r#"{"a":""}"#).unwrap().needed("a").unwrap_err()), "a");
        assert_eq!(field(read("{}").unwrap().needed("a").unwrap_err()), "a");
        assert_eq!(field(read(r#"{"a":-1}"#).unwrap().whole("a").unwrap_err()), "a");
        assert_eq!(field(read(r#"{"a":1.5}"#).unwrap().whole("a").unwrap_err()), "a");
        assert_eq!(field(read(r#"{"b":1}"#).unwrap().finish().unwrap_err()), "b");
        assert_eq!(read(" ").unwrap().whole("a"), Ok(None));
    }
}
