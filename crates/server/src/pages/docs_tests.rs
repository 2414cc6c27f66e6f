//! The reference against a small document with every shape that utoipa writes, and against broken ones.

use serde_json::{Value, json};

use super::*;

/// A small shop API with references, alternatives, maps, nesting and a cycle.
pub(in crate::pages) fn petty_cash() -> Value {
    serde_json::from_str(include_str!("golden/openapi.json")).unwrap()
}

#[test]
fn shows_what_the_document_says() {
    let html = render_api_docs(&petty_cash());
    let expected = [
        r##"<a href="#post--v1-orders">"##,
        "Create an order",
        "integer (int64)",
        "array of Item",
        "map of string",
        "Payer or null",
        "string (date-time) or null",
        "either: items",
        "or: amount",
        "Codes <code>reference_taken</code></p>",
        r##"<a href="#problems">"##,
        r#"<p><code>amount_invalid</code></p><div class="words"><p>It is no amount.</p></div>"#,
        "<p><code>currency_unknown</code></p>",
        "<code>pending</code>, <code>paid</code>, <code>failed</code>",
        "$GUICHET_URL/v1/orders/ord_01j9",
        "Authorization: Bearer sk_test_…",
        "Idempotency-Key: cart-417",
        "CMD-417",
        "The sum, when there are no items.",
        "deprecated",
        "<li>Keys start with <code>sk_test_</code> or <code>sk_live_</code>.</li>",
    ];
    for part in expected {
        assert!(html.contains(part), "{part}\n{html}");
    }
    assert!(!html.contains("Unused") && !html.contains("<b>"));
}

#[test]
fn broken_documents_still_make_a_page() {
    let answering = |schema: Value, target: Value| {
        let content = json!({"x/y": {"schema": schema}});
        json!({"paths": {"/a": {"get": {"parameters": [{}], "responses": {"200": {"content": content}}}}}, "s": target})
    };
    let itself = json!({"$ref": "#/s"});
    let lost = json!({"requestBody": {"$ref": "#/nowhere"}, "responses": {"200": {}}});
    let broken = [
        json!(null),
        json!({"paths": {"/a": {"get": null, "post": lost}}}),
        answering(itself.clone(), itself.clone()),
        answering(itself.clone(), json!({"allOf": [itself], "items": itself, "oneOf": [itself, 1]})),
    ];
    for document in broken {
        assert!(render_api_docs(&document).trim_end().ends_with("</html>"));
    }
}

#[test]
fn prose_is_safe() {
    assert_eq!(
        prose("a <i> [`b`]\n\n- c\n- `d"),
        "<p>a &lt;i&gt; <code>b</code></p><ul><li>c</li><li><code>d</code></li></ul>"
    );
}
