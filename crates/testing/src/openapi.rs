//! A small check of values against an OpenAPI document: what it documents is there and fits, and nothing else is there. It knows as
//! much of JSON Schema as documents written by hand use; `format` and `pattern` are for the linters.

use serde_json::{Map, Value};

/// What a complaint about something that is absent ends with.
const MISSING: &str = " is missing";

/// A document.
#[derive(Debug)]
pub struct Document(pub Value);

impl Document {
    /// The document in that text.
    ///
    /// # Panics
    /// The text is not JSON.
    pub fn read(text: &str) -> Self {
        Document(serde_json::from_str(text).expect("a document in JSON"))
    }

    /// A schema by its name.
    ///
    /// # Panics
    /// There is none of that name.
    pub fn schema(&self, name: &str) -> &Value {
        self.named(&format!("#/components/schemas/{name}"))
    }

    /// What that is, where it only refers to something of the document; otherwise itself.
    ///
    /// # Panics
    /// What it refers to is not there.
    pub fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        value["$ref"].as_str().map_or(value, |reference| self.named(reference))
    }

    fn named(&self, reference: &str) -> &Value {
        let found = reference.strip_prefix('#').and_then(|pointer| self.0.pointer(pointer));
        found.unwrap_or_else(|| panic!("the document has no {reference}"))
    }

    /// Every operation: the method in capitals, the path, and what is said of it.
    pub fn operations(&self) -> impl Iterator<Item = (String, &str, &Value)> {
        let items = self.0["paths"].as_object().into_iter().flatten();
        items.flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| (method.to_uppercase(), path.as_str(), operation))
        })
    }

    /// The operation of a webhook or a path.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        self.operations()
            .find(|(known, at, _)| known == method && *at == path)
            .map(|(_, _, operation)| operation)
    }

    /// Where the value does not fit the schema, one sentence for each place.
    pub fn complaints(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.check(schema, value, "it", &mut found);
        found
    }

    /// The same of a part of what is documented: nothing is missing there.
    pub fn complaints_of_part(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut found = self.complaints(schema, value);
        found.retain(|complaint| !complaint.ends_with(MISSING));
        found
    }

    /// Every example of a body that does not fit its schema.
    pub fn bad_examples(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.examples_in(&self.0, &mut found);
        found
    }

    fn examples_in(&self, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                if let (Some(schema), Some(examples)) = (members.get("schema"), members.get("examples")) {
                    for (name, example) in examples.as_object().into_iter().flatten() {
                        let complaints = self.complaints(schema, &example["value"]).into_iter();
                        found.extend(complaints.map(|complaint| format!("{name}: {complaint}")));
                    }
                }
                members.values().for_each(|member| self.examples_in(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| self.examples_in(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let schema = self.resolved(schema);
        let mut wrong = |rule: String| found.push(format!("{at} {rule}: {value}"));
        if schema.get("type").is_some_and(|kinds| !each(kinds).any(|kind| is_a(value, kind))) {
            return wrong(format!("is no {}", schema["type"]));
        }
        if schema.get("const").is_some_and(|only| only != value) {
            wrong(format!("is not {}", schema["const"]));
        }
        if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
            wrong(format!("is none of {}", schema["enum"]));
        }
        if let Some((bound, size)) = size(value) {
            let (least, most) = (&schema[format!("min{bound}")], &schema[format!("max{bound}")]);
            if least.as_i64().is_some_and(|least| size < least)
                || most.as_i64().is_some_and(|most| size > most)
            {
                wrong(format!("is not within min{bound} {least} and max{bound} {most}"));
            }
        }
        let ways = schema["anyOf"].as_array();
        if ways.is_some_and(|ways| !ways.iter().any(|way| self.complaints(way, value).is_empty())) {
            wrong("fits nothing of anyOf".to_owned());
        }
        match value {
            Value::Object(members) => self.members(schema, members, at, found),
            Value::Array(items) => {
                let Some(each) = schema.get("items") else { return };
                for (index, item) in items.iter().enumerate() {
                    self.check(each, item, &format!("{at}[{index}]"), found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn members(&self, schema: &Value, members: &Map<String, Value>, at: &str, found: &mut Vec<String>) {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let missing = required.filter(|name| !members.contains_key(*name));
        found.extend(missing.map(|name| format!("{at}.{name}{MISSING}")));
        let (documented, rest) = (schema["properties"].as_object(), schema.get("additionalProperties"));
        // A schema that says nothing of members, such as one that only requires some, leaves them to another.
        if documented.is_none() && rest.is_none() {
            return;
        }
        for (name, value) in members {
            let at = format!("{at}.{name}");
            match (documented.and_then(|documented| documented.get(name)), rest) {
                (Some(known), _) => self.check(known, value, &at, found),
                (None, Some(Value::Bool(true))) => {}
                (None, Some(rest)) if rest.is_object() => self.check(rest, value, &at, found),
                (None, _) => found.push(format!("{at} is not documented")),
            }
        }
    }
}

/// One kind, or several in a list.
fn each(kinds: &Value) -> impl Iterator<Item = &str> {
    let several = kinds.as_array().into_iter().flatten();
    several.chain([kinds]).filter_map(Value::as_str)
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no kind of value is called {other}"),
    }
}

/// How large a value is, by the ends of the words that bound it.
fn size(value: &Value) -> Option<(&'static str, i64)> {
    let (bound, size) = match value {
        Value::Number(_) => return Some(("imum", value.as_i64()?)),
        Value::String(text) => ("Length", text.chars().count()),
        Value::Array(items) => ("Items", items.len()),
        Value::Object(members) => ("Properties", members.len()),
        Value::Null | Value::Bool(_) => return None,
    };
    Some((bound, i64::try_from(size).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_does_not_fit_is_found() {
        let document = Document(json!({ "components": { "schemas": {
            "Word": { "type": "string", "enum": ["a", "b"] },
            "Thing": {
                "type": "object",
                "required": ["word", "many"],
                "properties": {
                    "word": { "$ref": "#/components/schemas/Word" },
                    "many": { "type": ["integer", "null"], "minimum": 1, "maximum": 3 },
                    "texts": { "type": "array", "maxItems": 2, "items": { "type": "string", "minLength": 1 } },
                    "notes": { "type": "object", "additionalProperties": { "const": 1 } },
                    "either": { "anyOf": [{ "type": "null" }, { "required": ["x"] }] },
                },
            },
        } } }));
        for (value, expected) in [
            (
                json!({ "word": "a", "many": 2, "texts": ["x"], "notes": { "n": 1 }, "either": { "x": 2 } }),
                "",
            ),
            (json!({ "word": "b", "many": null, "texts": [], "notes": {}, "either": null }), ""),
            (json!([]), "it is no \"object\": []"),
            (json!({ "many": 1 }), "it.word is missing"),
            (json!({ "word": "c", "many": 1 }), "it.word is none of [\"a\",\"b\"]: \"c\""),
            (json!({ "word": "a", "many": 4 }), "it.many is not within minimum 1 and maximum 3: 4"),
            (json!({ "word": "a", "many": 1.5 }), "it.many is no [\"integer\",\"null\"]: 1.5"),
            (
                json!({ "word": "a", "many": 1, "texts": ["x", ""] }),
                "it.texts[1] is not within minLength 1 and maxLength null: \"\"",
            ),
            (json!({ "word": "a", "many": 1, "notes": { "n": 2 } }), "it.notes.n is not 1: 2"),
            (json!({ "word": "a", "many": 1, "either": {} }), "it.either fits nothing of anyOf: {}"),
            (json!({ "word": "a", "many": 1, "more": 1 }), "it.more is not documented"),
        ] {
            let found = document.complaints(document.schema("Thing"), &value);
            assert_eq!(found.join("; "), expected, "{value}");
        }
        assert!(document.complaints_of_part(document.schema("Thing"), &json!({ "word": "a" })).is_empty());
    }
}
