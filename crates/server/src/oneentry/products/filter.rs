//! What a front filters the catalogue by. Numbers are compared exactly, as they are written.

use guichet_core::{Currency, Money, json_as_read};
use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::Decimal;
use crate::catalogue::Product;
use crate::oneentry::front_error::FrontError;

use super::asked;

/// The most conditions in one filter.
const MOST_CONDITIONS: usize = 50;

/// The attribute that every product has.
const PRICE: &str = "price";

/// OneEntry's `IFilterParams`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Sent {
    attribute_marker: Option<String>,
    condition_marker: Option<String>,
    condition_value: Value,
    page_url: Option<String>,
    page_urls: Option<Vec<String>>,
    status_marker: Option<String>,
    title: Option<String>,
}

/// How a value is compared, in OneEntry's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    More,
    Less,
    Contains,
    ContainsNot,
    Exists,
    ExistsNot,
}

impl Comparison {
    fn of(marker: &str) -> Option<Self> {
        match marker {
            "eq" => Some(Comparison::Equal),
            "neq" => Some(Comparison::NotEqual),
            "mth" => Some(Comparison::More),
            "lth" => Some(Comparison::Less),
            "in" => Some(Comparison::Contains),
            "nin" => Some(Comparison::ContainsNot),
            "exs" => Some(Comparison::Exists),
            "nexs" => Some(Comparison::ExistsNot),
            _ => None,
        }
    }
}

#[derive(Debug)]
struct Attribute {
    marker: String,
    comparison: Comparison,
    values: Vec<String>,
}

#[derive(Debug, Default)]
struct Condition {
    attribute: Option<Attribute>,
    pages: Vec<String>,
    status: Option<String>,
    title: Option<String>,
}

/// Conditions, all of which a product must meet.
#[derive(Debug, Default)]
pub(super) struct Filter(Vec<Condition>);

fn wrong(rule: impl Into<String>) -> FrontError {
    FrontError::bad_request(rule)
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

impl Filter {
    /// Reads a body: `{filter: […]}`, the list alone as older SDKs send it, or nothing; and the one
    /// condition that may stand in the query.
    pub(super) fn read(body: &[u8], query: &str) -> Result<Self, FrontError> {
        let mut sent = in_body(body)?;
        sent.push(Sent {
            attribute_marker: asked(query, "attributeMarker"),
            condition_marker: asked(query, "conditionMarker"),
            condition_value: asked(query, "conditionValue").map(Value::from).unwrap_or_default(),
            status_marker: asked(query, "statusMarker"),
            ..Sent::default()
        });
        if sent.len() > MOST_CONDITIONS {
            return Err(wrong(format!("A filter has at most {MOST_CONDITIONS} conditions")));
        }
        Ok(Filter(sent.into_iter().map(condition).collect::<Result<_, FrontError>>()?))
    }

    /// Whether the product meets every condition.
    pub(super) fn lets_through(&self, product: &Product, currency: Currency, language: &str) -> bool {
        self.0.iter().all(|condition| condition.is_met_by(product, currency, language))
    }
}

fn in_body(body: &[u8]) -> Result<Vec<Sent>, FrontError> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let body: Value =
        serde_json::from_slice(&json_as_read(body)).map_err(|_| wrong("The body is not valid JSON."))?;
    let list = match body {
        Value::Object(mut object) => object.remove("filter").unwrap_or_default(),
        list @ (Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => list,
    };
    match list {
        Value::Null => Ok(Vec::new()),
        Value::Array(conditions) if conditions.iter().all(Value::is_object) => {
            let read = serde_json::from_value(Value::Array(conditions));
            read.map_err(|_| wrong("filter is a list of conditions with texts in them"))
        }
        Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Err(wrong("filter must be a list of conditions"))
        }
    }
}

fn condition(sent: Sent) -> Result<Condition, FrontError> {
    let attribute = match filled(sent.attribute_marker) {
        None => None,
        Some(marker) => {
            let comparison = sent.condition_marker.as_deref().and_then(Comparison::of);
            let comparison = comparison.ok_or_else(|| {
                wrong("conditionMarker must be one of [eq, neq, mth, lth, in, nin, exs, nexs]")
            })?;
            Some(Attribute { marker, comparison, values: values(&sent.condition_value)? })
        }
    };
    let pages = sent.page_urls.unwrap_or_default().into_iter().chain(sent.page_url);
    Ok(Condition {
        attribute,
        pages: pages.filter(|page| !page.is_empty()).collect(),
        status: filled(sent.status_marker),
        title: filled(sent.title).map(|title| title.to_lowercase()),
    })
}

/// What is compared with, as text; several for a list.
fn values(value: &Value) -> Result<Vec<String>, FrontError> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Number(number) => Ok(vec![number.to_string()]),
        Value::Bool(yes) => Ok(vec![yes.to_string()]),
        Value::Array(list) => Ok(list.iter().map(values).collect::<Result<Vec<_>, _>>()?.concat()),
        Value::Object(_) => Err(wrong("conditionValue must be a text, a number or a list of these")),
    }
}

impl Condition {
    fn is_met_by(&self, product: &Product, currency: Currency, language: &str) -> bool {
        let on_page =
            self.pages.is_empty() || product.categories.iter().any(|page| self.pages.contains(page));
        let called = |title: &String| product.title.in_language(language).to_lowercase().contains(title);
        on_page
            && self.status.as_ref().is_none_or(|status| product.status.as_ref() == Some(status))
            && self.title.as_ref().is_none_or(called)
            && self.attribute.as_ref().is_none_or(|attribute| {
                let value = if attribute.marker == PRICE {
                    Some(Money::new(product.price, currency).decimal())
                } else {
                    let known = product.attributes.get(&attribute.marker);
                    known.map(|known| known.value.in_language(language).to_owned())
                };
                attribute.fits(value.as_deref())
            })
    }
}

impl Attribute {
    fn fits(&self, value: Option<&str>) -> bool {
        let any = |fits: fn(&str, &str) -> bool| {
            value.is_some_and(|value| self.values.iter().any(|wanted| fits(value, wanted)))
        };
        match self.comparison {
            Comparison::Equal => any(same),
            Comparison::NotEqual => !any(same),
            Comparison::More => {
                any(|value, than| numbers(value, than).is_some_and(|(value, than)| value > than))
            }
            Comparison::Less => {
                any(|value, than| numbers(value, than).is_some_and(|(value, than)| value < than))
            }
            Comparison::Contains => any(contains),
            Comparison::ContainsNot => !any(contains),
            Comparison::Exists => value.is_some_and(|value| !value.is_empty()),
            Comparison::ExistsNot => value.is_none_or(str::is_empty),
        }
    }
}

fn numbers(one: &str, other: &str) -> Option<(Decimal, Decimal)> {
    Decimal::parse(one.trim()).zip(Decimal::parse(other.trim()))
}

fn same(value: &str, wanted: &str) -> bool {
    numbers(value, wanted).map_or(value == wanted, |(value, wanted)| value == wanted)
}

/// A number contains only itself: 5 is not in 15.
fn contains(value: &str, wanted: &str) -> bool {
    numbers(value, wanted).map_or_else(
        || value.to_lowercase().contains(&wanted.to_lowercase()),
        |(value, wanted)| value == wanted,
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn product() -> Product {
        serde_json::from_value(json!({
            "id": 1, "title": { "en_US": "Blue pen", "fr_FR": "Stylo bleu" }, "price": 34_050,
            "status": "in_stock", "categories": ["pens", "blue"],
            "attributes": {
                "color": { "type": "string", "value": "Navy Blue" },
                "weight": { "type": "float", "value": "12.50" },
            },
        }))
        .unwrap()
    }

    #[test]
    fn every_condition_of_the_sdk() {
        let of = |attribute: &str, comparison: &str, value: Value| json!({ "attributeMarker": attribute, "conditionMarker": comparison, "conditionValue": value });
        for (condition, met) in [
            (of("price", "eq", json!(340.5)), true),
            (of("price", "eq", json!("340.50")), true),
            (of("price", "eq", json!(34_050)), false),
            (of("price", "neq", json!(340.5)), false),
            (of("price", "mth", json!(340.49)), true),
            (of("price", "mth", json!(340.5)), false),
            (of("price", "mth", json!("cheap")), false),
            (of("price", "lth", json!(1000)), true),
            (of("price", "lth", json!(340.5)), false),
            (of("price", "in", json!([100, 340.5])), true),
            (of("price", "in", json!(40)), false),
            (of("price", "nin", json!([100])), true),
            (of("color", "in", json!("blue")), true),
            (of("color", "nin", json!(["red", "blue"])), false),
            (of("color", "eq", json!("Navy Blue")), true),
            (of("color", "eq", json!("blue")), false),
            (of("color", "exs", json!(null)), true),
            (of("size", "exs", json!(null)), false),
            (of("size", "nexs", json!(null)), true),
            (of("size", "eq", json!("L")), false),
            (of("size", "neq", json!("L")), true),
            (of("weight", "eq", json!(12.5)), true),
            (of("", "", json!(null)), true),
            (json!({}), true),
            (json!({ "statusMarker": "in_stock" }), true),
            (json!({ "statusMarker": "sold_out" }), false),
            (json!({ "pageUrls": ["books", "pens"] }), true),
            (json!({ "pageUrls": ["books"] }), false),
            (json!({ "pageUrls": [] }), true),
            (json!({ "pageUrl": "blue" }), true),
            (json!({ "title": "STYLO" }), true),
            (json!({ "title": "pen" }), false),
        ] {
            let body = json!({ "filter": [condition] }).to_string();
            let filter = Filter::read(body.as_bytes(), "").unwrap();
            assert_eq!(filter.lets_through(&product(), Currency::DZD, "fr_FR"), met, "{condition}");
        }
    }

    #[test]
    fn whatever_way_it_comes_it_is_read_or_refused() {
        for (body, query, conditions) in [
            ("", "", 1),
            ("{}", "", 1),
            ("[]", "", 1),
            (r#"[{"attributeMarker":"price","conditionMarker":"exs"}]"#, "", 2),
            (r#"{"filter":null}"#, "", 1),
            ("", "attributeMarker=price&conditionMarker=mth&conditionValue=3&statusMarker=null", 1),
        ] {
            assert_eq!(Filter::read(body.as_bytes(), query).unwrap().0.len(), conditions, "{body} {query}");
        }
        for (body, query) in [
            ("{", ""),
            ("5", ""),
            (r#"{"filter":{}}"#, ""),
            (r#"{"filter":[1]}"#, ""),
            (r#"{"filter":[["price"]]}"#, ""),
            (r#"{"filter":[{"attributeMarker":"price"}]}"#, ""),
            (r#"{"filter":[{"attributeMarker":5}]}"#, ""),
            (r#"{"filter":[{"attributeMarker":"price","conditionMarker":"about"}]}"#, ""),
            (r#"[{"attributeMarker":"price","conditionMarker":"in","conditionValue":{}}]"#, ""),
            ("", "attributeMarker=price"),
        ] {
            assert!(Filter::read(body.as_bytes(), query).is_err(), "{body} {query}");
        }
    }
}
