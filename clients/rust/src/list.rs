//! Lists, page by page.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::call::{Call, Settings};
use crate::error::Error;

/// A list, which fetches its pages as they are needed.
pub struct List<Item> {
    settings: Arc<Settings>,
    path: &'static str,
    query: Map<String, Value>,
    fetched: VecDeque<Item>,
    has_more: bool,
    cursor: fn(&Item) -> &str,
}

#[derive(Deserialize)]
struct Page<Item> {
    data: VecDeque<Item>,
    has_more: bool,
}

impl<Item: DeserializeOwned> List<Item> {
    /// The list, with its first page.
    pub(crate) async fn begin(
        settings: &Arc<Settings>,
        path: &'static str,
        query: &impl Serialize,
        cursor: fn(&Item) -> &str,
    ) -> Result<Self, Error> {
        let query =
            serde_json::to_value(query).and_then(serde_json::from_value).map_err(Error::Unreadable)?;
        let settings = Arc::clone(settings);
        let mut list = List { settings, path, query, fetched: VecDeque::new(), has_more: true, cursor };
        list.fetch().await?;
        Ok(list)
    }

    /// The next item, if there is one.
    ///
    /// # Errors
    /// The page that it is on does not come.
    pub async fn next(&mut self) -> Result<Option<Item>, Error> {
        if self.fetched.is_empty() && self.has_more {
            self.fetch().await?;
        }
        let item = self.fetched.pop_front();
        if let Some(item) = &item {
            self.query.insert("cursor".to_owned(), Value::from((self.cursor)(item)));
        }
        Ok(item)
    }

    /// What is left of the page that was fetched last.
    pub fn fetched(&self) -> impl Iterator<Item = &Item> {
        self.fetched.iter()
    }

    async fn fetch(&mut self) -> Result<(), Error> {
        let query: Vec<String> = self.query.iter().filter_map(|(name, value)| pair(name, value)).collect();
        let page: Page<Item> =
            Call::get(format!("{}?{}", self.path, query.join("&"))).make(&self.settings).await?;
        (self.fetched, self.has_more) = (page.data, page.has_more);
        Ok(())
    }
}

/// A name and its value as they stand in an address.
pub(crate) fn pair(name: &str, value: &Value) -> Option<String> {
    if value.is_null() {
        return None;
    }
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(format!("{name}={}", crate::call::part(&text)))
}
