//! The page that shows a link this once: in no address and in no log, so that only whoever asked for it has it.

use askama::Template;

use crate::office::desk::Desk;
use crate::pages::Language;

use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/people_link.html", whitespace = "minimize")]
pub(super) struct LinkPage {
    desk: Desk,
    words: &'static Texts,
    name: String,
    link: String,
}

impl LinkPage {
    pub(super) fn new(mut desk: Desk, name: &str, link: String) -> Self {
        // This page cannot be asked for again: its links to languages lead to the list.
        desk.same_page = format!("{}/people?", desk.base);
        desk.here = "/people".to_owned();
        LinkPage { words: texts(desk.language), name: name.to_owned(), link, desk }
    }
}
