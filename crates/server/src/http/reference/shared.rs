//! Answers that many operations have alike stand once, among the components: the document is a fraction as long by it, and programs
//! made of it have one type for each.

use std::collections::BTreeMap;

use guichet_core::Code;
use serde_json::{Map, Value, json};

/// In how many operations an answer stands before it is shared.
const OFTEN: usize = 3;

/// Moves them.
pub(super) fn add(document: &mut Value) {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for_each_answer(document, |answer| *times.entry(answer.to_string()).or_default() += 1);
    let often = times.into_iter().filter(|(_, times)| *times >= OFTEN).map(|(answer, _)| answer);
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut shared = Map::new();
    for text in often {
        let Ok(answer) = serde_json::from_str::<Value>(&text) else { continue };
        let Some(first) = first_code(&answer) else { continue };
        let name = (1..).map(|number| if number == 1 { first.clone() } else { format!("{first}{number}") });
        let Some(name) = name.into_iter().find(|name| !shared.contains_key(name)) else { continue };
        shared.insert(name.clone(), answer);
        names.insert(text, name);
    }
    for_each_answer(document, |answer| {
        if let Some(name) = names.get(&answer.to_string()) {
            *answer = json!({ "$ref": format!("#/components/responses/{name}") });
        }
    });
    if !shared.is_empty() {
        document["components"]["responses"] = shared.into();
    }
}

fn for_each_answer(document: &mut Value, mut each: impl FnMut(&mut Value)) {
    let items = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, operation) in items.filter_map(|(_, item)| item.as_object_mut()).flatten() {
        let answers = operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten();
        answers.for_each(|(_, answer)| each(answer));
    }
}

/// The name of the first problem of an answer, such as `KeyMissing`; nothing where it is no problem.
fn first_code(answer: &Value) -> Option<String> {
    let words = answer["description"].as_str()?.split('`').skip(1).step_by(2);
    let code = words.filter_map(|word| word.parse::<Code>().ok()).next()?;
    Some(code.word().split('_').map(capitalised).collect())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// An answer, also where it is shared.
#[cfg(test)]
pub(super) fn whole<'a>(document: &'a Value, answer: &'a Value) -> &'a Value {
    let shared = answer["$ref"].as_str().and_then(|target| document.pointer(target.trim_start_matches('#')));
    shared.unwrap_or(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_often_stands_once_and_the_rest_stays() {
        let problem = json!({ "description": "`key_missing`, `key_unknown`." });
        let other = json!({ "description": "`key_missing`." });
        let operation = |answer: &Value| json!({ "get": { "responses": { "200": { "description": "Good." }, "401": answer } } });
        let mut document = json!({ "paths": {
            "/a": operation(&problem), "/b": operation(&problem), "/c": operation(&problem), "/d": operation(&other),
        }, "components": {} });
        add(&mut document);
        let refers = json!({ "$ref": "#/components/responses/KeyMissing" });
        for path in ["/a", "/b", "/c"] {
            assert_eq!(document["paths"][path]["get"]["responses"]["401"], refers);
        }
        assert_eq!(document["paths"]["/d"]["get"]["responses"]["401"], other);
        assert_eq!(document["components"]["responses"], json!({ "KeyMissing": problem }));
        assert!(document["paths"]["/a"]["get"]["responses"]["200"]["description"].is_string());
    }
}
