//! What every operation may answer, whatever it is about: who is not let in, what cannot be read, what the server cannot do at
//! present; and the headers that answers have. Said here once, so that no endpoint forgets it.

use guichet_core::Code;
use serde_json::{Map, Value, json};

/// Of every operation.
const ALWAYS: &[Code] = &[
    Code::KeyMissing,
    Code::KeyMalformed,
    Code::KeyUnknown,
    Code::KeyRevoked,
    Code::KeyPublishable,
    Code::KeyNotPermitted,
    Code::TooManyCalls,
    Code::InternalError,
    Code::Overloaded,
    Code::StorageUnavailable,
];

/// Of one that takes a body.
const WITH_BODY: &[Code] = &[
    Code::NotUtf8,
    Code::JsonInvalid,
    Code::BodyIncomplete,
    Code::BodyTooSlow,
    Code::BodyTooLarge,
    Code::NotJson,
    Code::FieldUnknown,
    Code::FieldMissing,
    Code::FieldTwice,
    Code::FieldInvalid,
];

/// Of one that takes an `Idempotency-Key`.
const WITH_KEY: &[Code] =
    &[Code::IdempotencyKeyInvalid, Code::IdempotencyInProgress, Code::IdempotencyKeyReused];

/// Writes them into the document.
pub(super) fn add(document: &mut Value) {
    document["components"]["headers"] = json!({
        "Request-Id": header("string", "The request's name in the server's log: tell it whoever runs the server."),
        "Retry-After": header("integer", "After how many seconds it is worth asking again."),
        "RateLimit-Policy": header("string", "How many calls this key may make in how many seconds, such as `\"key\";q=600;w=60`. Only where \
            the server has a limit."),
        "RateLimit": header("string", "How many calls this key may make now, and after how many seconds it may make all of them again, \
            such as `\"key\";r=599;t=1`. Only where the server has a limit."),
        "Idempotency-Replayed": header("string", "`true` where this is the answer that was kept under the Idempotency-Key."),
    });
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(|item| item.values_mut()) {
        let takes_key = operation["parameters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|parameter| parameter["name"] == "Idempotency-Key"));
        let mut codes = ALWAYS.to_vec();
        codes.extend(operation.get("requestBody").map(|_| WITH_BODY).unwrap_or_default());
        codes.extend(if takes_key { WITH_KEY } else { &[] });
        let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
        codes.into_iter().for_each(|code| mention(responses, code));
        for (status, response) in responses.iter_mut() {
            response["headers"] = headers(status, takes_key);
        }
    }
}

fn header(kind: &str, about: &str) -> Value {
    json!({ "description": about, "schema": { "type": kind } })
}

/// The code among those that answers of its status name.
fn mention(responses: &mut Map<String, Value>, code: Code) {
    let word = format!("`{}`", code.word());
    let response = responses.entry(code.status().to_string()).or_insert_with(|| {
        let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
        json!({ "description": "", "content": { "application/problem+json": problem } })
    });
    let told = response["description"].as_str().unwrap_or_default().trim_end_matches('.').to_owned();
    if told.contains(&word) {
        return;
    }
    let joined = if told.is_empty() { word } else { format!("{told}, {word}") };
    response["description"] = json!(format!("{joined}."));
}

/// The headers of answers with that status.
fn headers(status: &str, takes_key: bool) -> Value {
    let mut names = vec!["Request-Id", "RateLimit-Policy", "RateLimit"];
    if matches!(status, "429" | "503") || status == "409" && takes_key {
        names.push("Retry-After");
    }
    if takes_key && status.starts_with('2') {
        names.push("Idempotency-Replayed");
    }
    let refer = |name: &str| (name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
    names.into_iter().map(refer).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use super::super::document;
    use super::super::shared::whole;

    #[test]
    fn every_operation_says_what_it_may_answer() {
        let document = document();
        let mut operations = 0;
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                operations += 1;
                let responses = operation["responses"].as_object().expect("responses");
                for status in ["401", "403", "429", "500", "503"] {
                    assert!(responses.contains_key(status), "{method} {path} {status}");
                }
                assert_eq!(
                    operation.get("requestBody").is_some(),
                    responses.contains_key("413"),
                    "{method} {path}"
                );
                for (status, response) in responses {
                    assert!(
                        whole(&document, response)["headers"]["Request-Id"].is_object(),
                        "{method} {path} {status}"
                    );
                }
                let about = operation["description"].as_str().unwrap_or_default();
                assert!(about.len() > 20, "{method} {path} is not described");
                assert!(
                    whole(&document, &responses["503"])["headers"]["Retry-After"].is_object(),
                    "{method} {path}"
                );
            }
        }
        assert!(operations > 35, "{operations}");
    }
}
