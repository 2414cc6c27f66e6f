//! What customers fill in: read as liberally as the SDK writes it, then held against the form that the
//! project declares, field by field.

use serde_json::Value;

use crate::catalogue::{Field, FieldType, Form, FormValue, Role};

use super::front_error::FrontError;

/// How deep a value may be wrapped into languages and lists: the SDK adds a language and a list each time that a shop
/// hands it the same body. What is deeper is no JSON to the parser either.
const DEEPEST: usize = 120;

/// The fields in a `formData`: a list, a single one, or either of them below a language code, however often.
///
/// # Errors
/// Something in it is no field.
pub(crate) fn filled_in(data: &Value) -> Result<Vec<FormValue>, FrontError> {
    let mut found = Vec::new();
    collect(data, 0, &mut found)?;
    Ok(found)
}

fn collect(data: &Value, depth: usize, found: &mut Vec<FormValue>) -> Result<(), FrontError> {
    match data {
        Value::Null => Ok(()),
        // A list of lists is nothing that the SDK makes.
        Value::Array(fields) if depth < DEEPEST && !fields.iter().any(Value::is_array) => {
            fields.iter().try_for_each(|field| collect(field, depth + 1, found))
        }
        Value::Object(field) if field.contains_key("marker") => {
            let read = serde_json::from_value(data.clone()).map_err(|_| {
                FrontError::bad_request(
                    "formData is a list of {marker, type, value}, each with a text as its marker",
                )
            })?;
            found.push(read);
            Ok(())
        }
        Value::Object(languages) if depth < DEEPEST => {
            languages.values().try_for_each(|fields| collect(fields, depth + 1, found))
        }
        Value::Array(_) | Value::Object(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(FrontError::bad_request("formData is a list of {marker, type, value}"))
        }
    }
}

impl Field {
    /// Whether it is for signing in, so that it is no part of a `formData`.
    pub(crate) fn signs_in(&self) -> bool {
        matches!(self.role, Some(Role::Identifier | Role::Password))
    }
}

impl Form {
    /// What is kept of the fields that were filled in, once each of them was held against its rule.
    ///
    /// # Errors
    /// Every rule that is broken, in one message.
    pub(crate) fn check(&self, filled: Vec<FormValue>) -> Result<Vec<FormValue>, FrontError> {
        let mut wrong = Vec::new();
        let mut kept: Vec<FormValue> = Vec::new();
        for mut one in filled {
            let Some(field) =
                self.fields.iter().find(|field| field.marker == one.marker && !field.signs_in())
            else {
                let why = never_declared(one.kind.as_deref()).map(|why| format!(": {why}"));
                wrong.push(format!(
                    "formData's marker '{}' is not in the form '{}'{}",
                    one.marker,
                    self.identifier,
                    why.unwrap_or_default()
                ));
                continue;
            };
            let declared = field.kind.as_str();
            if one.kind.as_deref().is_some_and(|kind| kind != declared) {
                wrong.push(format!("formData's marker '{}' type must be one of [{declared}]", one.marker));
                continue;
            }
            if kept.iter().any(|known| known.marker == one.marker) {
                wrong.push(format!("formData's marker '{}' is filled in twice", one.marker));
                continue;
            }
            if is_blank(&one.value) {
                continue;
            }
            if let Err(rule) = field.takes(&one.value) {
                wrong.push(rule);
                continue;
            }
            one.kind = Some(declared.to_owned());
            kept.push(one);
        }
        let missing = |field: &&Field| {
            field.required && !field.signs_in() && !kept.iter().any(|one| one.marker == field.marker)
        };
        wrong.extend(
            self.fields
                .iter()
                .filter(missing)
                .map(|field| format!("formData's marker '{}' is required", field.marker)),
        );
        wrong.dedup();
        if wrong.is_empty() { Ok(kept) } else { Err(FrontError::bad_request(wrong.join("; "))) }
    }

    /// What was filled into the field of that role.
    pub(crate) fn text_of(&self, role: Role, filled: &[FormValue]) -> Option<String> {
        let field = self.fields.iter().find(|field| field.role == Some(role))?;
        let one = filled.iter().find(|one| one.marker == field.marker)?;
        one.value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The name of whoever filled that in, as far as the form asks for it.
    pub(crate) fn name_of(&self, filled: &[FormValue]) -> String {
        let parts = [Role::GivenName, Role::FamilyName].map(|role| self.text_of(role, filled));
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Why no form has a field of that type.
fn never_declared(kind: Option<&str>) -> Option<&'static str> {
    serde_json::from_value::<FieldType>(kind?.into()).ok()?.cannot_work()
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form() -> Form {
        serde_json::from_value(json!({
            "identifier": "order",
            "fields": [
                { "marker": "name", "required": true, "max_length": 10 },
                { "marker": "floor", "type": "integer" },
                { "marker": "when", "type": "list", "values": [{ "value": "am" }, { "value": "pm" }] },
                { "marker": "secret", "role": "password", "required": true },
            ],
        }))
        .unwrap()
    }

    #[test]
    fn whatever_way_the_sdk_wraps_it_the_same_is_read() {
        let one = json!({ "marker": "name", "type": "string", "value": "Amel" });
        for data in [
            json!([one]),
            one.clone(),
            json!({ "en_US": [one] }),
            json!({ "en_US": one }),
            json!({ "en_US": [{ "en_US": [one] }] }),
            json!({ "en_US": [one, null] }),
            (0..50).fold(json!({ "en_US": [one] }), |data, _| json!({ "en_US": [data] })),
        ] {
            let read = filled_in(&data).unwrap();
            assert_eq!(read.len(), 1, "{data}");
            assert_eq!(read[0].value, "Amel");
        }
        assert!(filled_in(&json!({ "en_US": [null] })).unwrap().is_empty());
        for wrong in [
            json!("name"),
            json!([1]),
            json!({ "en_US": [{ "marker": 5 }] }),
            json!([[one]]),
            json!([[[[one]]]]),
        ] {
            assert!(filled_in(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_broken_rule_is_named() {
        let checked = |data: Value| form().check(filled_in(&data).unwrap());
        let kept = checked(json!([{ "marker": "name", "value": "Amel" }, { "marker": "floor", "value": 3 }]));
        assert_eq!(kept.unwrap()[0].kind.as_deref(), Some("string"));
        for (data, rule) in [
            (json!([]), "'name' is required"),
            (json!([{ "marker": "name", "value": "  " }]), "'name' is required"),
            (json!([{ "marker": "name", "value": 5 }]), "'name' must be a text"),
            (json!([{ "marker": "name", "value": "far too long a name" }]), "0 to 10 characters"),
            (json!([{ "marker": "name", "type": "list", "value": "Amel" }]), "type must be one of [string]"),
            (json!([{ "marker": "other", "value": "x" }]), "'other' is not in the form 'order'"),
            (json!([{ "marker": "captcha", "type": "spam", "value": "x" }]), "checks no captcha"),
            (json!([{ "marker": "secret", "value": "x" }]), "'secret' is not in the form 'order'"),
            (json!([{ "marker": "floor", "value": "1.5" }]), "'floor' is not a valid integer"),
            (json!([{ "marker": "when", "value": "noon" }]), "one of [am, pm]"),
            (
                json!([{ "marker": "name", "value": "A" }, { "marker": "name", "value": "B" }]),
                "filled in twice",
            ),
        ] {
            let message = checked(data.clone()).unwrap_err().message;
            assert!(message.contains(rule), "{data}: {message}");
        }
    }
}
