//! The page that shows a key this once: in no address and in no log.

use askama::Template;

use crate::office::desk::Desk;
use crate::pages::Language;

use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/developers_made.html", whitespace = "minimize")]
pub(super) struct MadePage {
    desk: Desk,
    words: &'static Texts,
    shop: String,
    id: String,
    /// The parts, by the vendor's names for them where there are several.
    parts: Vec<(Option<&'static str>, String)>,
}

impl MadePage {
    pub(super) fn new(
        mut desk: Desk,
        shop: &str,
        id: String,
        parts: Vec<(Option<&'static str>, String)>,
    ) -> Self {
        // This page cannot be asked for again: its links to languages lead to the list.
        desk.same_page = format!("{}/developers?", desk.base);
        desk.here = "/developers".to_owned();
        MadePage { words: texts(desk.language), shop: shop.to_owned(), id, parts, desk }
    }
}
