//! Products: what a merchant sells through its fronts. The rules that they keep are in `rules.rs`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::project::{Text, yes};

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its number, from 1 on.
    #[schema(example = 14)]
    pub id: i64,
    /// What it is called.
    pub title: Text,
    /// The price of one, in minor units of the project's currency.
    #[schema(example = 34_000)]
    pub price: i64,
    /// The shop's own article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// Address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// A status of the shop's own, such as `in_stock`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Pages of the shop that it is on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Whether customers see it and can order it.
    #[serde(default = "yes")]
    pub visible: bool,
    /// More about it, by marker.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Attribute>,
}

/// Something more about a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// OneEntry's word for its type, such as `string`, `integer` or `text`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value.
    pub value: Text,
}
