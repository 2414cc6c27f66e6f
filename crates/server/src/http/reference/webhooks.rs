//! The webhooks: what is sent of each event, how it is signed, and what an endpoint is to answer.

use guichet_core::{EntryKind, OrderState};
use serde_json::{Value, json};

use crate::webhook::{ABOUT_TEST, TEST};

use super::examples;

/// Writes them into the document.
pub(super) fn add(document: &mut Value) {
    let order = examples::order(document);
    let happened = EntryKind::ALL.iter().map(|&kind| {
        let word = kind.as_str();
        (word.to_owned(), webhook(word, kind.about(), &example(kind, &order)))
    });
    let tried = (TEST.to_owned(), webhook(TEST, ABOUT_TEST, &event(TEST, ABOUT_TEST)));
    document["webhooks"] = happened.chain([tried]).collect();
}

/// What is sent of that kind about the order.
fn example(kind: EntryKind, order: &Value) -> Value {
    let mut event = event(kind.as_str(), kind.about());
    event["order"] = order["id"].clone();
    if kind.as_str().starts_with("payment.") {
        event["payment"] = order["payments"][0]["id"].clone();
        return event;
    }
    event["data"] = order.clone();
    if let Some(status) = status_after(kind) {
        event["data"]["status"] = json!(status);
    }
    event
}

/// What an order is behind an event that says so.
fn status_after(kind: EntryKind) -> Option<&'static str> {
    let (_, word) = kind.as_str().split_once('.')?;
    OrderState::STATUSES.into_iter().find(|status| *status == word)
}

fn event(kind: &str, why: &str) -> Value {
    json!({ "id": "evt_01kaqwm3v0e9r8t7y6v5w4x3z4", "type": kind, "timestamp": "2026-01-31T12:00:00Z", "why": why, "data": null })
}

fn webhook(kind: &str, about: &str, example: &Value) -> Value {
    json!({ "post": {
        "operationId": kind.replace('.', "_"),
        "summary": about.trim_end_matches('.'),
        "description": format!("{about} It is sent at least once, always under one identifier, to every endpoint that wants it."),
        "tags": ["Webhooks"],
        "security": [],
        "parameters": [
            header("webhook-id", "The event's identifier, the same at every try.", "evt_01kaqwm3v0e9r8t7y6v5w4x3z4"),
            header("webhook-timestamp", "When this try was signed, in seconds since 1970.", "1769860800"),
            header("webhook-signature", "`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64, one for each secret that \
                is in use, parted by spaces: Standard Webhooks 1.0.", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
        ],
        "requestBody": {
            "required": true,
            "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/WebhookEvent" },
                "examples": { kind: { "value": example } },
            } },
        },
        "responses": {
            "2XX": { "description": "It has arrived, and is not sent again." },
            "410": { "description": "The endpoint is no more: nothing is sent there from now on." },
            "default": { "description": "It has not arrived, and is sent again later." },
        },
    } })
}

fn header(name: &str, about: &str, example: &str) -> Value {
    json!({
        "name": name, "in": "header", "required": true, "description": about,
        "schema": { "type": "string" }, "example": example,
    })
}

#[cfg(test)]
mod tests {
    use super::super::document;
    use super::*;

    #[test]
    fn every_event_is_described_with_an_example_of_itself() {
        let document = document();
        for kind in EntryKind::ALL {
            let post = &document["webhooks"][kind.as_str()]["post"];
            assert_eq!(
                post["summary"].as_str().map(|about| format!("{about}.")).as_deref(),
                Some(kind.about())
            );
            let media = &post["requestBody"]["content"]["application/json"];
            let example = &media["examples"][kind.as_str()]["value"];
            assert_eq!(example["type"], kind.as_str());
            let is_of_the_order = kind.as_str().starts_with("order.");
            assert_eq!(example["data"].is_object(), is_of_the_order, "{kind:?}");
            assert_eq!(example["payment"].is_string(), !is_of_the_order, "{kind:?}");
        }
        let paid = &document["webhooks"]["order.paid"]["post"]["requestBody"]["content"]["application/json"];
        assert_eq!(paid["examples"]["order.paid"]["value"]["data"]["status"], "paid");
    }
}
