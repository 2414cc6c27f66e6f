//! Examples that a running server really took and answered, by operation: a test of the whole program writes them down. What is not
//! among them gets an example made of its schema.

use serde_json::{Map, Value, json};

/// What was written down: for each operation its `request` and its `answer`, where it has them.
const KEPT: &str = include_str!("real_examples.json");

/// Gives them to the bodies of their operations.
pub(super) fn add(document: &mut Value) {
    let kept: Map<String, Value> = serde_json::from_str(KEPT).unwrap_or_default();
    let items = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, operation) in items.filter_map(|(_, item)| item.as_object_mut()).flatten() {
        let Some(example) = operation["operationId"].as_str().and_then(|name| kept.get(name)) else {
            continue;
        };
        if let Some(request) = example.get("request") {
            put(operation.get_mut("requestBody"), request);
        }
        let answers = operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten();
        for (_, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
            if let Some(said) = example.get("answer") {
                put(Some(answer), said);
            }
        }
    }
}

fn put(body: Option<&mut Value>, example: &Value) {
    if let Some(media) = body.and_then(|body| body.pointer_mut("/content/application~1json")) {
        // Under a name: the page that draws the reference fails on an unnamed one that holds a null.
        media["examples"] = json!({ "real": { "value": example } });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::reference::document;

    /// Operations of which no example is written down: what they answer is no JSON.
    const WITHOUT: [&str; 1] = ["export_orders"];

    #[test]
    fn every_operation_that_has_bodies_has_a_real_example() {
        let kept: Map<String, Value> = serde_json::from_str(KEPT).expect("JSON");
        let document = document();
        let mut names = Vec::new();
        for item in document["paths"].as_object().expect("paths").values() {
            for operation in item.as_object().expect("operations").values() {
                let answers = operation["responses"].as_object().expect("responses");
                let says = answers
                    .iter()
                    .any(|(status, answer)| status.starts_with('2') && answer["content"].is_object());
                if says || operation["requestBody"].is_object() {
                    names.push(operation["operationId"].as_str().expect("a name"));
                }
            }
        }
        let missing: Vec<&&str> =
            names.iter().filter(|name| !kept.contains_key(**name) && !WITHOUT.contains(name)).collect();
        assert!(missing.is_empty(), "without an example: {missing:?}");
        let unknown: Vec<&String> = kept.keys().filter(|name| !names.contains(&name.as_str())).collect();
        assert!(unknown.is_empty(), "of no operation: {unknown:?}");
    }
}
