//! Reads the requests of clients to createLink by the rules of the create-link page, and names every field that
//! violates one. Unknown fields are tolerated.

use guichet_core::json_as_read;
use serde_json::{Map, Value};

use super::protocol::{DESCRIPTION_CHARS, LEAST_DINARS, MOST_DINARS, SUCCESS_MESSAGE_CHARS, TITLE_CHARS};
use super::wire::CreateLinkRequest;
use crate::web_address::is_web_address;

/// The rules that are violated, by field: the `details` of the vendor's error.
pub(super) type InvalidFields = Map<String, Value>;

/// The request, or every rule it breaks.
pub(super) fn create_link(body: &[u8]) -> Result<CreateLinkRequest, InvalidFields> {
    let mut wrong = InvalidFields::new();
    let document = match serde_json::from_slice::<Value>(&json_as_read(body)) {
        Ok(document) if document.is_object() => document,
        Ok(_) | Err(_) => {
            violated(&mut wrong, "body", "must be a JSON object");
            return Err(wrong);
        }
    };
    product(&document["productInfo"], &mut wrong);
    fee_mode(&document["feeMode"], &mut wrong);
    text(&document["successMessage"], "successMessage", SUCCESS_MESSAGE_CHARS, &mut wrong);
    redirect(&document["redirectUrl"], &mut wrong);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    serde_json::from_value(document).map_err(|_| {
        violated(&mut wrong, "body", "must have the documented shape");
        wrong
    })
}

fn product(product: &Value, wrong: &mut InvalidFields) {
    if !product.is_object() {
        return violated(wrong, "productInfo", "is required and must be an object");
    }
    let title = product["title"].as_str().map(|title| title.trim().chars().count());
    if !title.is_some_and(|length| (1..=TITLE_CHARS).contains(&length)) {
        let rule = format!("is required and must be a text of 1 to {TITLE_CHARS} characters");
        violated(wrong, "productInfo.title", &rule);
    }
    let amount = &product["amount"];
    if !amount.as_i64().is_some_and(|dinars| (LEAST_DINARS..=MOST_DINARS).contains(&dinars)) {
        let rule = format!("is required and must be an integer from {LEAST_DINARS} to {MOST_DINARS} (DZD)");
        violated(wrong, "productInfo.amount", &rule);
    }
    text(&product["description"], "productInfo.description", DESCRIPTION_CHARS, wrong);
}

/// An absent field reads as null here, and null is taken for absent.
fn text(value: &Value, field: &str, most_chars: usize, wrong: &mut InvalidFields) {
    let fits = value.is_null() || value.as_str().is_some_and(|text| text.chars().count() <= most_chars);
    if !fits {
        violated(wrong, field, &format!("must be a text of at most {most_chars} characters"));
    }
}

fn fee_mode(value: &Value, wrong: &mut InvalidFields) {
    let known = matches!(value.as_str(), Some("NO_FEE" | "SPLIT_FEE" | "CUSTOMER_FEE"));
    if !(value.is_null() || known) {
        violated(wrong, "feeMode", "must be NO_FEE, SPLIT_FEE or CUSTOMER_FEE");
    }
}

fn redirect(value: &Value, wrong: &mut InvalidFields) {
    let known = value.as_str().is_some_and(is_web_address);
    if !(value.is_null() || known) {
        violated(wrong, "redirectUrl", "must be a valid HTTP or HTTPS address");
    }
}

fn violated(wrong: &mut InvalidFields, field: &str, rule: &str) {
    wrong.insert(field.to_owned(), Value::from(rule));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: &[&str]) {
        let wrong = create_link(body.as_bytes()).err().unwrap_or_default();
        let mut fields: Vec<&str> = wrong.keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, expected, "{body}");
    }

    #[test]
    fn whole_requests() {
        check(include_str!("golden/create_link.request.json"), &[]);
        check(r#"{"productInfo":{"title":"A","amount":500}}"#, &[]);
        check("\u{feff}{\"productInfo\":{\"title\":\"A\",\"amount\":5000.0}}", &[]);
        check(r#"{"productInfo":{"title":"A","amount":500000,"sku":1},"orderId":"7"}"#, &[]);
        check(
            r#"{"productInfo":{"title":"A","amount":500,"description":null},"feeMode":null,"redirectUrl":null}"#,
            &[],
        );
        check(r#"{"productInfo":{"title":"A","amount":500},"feeMode":"SPLIT_FEE","successMessage":""}"#, &[]);
    }

    #[test]
    fn no_document() {
        for body in ["", "null", "[]", "5", "{", "a=b", "\u{feff}"] {
            check(body, &["body"]);
        }
        for body in
            ["{}", "\u{feff}{}", r#"{"productInfo":null}"#, r#"{"productInfo":[]}"#, r#"{"productInfo":"A"}"#]
        {
            check(body, &["productInfo"]);
        }
    }

    #[test]
    fn each_field_is_named() {
        for amount in
            ["null", "\"5000\"", "499", "500001", "5000.5", "5e3", "-5000", "true", "99999999999999999999"]
        {
            check(
                &format!(r#"{{"productInfo":{{"title":"A","amount":{amount}}}}}"#),
                &["productInfo.amount"],
            );
        }
        let long = "é".repeat(201);
        for title in ["", "  ", &long] {
            check(
                &format!(r#"{{"productInfo":{{"title":"{title}","amount":500}}}}"#),
                &["productInfo.title"],
            );
        }
        check(r#"{"productInfo":{}}"#, &["productInfo.amount", "productInfo.title"]);
        let description = "x".repeat(1001);
        check(
            &format!(r#"{{"productInfo":{{"title":"A","amount":500,"description":"{description}"}}}}"#),
            &["productInfo.description"],
        );
        let message = "x".repeat(501);
        for (field, value) in [
            ("feeMode", r#""FREE""#),
            ("feeMode", "1"),
            ("successMessage", &format!("\"{message}\"")),
            ("successMessage", "{}"),
            ("redirectUrl", r#""javascript:alert(1)""#),
            ("redirectUrl", r#""""#),
            ("redirectUrl", "7"),
        ] {
            check(&format!(r#"{{"productInfo":{{"title":"A","amount":500}},"{field}":{value}}}"#), &[field]);
        }
    }
}
