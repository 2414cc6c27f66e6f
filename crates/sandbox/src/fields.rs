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

    /// The fields of an object that was read already.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is no object.
    pub(crate) fn of(value: Value) -> Result<Fields, Refusal> {
        let Value::Object(fields) = value else {
            return Err(Refusal::invalid("body", "It must be an object with named fields."));
        };
        Ok(Fields(fields))
    }

    /// The fields of a form: what was left empty is absent, and those named in `whole` are numbers.
    pub(crate) fn of_form(form: &[(String, String)], whole: &[&str]) -> Fields {
        let filled = form.iter().filter(|(_, value)| !value.trim().is_empty());
        let fields = filled.map(|(name, value)| {
            let value = value.trim();
            let number = value.parse::<u64>().ok().filter(|_| whole.contains(&name.as_str()));
            (name.clone(), number.map_or_else(|| Value::from(value), Value::from))
        });
        Fields(fields.collect())
    }

    /// Takes a list.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is there and not a list.
    pub(crate) fn list(&mut self, name: &str) -> Result<Vec<Value>, Refusal> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(list)) => Ok(list),
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                Err(Refusal::invalid(name, format!("{name} must be a list.")))
            }
        }
    }

    /// Takes a yes or no; no when it is not there.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is there and neither.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => {
                Err(Refusal::invalid(name, format!("{name} is true or false.")))
            }
        }
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
        assert_eq!(field(read(r#"{"a":1}"#).unwrap().list("a").unwrap_err()), "a");
        assert_eq!(field(read(r#"{"a":1}"#).unwrap().flag("a").unwrap_err()), "a");
        assert_eq!(read(" ").unwrap().whole("a"), Ok(None));
    }

    #[test]
    fn a_form_has_numbers_where_they_are_wanted_and_nothing_where_it_was_left_empty() {
        let form = [("count", "3"), ("ref", "3"), ("on", " "), ("hold_ms", "soon")];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut fields = Fields::of_form(&form, &["count", "hold_ms"]);
        assert_eq!(fields.whole("count"), Ok(Some(3)));
        assert_eq!(fields.text("ref"), Ok(Some("3".to_owned())));
        assert_eq!(fields.text("on"), Ok(None));
        assert!(fields.whole("hold_ms").is_err());
    }
}
