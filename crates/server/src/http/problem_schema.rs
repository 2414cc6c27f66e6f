//! What the OpenAPI document says of problems: every code with its sentence, and the media type they have.

use guichet_core::Code;
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::{ObjectBuilder, Schema, Type};

/// The code of a problem: one of all, each with its sentence.
pub(super) fn code() -> Schema {
    let sentences: Vec<&str> = Code::ALL.iter().map(|code| code.about()).collect();
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The kind of problem in one word, which programs may rely on."))
        .enum_values(Some(Code::ALL.iter().map(|code| code.word())))
        .examples([json!(Code::AmountOutOfRange)])
        .extensions(Some(Extensions::builder().add("x-enum-descriptions", json!(sentences)).build()));
    code.build().into()
}

/// Gives every response that is a problem the media type of one, which its endpoint leaves to this file.
pub(super) fn give_problems_their_media_type(document: &mut Value) {
    let operations = members(document.get_mut("paths")).flat_map(|item| members(Some(item)));
    for response in operations.flat_map(|operation| members(operation.get_mut("responses"))) {
        let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else { continue };
        let is_problem = |media: &Value| media.pointer("/schema/$ref") == Some(&json!(PROBLEM));
        if content.get("application/json").is_some_and(is_problem)
            && let Some(media) = content.remove("application/json")
        {
            content.insert("application/problem+json".to_owned(), media);
        }
    }
}

const PROBLEM: &str = "#/components/schemas/Problem";

fn members(node: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    node.and_then(Value::as_object_mut).into_iter().flat_map(|object| object.values_mut())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::http::reference::{document, whole};

    use super::*;

    /// What is between backticks.
    fn quoted(text: &str) -> impl Iterator<Item = &str> {
        text.split('`').skip(1).step_by(2)
    }

    /// The responses of the document: where each stands, its status, and what it is.
    fn responses(document: &Value) -> Vec<(String, u16, &Value)> {
        let mut found = Vec::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                for (status, response) in operation["responses"].as_object().expect("responses") {
                    let response = whole(document, response);
                    found.push((format!("{method} {path}"), status.parse().expect("a status"), response));
                }
            }
        }
        found
    }

    #[test]
    fn a_response_names_codes_that_exist_and_have_its_status() {
        let document = document();
        let parts = document["components"]["schemas"]["Problem"]["properties"].as_object().expect("parts");
        let mut named = BTreeSet::new();
        for (route, status, response) in
            responses(&document).into_iter().filter(|(_, status, _)| *status >= 400)
        {
            let media = &response["content"]["application/problem+json"];
            assert_eq!(media["schema"]["$ref"], PROBLEM, "{route} {status}");
            let about = response["description"].as_str().expect("a description");
            for word in quoted(about).filter(|word| !parts.contains_key(*word)) {
                let code: Code = word.parse().unwrap_or_else(|error| panic!("{route} {status}: {error}"));
                assert_eq!(code.status(), status, "{route}: {code}");
                named.insert(code);
            }
        }
        assert!(named.contains(&Code::NotFound) && named.len() >= 20, "{named:?}");
    }

    #[test]
    fn every_code_is_listed_with_its_sentence() {
        let document = document();
        let listed = &document["components"]["schemas"]["Problem"]["properties"]["code"];
        let column = |name: &str| listed[name].as_array().expect("a list").clone();
        let found: Vec<_> = column("enum").into_iter().zip(column("x-enum-descriptions")).collect();
        let wanted = Code::ALL.iter().map(|code| (json!(code), json!(code.about())));
        assert_eq!(found, wanted.collect::<Vec<_>>());
    }
}
