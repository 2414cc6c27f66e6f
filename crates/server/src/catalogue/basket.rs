//! A basket: what a customer wants, priced from the catalogue and from nothing that the front says.

use std::collections::BTreeMap;

use guichet_core::{Currency, Item, Money};
use serde::{Deserialize, Serialize};

use crate::fields::MOST_MINOR;

use super::product::Product;

/// The most of one product.
pub(crate) const MOST_OF_ONE: i64 = 1_000_000;

/// A product as it was when it was bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bought {
    /// Its number.
    #[serde(rename = "productId")]
    pub product: i64,
    /// How many.
    pub quantity: i64,
    /// What it was called, in the customer's language.
    pub title: String,
    /// The shop's own article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// The price of one, in minor units of the order's currency.
    pub price: i64,
    /// Address of a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

impl Bought {
    /// So many of that product, as it is now.
    pub(crate) fn of(product: &Product, quantity: i64, language: &str) -> Self {
        Bought {
            product: product.id,
            quantity,
            title: product.title.in_language(language).trim().to_owned(),
            sku: product.sku.clone(),
            price: product.price,
            image: product.image.clone(),
        }
    }
}

/// Why a basket has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotForSale {
    /// There is no such product, or customers do not see it.
    #[error("Product {0} is not sold here")]
    Product(i64),
    /// So many of one product are not sold at once.
    #[error("An order has at most {MOST_OF_ONE} of product {0}")]
    TooMany(i64),
    /// All of it is free.
    #[error("There is nothing to pay for these products")]
    Nothing,
    /// The sum is beyond what an order may ask for.
    #[error("These products add up to more than an order may ask for")]
    TooMuch,
}

/// A priced basket.
#[derive(Debug, PartialEq)]
pub(crate) struct Basket {
    /// What is bought, each product once.
    pub products: Vec<Bought>,
    /// What it costs.
    pub total: Money,
}

impl Basket {
    /// Prices products, each with how many, by what the catalogue says of them.
    ///
    /// # Errors
    /// One of them is not sold, or they do not add up to a sum that can be asked for.
    pub(crate) fn price(
        lines: &[(i64, i64)],
        currency: Currency,
        language: &str,
        catalogue: &BTreeMap<i64, Product>,
    ) -> Result<Self, NotForSale> {
        let mut products: Vec<Bought> = Vec::new();
        for &(id, quantity) in lines {
            if let Some(known) = products.iter_mut().find(|known| known.product == id) {
                known.quantity += quantity;
                continue;
            }
            let known = catalogue.get(&id).filter(|product| product.visible);
            products.push(Bought::of(known.ok_or(NotForSale::Product(id))?, quantity, language));
        }
        if let Some(many) = products.iter().find(|bought| bought.quantity > MOST_OF_ONE) {
            return Err(NotForSale::TooMany(many.product));
        }
        let total = sum(&products)?;
        Ok(Basket { products, total: Money::new(total, currency) })
    }

    /// The lines of the order.
    pub(crate) fn items(&self) -> Vec<Item> {
        let item = |bought: &Bought| Item {
            name: bought.title.clone(),
            quantity: bought.quantity,
            unit_amount: bought.price,
        };
        self.products.iter().map(item).collect()
    }

    /// The basket in a few words, for the gateway's page.
    pub(crate) fn in_words(&self) -> String {
        let words: Vec<String> =
            self.products.iter().map(|bought| format!("{} × {}", bought.title, bought.quantity)).collect();
        words.join(", ").chars().take(200).collect()
    }
}

fn sum(products: &[Bought]) -> Result<i64, NotForSale> {
    let lines = products.iter().map(|bought| bought.price.checked_mul(bought.quantity));
    let total = lines.into_iter().try_fold(0_i64, |sum, line| sum.checked_add(line?));
    match total {
        Some(total @ 1..=MOST_MINOR) => Ok(total),
        Some(..=0) => Err(NotForSale::Nothing),
        Some(_) | None => Err(NotForSale::TooMuch),
    }
}
