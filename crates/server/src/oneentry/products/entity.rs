//! A product as OneEntry's clients are shown one.

use std::collections::BTreeMap;

use guichet_core::Money;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::catalogue::Decimal;
use crate::catalogue::{Attribute, Product};
use crate::oneentry::amount::number;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::localized::Localized;
use crate::oneentry::picture::Picture;
use crate::oneentry::visitor::Visitor;

/// The attribute under which a product's picture is shown, unless it has one of that name.
const IMAGE: &str = "image";

/// OneEntry's `IProductsEntity`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProductEntity {
    id: i64,
    localize_infos: Localized,
    status_identifier: Option<String>,
    status_localize_infos: BTreeMap<&'static str, String>,
    attribute_set_identifier: Option<String>,
    position: i64,
    price: Box<RawValue>,
    additional: Additional,
    sku: Option<String>,
    is_sync: bool,
    attribute_values: BTreeMap<String, AttributeEntity>,
    categories: Vec<String>,
    is_visible: bool,
    template_identifier: Option<String>,
    short_desc_template_identifier: Option<String>,
    blocks: [String; 0],
    module_form_configs: [String; 0],
}

#[derive(Debug, Serialize)]
struct Additional {
    prices: Prices,
}

#[derive(Debug, Serialize)]
struct Prices {
    min: Box<RawValue>,
    max: Box<RawValue>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AttributeEntity {
    #[serde(rename = "type")]
    kind: String,
    value: Shown,
    position: i64,
    additional_fields: BTreeMap<String, String>,
}

/// A value, in the shape that its type has at OneEntry.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Shown {
    Text(String),
    Number(Box<RawValue>),
    Pictures([Picture; 1]),
}

impl Shown {
    fn of(attribute: &Attribute, language: &str) -> Self {
        let text = attribute.value.in_language(language);
        let numeric = matches!(attribute.kind.as_str(), "integer" | "real" | "float");
        match (numeric && Decimal::parse(text).is_some(), attribute.kind.as_str()) {
            // The rules of a product let through only what is a JSON number too, zeros in front apart.
            (true, _) => {
                let number = RawValue::from_string(text.to_owned());
                number.map_or_else(|_| Shown::Text(text.to_owned()), Shown::Number)
            }
            (false, IMAGE) => Shown::Pictures([Picture::at(text)]),
            (false, _) => Shown::Text(text.to_owned()),
        }
    }
}

impl ProductEntity {
    /// The product in the language that was asked for.
    pub(super) fn of(visitor: &Visitor, product: &Product) -> Result<Self, FrontError> {
        let currency =
            visitor.project.currency().map_err(|error| FrontError::bad_request(error.to_string()))?;
        let price = || number(Money::new(product.price, currency));
        let language = &visitor.language;
        let shown = product.attributes.iter();
        let mut attributes: BTreeMap<String, AttributeEntity> = (1..)
            .zip(shown)
            .map(|(position, (marker, attribute))| {
                let (kind, value) = (attribute.kind.clone(), Shown::of(attribute, language));
                let additional_fields = BTreeMap::new();
                (marker.clone(), AttributeEntity { kind, value, position, additional_fields })
            })
            .collect();
        if let Some(image) = &product.image {
            attributes.entry(IMAGE.to_owned()).or_insert_with(|| AttributeEntity {
                kind: IMAGE.to_owned(),
                value: Shown::Pictures([Picture::at(image)]),
                position: 0,
                additional_fields: BTreeMap::new(),
            });
        }
        let status = product.status.iter().map(|status| ("title", status.clone()));
        Ok(ProductEntity {
            id: product.id,
            localize_infos: Localized::of(&product.title, language, ""),
            status_identifier: product.status.clone(),
            status_localize_infos: status.collect(),
            attribute_set_identifier: None,
            position: product.id,
            price: price(),
            additional: Additional { prices: Prices { min: price(), max: price() } },
            sku: product.sku.clone(),
            is_sync: false,
            attribute_values: attributes,
            categories: product.categories.clone(),
            is_visible: product.visible,
            template_identifier: None,
            short_desc_template_identifier: None,
            blocks: [],
            module_form_configs: [],
        })
    }
}
