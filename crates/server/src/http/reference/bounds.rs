//! What a program can know of a value before it sends it, beyond what its own structure says: how identifiers, days and keys look, and
//! how many may be asked for at once.

use serde_json::{Map, Value, json};

/// Identifiers by the beginning of the path that they stand in; the more special first.
const IN_PATHS: &[(&str, &str, &str)] = &[
    ("/v1/orders/{id}/payments", "payment", "pay"),
    ("/v1/orders/{id}/refunds", "refund", "rfd"),
    ("/v1/orders", "id", "ord"),
    ("/v1/payment_links", "id", "lnk"),
    ("/v1/deliveries", "id", "dlv"),
    ("/v1/webhook_endpoints", "id", "whe"),
    ("/v1/unmatched_notifications", "id", "unm"),
];

/// What the next page begins behind, by the list.
const CURSORS: &[(&str, &str)] = &[
    ("/v1/events", "evt"),
    ("/v1/orders", "ord"),
    ("/v1/payment_links", "lnk"),
    ("/v1/refunds", "rfd"),
    ("/v1/unmatched_notifications", "unm"),
];

/// Fields whose example is an identifier, and that may hold something else.
const OPEN: &[(&str, &str)] = &[("Delivery", "target")];

/// What a query has that another operation shares, and this one refuses.
const NOT_TAKEN: &[(&str, &str)] = &[("/v1/reports/orders", "limit"), ("/v1/reports/orders", "cursor")];

/// Writes them into the document.
pub(super) fn add(document: &mut Value) {
    for (name, schema) in members(document, "/components/schemas") {
        let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (field, about) in fields.into_iter().flatten() {
            if OPEN.contains(&(name.as_str(), field.as_str())) {
                continue;
            }
            let (one, several) = (about["example"].as_str(), about["example"][0].as_str());
            if let Some(pattern) = one.and_then(kind).map(identifier) {
                about["pattern"] = json!(pattern);
            } else if let Some(pattern) = several.and_then(kind).map(identifier) {
                about["items"]["pattern"] = json!(pattern);
            }
        }
    }
    for (path, item) in members(document, "/paths") {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else {
                continue;
            };
            parameters.retain(|parameter| {
                !NOT_TAKEN.iter().any(|(at, name)| at == path && parameter["name"] == *name)
            });
            parameters.iter_mut().for_each(|parameter| bound(path, parameter));
        }
    }
}

fn members<'a>(document: &'a mut Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    document.pointer_mut(pointer).and_then(Value::as_object_mut).into_iter().flatten()
}

/// The first three letters of what is an identifier.
fn kind(example: &str) -> Option<&str> {
    let (kind, rest) = example.split_once('_')?;
    (kind.len() == 3 && rest.len() == 26).then_some(kind)
}

fn identifier(kind: &str) -> String {
    format!("^{kind}_[0-9a-z]{{26}}$")
}

fn bound(path: &str, parameter: &mut Value) {
    let name = parameter["name"].as_str().unwrap_or_default().to_owned();
    let schema = &mut parameter["schema"];
    let in_path = IN_PATHS.iter().find(|(beginning, part, _)| path.starts_with(beginning) && *part == name);
    let cursor = CURSORS.iter().find(|(list, _)| *list == path && name == "cursor");
    if let Some(kind) = in_path.map(|(_, _, kind)| kind).or_else(|| cursor.map(|(_, kind)| kind)) {
        schema["pattern"] = json!(identifier(kind));
    }
    match name.as_str() {
        "limit" => {
            (schema["minimum"], schema["maximum"], schema["default"]) = (json!(1), json!(100), json!(20));
        }
        "from" | "to" | "date" => schema["format"] = json!("date"),
        "Idempotency-Key" => {
            (schema["minLength"], schema["maxLength"]) = (json!(1), json!(255));
            schema["pattern"] = json!("^[\\t -~]+$");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::document;
    use super::*;

    #[test]
    fn identifiers_keys_and_numbers_have_their_bounds() {
        let document = document();
        let mut parameters = 0;
        for (path, item) in document["paths"].as_object().expect("paths") {
            for operation in item.as_object().expect("operations").values() {
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let (name, schema) = (parameter["name"].as_str().expect("a name"), &parameter["schema"]);
                    let is_bounded =
                        ["pattern", "minimum", "format", "enum"].iter().any(|bound| !schema[bound].is_null());
                    if ["cursor", "limit", "Idempotency-Key"].contains(&name) || parameter["in"] == "path" {
                        assert!(is_bounded, "{path}: {name}");
                        parameters += 1;
                    }
                }
            }
        }
        assert!(parameters > 40, "{parameters}");
        let order = &document["components"]["schemas"]["Order"]["properties"];
        assert_eq!(order["id"]["pattern"], "^ord_[0-9a-z]{26}$");
        assert_eq!(order["payment_link"]["pattern"], "^lnk_[0-9a-z]{26}$");
    }

    /// How long a text may be is said to programs too.
    #[test]
    fn no_length_is_left_to_prose() {
        let document = document();
        for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
            let is_sent = schema["additionalProperties"] == false;
            for (field, about) in schema["properties"].as_object().into_iter().flatten().filter(|_| is_sent) {
                let says = about["description"].as_str().unwrap_or_default();
                let is_text = about["type"] == "string" || about["type"] == json!(["string", "null"]);
                let says_how_long = is_text && says.contains(" characters");
                assert!(!says_how_long || about["maxLength"].is_number(), "{name} {field}: {says}");
            }
        }
    }
}
