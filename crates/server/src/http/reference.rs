//! `/openapi.json` and `/docs`: the API described by its own code.

mod bounds;
mod documents;
mod everywhere;
mod examples;
mod real_examples;
#[cfg(test)]
mod released;
mod shared;
mod vocabularies;
mod webhooks;

use std::sync::LazyLock;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, header};
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::app::App;
use crate::pages;
use crate::webhook::Payload;

use super::problem_schema::give_problems_their_media_type;

pub(super) use documents::document_of_another;

/// The frame of the description; the endpoints add themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Guichet",
        version = "2026-11-30",
        contact(name = "Guichet"),
        description = "Orders and payments for shops paid through African gateways. Amounts are integers in minor \
            units; errors are problem+json with a stable code; what makes or changes an order takes an \
            Idempotency-Key, and every other POST may be repeated safely, except the one that rotates a secret and that of a \
            payment link without a reference, which makes one each time.",
    ),
    tags(
        (name = "Orders", description = "What is to be paid."),
        (name = "Payments", description = "Attempts to pay an order."),
        (name = "Payment links", description = "Addresses to hand out, at which customers make orders themselves."),
        (name = "Refunds", description = "What went back to payers, as you recorded it."),
        (name = "Reports", description = "What came and went, summed up."),
        (name = "Events", description = "What happened, to be pulled."),
        (name = "Webhooks", description = "What happened, sent to you."),
        (name = "Shop front", description = "What a front with customers of its own is made of, and what it sells."),
    ),
    components(schemas(Payload)),
    security(("key" = [])),
)]
pub(super) struct Description;

/// The document, and the page around it.
static DOCUMENT: LazyLock<(String, String)> = LazyLock::new(|| {
    let info = Description::openapi().info;
    let description = info.description.as_deref().unwrap_or_default();
    let others = documents::addresses();
    let page = pages::DocsPage { title: &info.title, version: &info.version, description, others: &others };
    (document().to_string(), page.html())
});

/// An order as the description shows it: what tries a shop's handler of webhooks looks like the real thing.
pub fn example_order() -> Value {
    examples::order(&document())
}

/// The description as JSON.
pub(super) fn document() -> Value {
    let (_, mut api) = super::native().split_for_parts();
    if let Some(components) = &mut api.components {
        let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("sk_test_… or sk_live_…");
        let key =
            key.description(Some("The key may also be the user of HTTP Basic, with an empty password."));
        components.add_security_scheme("key", SecurityScheme::Http(key.build()));
    }
    let mut document = serde_json::to_value(&api).unwrap_or_default();
    give_problems_their_media_type(&mut document);
    everywhere::add(&mut document);
    vocabularies::add(&mut document);
    bounds::add(&mut document);
    real_examples::add(&mut document);
    examples::add(&mut document);
    webhooks::add(&mut document);
    shared::add(&mut document);
    document
}

/// The OpenAPI document.
pub(super) async fn openapi(State(app): State<App>) -> Response {
    served(&app, &DOCUMENT.0)
}

/// A document with the address of this server before the rest of it.
fn served(app: &App, document: &str) -> Response {
    let document = at_server(app.public_url().as_str(), document);
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}

fn at_server(url: &str, document: &str) -> String {
    let servers = json!([{ "url": url }]);
    format!("{{\"servers\":{servers},{}", document.trim_start_matches('{'))
}

/// The same for people.
pub(super) async fn docs() -> Response {
    let mut response = Html(DOCUMENT.1.as_str()).into_response();
    if let Ok(policy) = HeaderValue::from_str(pages::docs_security_policy()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What draws the page. Its path holds its version, so a browser may keep it; every browser takes gzip.
pub(super) async fn rapidoc() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CONTENT_ENCODING, "gzip"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, pages::RAPIDOC).into_response()
}

/// An answer of the description, also where it is shared.
#[cfg(test)]
pub(super) fn whole<'a>(document: &'a Value, answer: &'a Value) -> &'a Value {
    shared::whole(document, answer)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The description from which the clients' types are made, as it is kept beside them.
    #[test]
    fn the_description_beside_the_clients_is_this_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/openapi.json");
        let text = serde_json::to_string_pretty(&document()).expect("JSON") + "\n";
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &text).expect("written");
        }
        let kept = std::fs::read_to_string(&path).expect("it is there");
        assert!(
            kept == text,
            "clients/openapi.json is not what the server says: run this with UPDATE_EXPECT=1"
        );
    }
}
