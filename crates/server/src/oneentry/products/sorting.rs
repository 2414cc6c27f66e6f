//! In which order a front wants the catalogue.

use crate::catalogue::Product;
use crate::oneentry::front_error::FrontError;

use super::asked;

/// By what products are put in order; those that are alike keep the order of their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    /// Their number, which is their position too.
    Number,
    Title,
    Price,
}

/// An order of products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sorting {
    key: Key,
    descending: bool,
}

impl Sorting {
    /// Reads a query: by number when it says nothing, and descending when it names a key alone.
    pub(super) fn of(query: &str) -> Result<Self, FrontError> {
        let named = asked(query, "sortKey");
        let key = match named.as_deref() {
            None | Some("id" | "position" | "date") => Key::Number,
            Some("title") => Key::Title,
            Some("price") => Key::Price,
            Some(_) => {
                return Err(FrontError::bad_request(
                    "sortKey must be one of [id, position, title, date, price]",
                ));
            }
        };
        let descending = match asked(query, "sortOrder").map(|order| order.to_ascii_uppercase()).as_deref() {
            None => named.is_some(),
            Some("DESC") => true,
            Some("ASC") => false,
            Some(_) => return Err(FrontError::bad_request("sortOrder must be one of [ASC, DESC]")),
        };
        Ok(Sorting { key, descending })
    }

    /// Puts products, which come by number, in order.
    pub(super) fn sort(self, products: &mut [Product], language: &str) {
        match self.key {
            Key::Number => {}
            Key::Title => {
                products.sort_by_cached_key(|product| product.title.in_language(language).to_lowercase())
            }
            Key::Price => products.sort_by_key(|product| product.price),
        }
        if self.descending {
            products.reverse();
        }
    }
}
