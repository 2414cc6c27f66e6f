//! The outbox by script, and as a page: `/sandbox/outbox`.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use crate::fields::Fields;
use crate::html::html;
use crate::outbox::{Message, MessageChannel, MessageView};
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// Its route.
pub(super) fn router() -> Router<Sandbox> {
    Router::new().route("/sandbox/outbox", get(show).post(add))
}

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    messages: Vec<MessageView>,
}

/// A page for a browser, JSON for anything that does not ask for a page.
async fn show(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    let messages = sandbox.messages();
    let accepts = headers.get(header::ACCEPT).and_then(|accepts| accepts.to_str().ok());
    if accepts.is_some_and(|accepts| accepts.contains("text/html")) {
        return html(StatusCode::OK, &OutboxPage { messages });
    }
    Json(json!({ "data": messages })).into_response()
}

async fn add(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<(StatusCode, Json<MessageView>), Refusal> {
    let mut fields = Fields::read(&body)?;
    let channel = match fields.text("channel")?.as_deref() {
        Some("email") => MessageChannel::Email,
        Some("sms") => MessageChannel::Sms,
        Some(_) | None => return Err(Refusal::invalid("channel", "channel is email or sms.")),
    };
    let to = fields.needed("to")?;
    let subject = fields.text("subject")?;
    let text = fields.needed("text")?;
    fields.finish()?;
    let view = sandbox.add_message(Message { channel, to, subject, text })?;
    Ok((StatusCode::CREATED, Json(view)))
}
