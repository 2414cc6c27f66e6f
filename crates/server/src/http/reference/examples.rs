//! Examples for every body of the OpenAPI document, made from those that its schemas give to their
//! fields: whoever reads the reference sees a request and its answers as they look on the wire.
//! Absent and unknown parts are passed over, never an error.

use guichet_core::Code;
use http::StatusCode;
use serde_json::{Map, Value, json};

/// How many references in a row are followed; a chain that long leads in a circle.
const MOST_HOPS: usize = 16;

/// The names of the schemas being read, outermost first: what is in it already is not entered again.
type Trail<'a> = Vec<&'a str>;

/// Gives every body an example where it has none. Problems stand once, among the components, and answers refer to those that
/// they name.
pub(super) fn add(openapi: &mut Value) {
    let given = openapi.clone();
    let document = Document(&given);
    let mut problems = Map::new();
    let operations = members(openapi, "paths").flat_map(|(_, item)| item.as_object_mut()).flatten();
    for (_, operation) in operations {
        for (_, media) in
            operation.get_mut("requestBody").into_iter().flat_map(|body| members(body, "content"))
        {
            put(media, |schema| document.sample(schema));
        }
        for (_, answer) in members(operation, "responses") {
            let codes = answer.get("description").and_then(Value::as_str).map(codes).unwrap_or_default();
            for (_, media) in members(answer, "content") {
                match document.problems(media, &codes) {
                    Some(named) => {
                        media["examples"] =
                            named.iter().map(|(code, _)| (code.clone(), refer(code))).collect();
                        problems.extend(named);
                    }
                    None => put(media, |schema| document.sample(schema)),
                }
            }
        }
    }
    if !problems.is_empty() {
        openapi["components"]["examples"] = problems.into();
    }
}

/// The order that the document shows, once it has its examples.
pub(super) fn order(document: &Value) -> Value {
    let answer = "/paths/~1v1~1orders~1{id}/get/responses/200/content/application~1json/examples/real/value";
    document.pointer(answer).cloned().unwrap_or_default()
}

fn put(media: &mut Value, sample: impl FnOnce(&Value) -> Value) {
    let Some(media) = media.as_object_mut() else { return };
    let known = media.contains_key("example") || media.contains_key("examples");
    if let Some(schema) = media.get("schema").filter(|_| !known) {
        let example = sample(schema);
        media.insert("example".to_owned(), example);
    }
}

/// The codes of problems that a description names.
fn codes(description: &str) -> Vec<Code> {
    description.split('`').skip(1).step_by(2).filter_map(|word| word.parse().ok()).collect()
}

fn refer(code: &str) -> Value {
    json!({ "$ref": format!("#/components/examples/{code}") })
}

/// The document that references lead back into.
#[derive(Clone, Copy)]
struct Document<'a>(&'a Value);

impl<'a> Document<'a> {
    /// The examples of an answer that is a problem, by code; nothing where it is none, or names no code.
    fn problems(self, media: &Value, codes: &[Code]) -> Option<Vec<(String, Value)>> {
        let schema = media.get("schema").filter(|_| !codes.is_empty())?;
        let is_problem = text(schema, "$ref").is_some_and(|name| name.ends_with("/Problem"));
        is_problem.then(|| codes.iter().map(|code| self.problem(schema, *code)).collect())
    }

    /// The example of a problem with that code.
    fn problem(self, schema: &Value, code: Code) -> (String, Value) {
        let mut sample = self.sample(schema);
        if let Some(problem) = sample.as_object_mut() {
            let status = StatusCode::from_u16(code.status()).unwrap_or_default();
            problem.insert("type".to_owned(), format!("urn:guichet:problem:{code}").into());
            problem.insert("title".to_owned(), status.canonical_reason().unwrap_or_default().into());
            problem.insert("status".to_owned(), code.status().into());
            problem.insert("code".to_owned(), code.word().into());
            problem.insert("detail".to_owned(), code.about().into());
            problem.remove("field");
        }
        (code.word().to_owned(), json!({ "value": sample }))
    }

    /// A value that fits the schema: its own example where it has one, else one made from its parts.
    fn sample<'b>(self, schema: &'b Value) -> Value
    where
        'a: 'b,
    {
        sample(self.0, schema, &Trail::new())
    }
}

fn sample<'a>(document: &'a Value, schema: &'a Value, trail: &Trail<'a>) -> Value {
    let Some((target, trail)) = enter(document, schema, trail) else { return Value::Null };
    let given = first_example(schema).or_else(|| first_example(target)).or_else(|| target.get("default"));
    let listed = target.get("const").or_else(|| list(target, "enum").next());
    if let Some(value) = given.or(listed) {
        return value.clone();
    }
    if let Some(variant) = alternatives(target).next() {
        return sample(document, variant, &trail);
    }
    let mut object = Map::new();
    for part in list(target, "allOf") {
        if let Value::Object(members) = sample(document, part, &trail) {
            object.extend(members);
        }
    }
    for (name, property) in target.get("properties").and_then(Value::as_object).into_iter().flatten() {
        object.insert(name.clone(), sample(document, property, &trail));
    }
    if !object.is_empty() {
        return Value::Object(object);
    }
    match text(target, "type").or_else(|| list(target, "type").find_map(Value::as_str)) {
        Some("array") => {
            target.get("items").map(|items| sample(document, items, &trail)).into_iter().collect()
        }
        Some("object") => json!({}),
        Some("integer" | "number") => json!(0),
        Some("boolean") => json!(true),
        Some("string") => json!(sample_text(text(target, "format"))),
        _ => Value::Null,
    }
}

fn sample_text(format: Option<&str>) -> &'static str {
    match format {
        Some("date-time") => "2026-01-31T12:00:00Z",
        Some("date") => "2026-01-31",
        Some("email") => "amina@example.com",
        Some("uri" | "url") => "https://shop.example/",
        _ => "…",
    }
}

/// The schema behind references and the trail with its name; nothing if it is being read already.
fn enter<'a>(document: &'a Value, schema: &'a Value, trail: &Trail<'a>) -> Option<(&'a Value, Trail<'a>)> {
    let (mut target, mut trail) = (schema, trail.clone());
    for _ in 0..MOST_HOPS {
        let Some(name) = text(target, "$ref") else { return Some((target, trail)) };
        if trail.contains(&name) {
            return None;
        }
        trail.push(name);
        target = name.strip_prefix('#').and_then(|pointer| document.pointer(pointer))?;
    }
    None
}

/// The branches of `oneOf` and `anyOf`, without `null`.
fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    list(schema, "oneOf").chain(list(schema, "anyOf")).filter(|variant| text(variant, "type") != Some("null"))
}

fn first_example(schema: &Value) -> Option<&Value> {
    schema.get("example").or_else(|| list(schema, "examples").next())
}

fn list<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    node.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(node: &'a Value, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Value::as_str)
}

fn members<'a>(
    node: &'a mut Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Value)> + use<'a> {
    node.get_mut(key).and_then(Value::as_object_mut).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(schema: &Value) -> Value {
        json!({
            "paths": {"/a": {"post": {
                "requestBody": {"content": {"application/json": {"schema": schema}}},
                "responses": {"404": {
                    "description": "Without `x`: `not_found`, `key_missing`.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }},
            }}},
            "components": {"schemas": {
                "Node": {"properties": {"name": {"type": ["string", "null"]}, "next": {"$ref": "#/components/schemas/Node"}}},
                "Itself": {"$ref": "#/components/schemas/Itself"},
                "Problem": {"properties": {"status": {"type": "integer", "example": 422}, "detail": {"type": "string"}}},
            }},
        })
    }

    #[test]
    fn bodies_get_examples_of_their_schemas() {
        let referred = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        for (schema, expected) in [
            (json!({"type": "string", "example": "DZD"}), json!("DZD")),
            (json!({"type": "string", "enum": ["paid", "failed"]}), json!("paid")),
            (json!({"type": "string", "format": "date-time"}), json!("2026-01-31T12:00:00Z")),
            (json!({"type": "array", "items": {"type": "integer"}}), json!([0])),
            (json!({"oneOf": [{"type": "null"}, {"type": "boolean"}]}), json!(true)),
            (
                json!({"allOf": [referred("Node"), {"properties": {"id": {"default": 7}}}]}),
                json!({"name": "…", "next": null, "id": 7}),
            ),
            (referred("Node"), json!({"name": "…", "next": null})),
            (referred("Itself"), json!(null)),
            (referred("Nowhere"), json!(null)),
            (json!(1), json!(null)),
        ] {
            let mut document = with(&schema);
            add(&mut document);
            let operation = &document["paths"]["/a"]["post"];
            let example = operation.pointer("/requestBody/content/application~1json/example");
            assert_eq!(example, Some(&expected), "{schema}");
        }
    }

    #[test]
    fn problems_are_those_of_their_answer() {
        let mut document = with(&json!({}));
        add(&mut document);
        let named = document.pointer("/paths/~1a/post/responses/404/content/application~1json/examples");
        assert_eq!(
            named,
            Some(&json!({ "not_found": refer("not_found"), "key_missing": refer("key_missing") }))
        );
        let expected = json!({
            "status": 404,
            "detail": Code::NotFound.about(),
            "title": "Not Found",
            "type": "urn:guichet:problem:not_found",
            "code": "not_found",
        });
        assert_eq!(document.pointer("/components/examples/not_found/value"), Some(&expected));
    }

    #[test]
    fn broken_documents_stay_as_they_are() {
        for broken in
            [json!(null), json!({"paths": {"/a": null}}), json!({"paths": {"/a": {"get": {"responses": 1}}}})]
        {
            let mut document = broken.clone();
            add(&mut document);
            assert_eq!(document, broken);
        }
    }
}
