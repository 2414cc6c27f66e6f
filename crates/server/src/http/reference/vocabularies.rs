//! The closed vocabularies: which words a field or a parameter may have, so that a program that is made from the description
//! knows all of them. A word that is added later is no breaking change: programs take words that they do not know.

use guichet_core::{EntryKind, HeldKind, LinkStatus, OrderState, PayerField, PaymentState, RefundMethod};
use serde_json::{Value, json};

use crate::store::{RefundStatus, UnmatchedStatus};
use crate::webhook::{self, EndpointStatus};

type Words = fn() -> Vec<&'static str>;

/// Fields of schemas.
const FIELDS: &[(&str, &str, Words)] = &[
    ("Order", "status", order_statuses),
    ("Order", "environment", environments),
    ("Payment", "status", payment_statuses),
    ("HeldMoney", "kind", held_kinds),
    ("Event", "type", event_types),
    ("WebhookEvent", "type", sent_types),
    ("Delivery", "status", delivery_statuses),
    ("WebhookEndpoint", "status", endpoint_statuses),
    ("UnmatchedNotification", "status", unmatched_statuses),
    ("UnmatchedNotification", "payment_status", seen_statuses),
    ("PaymentLink", "status", link_statuses),
    ("PaymentLink", "environment", environments),
    ("PaymentLink", "asks_for", payer_fields),
    ("PaymentLinkRequest", "asks_for", payer_fields),
    ("PaymentLinkRequest", "language", languages),
    ("OrderRequest", "language", languages),
    ("OrderRequest", "channels", channels),
    ("RecordRefundRequest", "method", refund_methods),
    ("Refund", "method", refund_methods),
    ("RefundRequest", "status", refund_request_statuses),
    ("ResolveRequest", "resolution", resolutions),
    ("Status", "when", order_statuses),
];

/// Parameters of requests.
const PARAMETERS: &[(&str, &str, Words)] = &[
    ("/v1/orders", "status", order_statuses),
    ("/v1/reports/orders", "status", order_statuses),
    ("/v1/refund_requests", "status", refund_request_statuses),
    ("/v1/unmatched_notifications", "status", unmatched_statuses),
];

/// Parameters that are moments, wherever they are.
const MOMENTS: [&str; 4] = ["created_after", "created_before", "paid_after", "paid_before"];

/// Writes the words into the document.
pub(super) fn add(document: &mut Value) {
    for (schema, field, words) in FIELDS {
        let place = format!("/components/schemas/{schema}/properties/{field}");
        if let Some(field) = document.pointer_mut(&place) {
            put(field, words());
        }
    }
    for (path, name, words) in PARAMETERS {
        for parameter in parameters(document, path).filter(|parameter| parameter["name"] == *name) {
            put(&mut parameter["schema"], words());
        }
    }
    let paths: Vec<String> =
        document["paths"].as_object().into_iter().flat_map(|paths| paths.keys().cloned()).collect();
    for path in paths {
        let moments = |parameter: &&mut Value| MOMENTS.iter().any(|name| parameter["name"] == *name);
        for parameter in parameters(document, &path).filter(moments) {
            parameter["schema"]["format"] = json!("date-time");
        }
    }
}

/// The parameters of what is read at a path.
fn parameters<'a>(document: &'a mut Value, path: &str) -> impl Iterator<Item = &'a mut Value> + use<'a> {
    let item = document.get_mut("paths").and_then(|paths| paths.get_mut(path));
    let list =
        item.and_then(|item| item.get_mut("get")).and_then(|operation| operation.get_mut("parameters"));
    list.and_then(Value::as_array_mut).into_iter().flatten()
}

/// Puts the words at a text, or at the texts of a list; a text that may be missing may be null.
fn put(field: &mut Value, words: Vec<&'static str>) {
    let field = if field["type"] == "array" { &mut field["items"] } else { field };
    let mut words = json!(words);
    let may_be_null = field["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("null")));
    if let Some(words) = words.as_array_mut().filter(|_| may_be_null) {
        words.push(Value::Null);
    }
    field["enum"] = words;
}

fn order_statuses() -> Vec<&'static str> {
    OrderState::STATUSES.into()
}

fn payment_statuses() -> Vec<&'static str> {
    PaymentState::STATUSES.into()
}

fn environments() -> Vec<&'static str> {
    vec!["test", "live"]
}

fn held_kinds() -> Vec<&'static str> {
    HeldKind::ALL.map(HeldKind::as_str).into()
}

fn delivery_statuses() -> Vec<&'static str> {
    vec!["pending", "delivered", "given_up"]
}

fn endpoint_statuses() -> Vec<&'static str> {
    EndpointStatus::ALL.map(EndpointStatus::as_str).into()
}

fn unmatched_statuses() -> Vec<&'static str> {
    UnmatchedStatus::ALL.map(UnmatchedStatus::as_str).into()
}

fn seen_statuses() -> Vec<&'static str> {
    vec!["paid", "pending", "processing", "failed"]
}

fn link_statuses() -> Vec<&'static str> {
    LinkStatus::ALL.map(LinkStatus::as_str).into()
}

fn payer_fields() -> Vec<&'static str> {
    PayerField::ALL.iter().map(|field| field.as_str()).collect()
}

fn languages() -> Vec<&'static str> {
    vec!["fr", "ar", "en"]
}

fn channels() -> Vec<&'static str> {
    vec!["mobile_money", "card", "wallet"]
}

fn refund_methods() -> Vec<&'static str> {
    RefundMethod::ALL.map(RefundMethod::as_str).into()
}

fn event_types() -> Vec<&'static str> {
    EntryKind::ALL.iter().map(|kind| kind.as_str()).collect()
}

fn sent_types() -> Vec<&'static str> {
    event_types().into_iter().chain([webhook::TEST]).collect()
}

fn refund_request_statuses() -> Vec<&'static str> {
    RefundStatus::ALL.map(RefundStatus::as_str).into()
}

fn resolutions() -> Vec<&'static str> {
    vec!["honour", "dismiss"]
}

#[cfg(test)]
mod tests {
    use super::super::document;
    use super::*;

    #[test]
    fn every_vocabulary_is_in_its_place_and_names_each_word_that_its_description_has() {
        let document = document();
        for (schema, field, words) in FIELDS {
            let place = format!("/components/schemas/{schema}/properties/{field}");
            let field = document.pointer(&place).unwrap_or_else(|| panic!("{place} is not there"));
            let known = if field["type"] == "array" { &field["items"]["enum"] } else { &field["enum"] };
            let known = known.as_array().unwrap_or_else(|| panic!("{place} has no words"));
            assert!(words().iter().all(|word| known.contains(&json!(word))), "{place}: {known:?}");
        }
        let orders = document["paths"]["/v1/orders"]["get"]["parameters"].as_array().expect("parameters");
        let parameter =
            |name: &str| orders.iter().find(|parameter| parameter["name"] == name).expect("there");
        assert_eq!(parameter("status")["schema"]["enum"], json!(OrderState::STATUSES));
        assert_eq!(parameter("paid_after")["schema"]["format"], "date-time");
    }

    /// A field whose description lists words that programs compare has them as its vocabulary.
    #[test]
    fn no_list_of_words_is_left_to_prose() {
        // What is open: a word of the shop's own, or an example.
        const OPEN: [&str; 2] = ["Attribute type", "Delivery target"];
        let document = document();
        let mut left = Vec::new();
        for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
            for (field, about) in schema["properties"].as_object().into_iter().flatten() {
                let description = about["description"].as_str().unwrap_or_default();
                let is_text = about["type"] == "string" || about["type"] == json!(["string", "null"]);
                let lists = description.matches('`').count() >= 4 && !description.contains("such as `");
                let called = format!("{name} {field}");
                if is_text && lists && about["enum"].is_null() && !OPEN.contains(&called.as_str()) {
                    left.push(format!("{called}: {description}"));
                }
            }
        }
        assert!(left.is_empty(), "{left:#?}");
    }

    #[test]
    fn every_moment_says_that_it_is_one() {
        let document = document();
        for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
            for (field, about) in schema["properties"].as_object().into_iter().flatten() {
                let example = about["example"].as_str().unwrap_or_default();
                let is_moment =
                    example.len() > 18 && example.ends_with('Z') && example.as_bytes()[10] == b'T';
                assert_eq!(about["format"] == "date-time", is_moment, "{name} {field}");
            }
        }
    }
}
