//! What differs between what is declared and what holds, field by field. A secret is only said to have changed.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// How much of a value people are shown, in characters.
const SHOWN_CHARS: usize = 100;

/// A field that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Change {
    /// From one value to another; null where there is none.
    Shown {
        /// Its path, such as `pages.phone` or `routes[0].accounts`.
        field: String,
        /// What holds now.
        from: Value,
        /// What is declared.
        to: Value,
    },
    /// It is a secret, or may hold one.
    Secret {
        /// Its path, such as `secret.access_token`.
        field: String,
        /// Always true.
        secret: bool,
    },
}

impl Change {
    /// A field that changes in the open.
    pub(super) fn shown(field: &str, from: impl Into<Value>, to: impl Into<Value>) -> Self {
        Change::Shown { field: field.to_owned(), from: from.into(), to: to.into() }
    }

    /// A secret that changes.
    pub(super) fn secret(field: impl Into<String>) -> Self {
        Change::Secret { field: field.into(), secret: true }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Shown { field, from, to } => write!(f, "{field}: {} → {}", told(from), told(to)),
            Change::Secret { field, .. } => write!(f, "{field}: changed"),
        }
    }
}

fn told(value: &Value) -> String {
    let text = match value {
        Value::Null => return "nothing".to_owned(),
        other @ (Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_)) => other.to_string(),
    };
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What differs, in the order of the fields' names. What stands at or below one of the `hidden` paths is not shown.
pub(super) fn differences(before: &Value, after: &Value, hidden: &[&str]) -> Vec<Change> {
    let mut found = Vec::new();
    compare("", before, after, hidden, &mut found);
    found
}

fn compare(path: &str, before: &Value, after: &Value, hidden: &[&str], found: &mut Vec<Change>) {
    if before == after {
        return;
    }
    if hidden.contains(&path) {
        found.push(Change::secret(path));
        return;
    }
    match (before, after) {
        (Value::Object(_) | Value::Null, Value::Object(_)) | (Value::Object(_), Value::Null) => {
            for key in keys(before).union(&keys(after)) {
                let path = if path.is_empty() { (*key).to_owned() } else { format!("{path}.{key}") };
                let of = |value: &Value| value.get(key).cloned().unwrap_or_default();
                compare(&path, &of(before), &of(after), hidden, found);
            }
        }
        (Value::Array(_) | Value::Null, Value::Array(_)) | (Value::Array(_), Value::Null)
            if elements(before).iter().chain(elements(after)).any(Value::is_object) =>
        {
            compare_lists(path, elements(before), elements(after), hidden, found);
        }
        (
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_),
            _,
        ) => found.push(Change::shown(path, before.clone(), after.clone())),
    }
}

/// Lists of objects: by their identifiers where all have one, otherwise place by place.
fn compare_lists(path: &str, before: &[Value], after: &[Value], hidden: &[&str], found: &mut Vec<Change>) {
    let (Some(old), Some(new)) = (identifiers(before), identifiers(after)) else {
        for index in 0..before.len().max(after.len()) {
            let at = |list: &[Value]| list.get(index).cloned().unwrap_or_default();
            compare(&format!("{path}[{index}]"), &at(before), &at(after), hidden, found);
        }
        return;
    };
    if old != new {
        found.push(Change::shown(path, old.clone(), new.clone()));
    }
    for (identifier, value) in old.iter().zip(before) {
        if let Some(index) = new.iter().position(|other| other == identifier) {
            compare(&format!("{path}[{identifier}]"), value, &after[index], hidden, found);
        }
    }
}

fn identifiers(list: &[Value]) -> Option<Vec<String>> {
    let all: Option<Vec<String>> =
        list.iter().map(|value| value.get("identifier")?.as_str().map(str::to_owned)).collect();
    all.filter(|all| all.iter().collect::<BTreeSet<_>>().len() == all.len())
}

fn keys(value: &Value) -> BTreeSet<&String> {
    value.as_object().map(|object| object.keys().collect()).unwrap_or_default()
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_field_that_differs_is_named_once() {
        for (before, after, expected) in [
            (json!({ "a": 1 }), json!({ "a": 1 }), vec![]),
            (json!({ "a": 1 }), json!({ "a": 2 }), vec!["a: 1 → 2"]),
            (json!({}), json!({ "a": "x" }), vec![r#"a: nothing → "x""#]),
            (json!({ "a": { "b": 1, "c": 2 } }), json!({ "a": { "b": 1 } }), vec!["a.c: 2 → nothing"]),
            (json!({ "a": null }), json!({ "a": { "b": 1 } }), vec!["a.b: nothing → 1"]),
            (json!({ "a": ["x"] }), json!({ "a": ["x", "y"] }), vec![r#"a: ["x"] → ["x","y"]"#]),
            (json!({ "a": [] }), json!({ "a": [{ "b": 1 }] }), vec!["a[0].b: nothing → 1"]),
            (
                json!({ "a": [{ "identifier": "x", "b": 1 }, { "identifier": "y", "b": 1 }] }),
                json!({ "a": [{ "identifier": "y", "b": 2 }] }),
                vec![r#"a: ["x","y"] → ["y"]"#, "a[y].b: 1 → 2"],
            ),
            (json!({ "hidden": 1 }), json!({ "hidden": 2 }), vec!["hidden: changed"]),
            (json!({}), json!({ "deep": { "hidden": { "canary": 1 } } }), vec!["deep.hidden: changed"]),
            (
                json!({ "a": "é".repeat(200) }),
                json!({}),
                vec![&*format!(r#"a: "{}… → nothing"#, "é".repeat(99))],
            ),
        ] {
            let found = differences(&before, &after, &["hidden", "deep.hidden"]);
            let told: Vec<String> = found.iter().map(Change::to_string).collect();
            assert_eq!(told, expected, "{before} {after}");
        }
    }
}
