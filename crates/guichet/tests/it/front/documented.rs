//! The front's document, against which every answer to a front is held in these tests.

use std::sync::LazyLock;

use guichet_testing::openapi::Document;
use serde_json::Value;

use crate::support::call::Answer;

/// What is the same without the slash at its end.
const WITH_SLASH: [&str; 2] = ["/api/content/payments/sessions/", "/api/content/users-auth-providers/"];

/// The document.
pub(crate) fn front() -> &'static Document {
    static DOCUMENT: LazyLock<Document> =
        LazyLock::new(|| Document::read(include_str!("../../../../server/src/oneentry/openapi.json")));
    &DOCUMENT
}

/// Insists that the answer is documented, where its endpoint is.
#[track_caller]
pub(crate) fn holds(method: &str, path: &str, answer: &Answer) {
    let document = front();
    let Some(operation) = operation(method, path.split('?').next().unwrap_or_default()) else { return };
    let what = || format!("{method} {path}: {} {}", answer.status, answer.text());
    let documented = document.resolved(&operation["responses"][answer.status.to_string()]);
    let schema = &documented["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{} is not documented", what());
    assert_eq!(document.complaints(schema, &answer.json()), Vec::<String>::new(), "{}", what());
    let comes_back = documented["headers"].get("Retry-After").is_some();
    assert_eq!(!answer.header("retry-after").is_empty(), comes_back, "{}: Retry-After", what());
}

/// The operation of a path: that with the fewest parameters among those that fit.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = if WITH_SLASH.contains(&path) { path.trim_end_matches('/') } else { path };
    let fitting = front().operations().filter(|(known, template, _)| known == method && fits(path, template));
    let best = fitting.min_by_key(|(_, template, _)| template.matches('{').count());
    best.map(|(_, _, operation)| operation)
}

fn fits(path: &str, template: &str) -> bool {
    let (mut parts, mut named) = (path.split('/'), template.split('/'));
    let each = named.by_ref().all(|name| {
        parts.next().is_some_and(|part| if name.starts_with('{') { !part.is_empty() } else { name == part })
    });
    each && parts.next().is_none()
}
