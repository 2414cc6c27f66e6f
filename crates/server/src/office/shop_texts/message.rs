//! `GET /office/texts/{shop}/messages/{occasion}/{language}`: a message as a customer reads it, written by what writes it to them, and what
//! its SMS costs; with the form that changes the words.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use guichet_core::MerchantId;

use crate::message::{
    Channel, MessagePart, MessageSettings, Occasion, OwnWording, Preview, Unfit, standard_words,
};
use crate::office::answer::{Problem, Trouble, page as shown_page};
use crate::office::catalogue::{may_edit, shop_of};
use crate::office::desk::Desk;
use crate::office::visitor::Visitor;
use crate::pages::Language;

use super::desk;
use super::texts::{Texts, texts};
use super::write::merchant;

/// The page.
#[derive(Template)]
#[template(path = "office/shop_message.html", whitespace = "minimize")]
pub(super) struct MessagePage {
    desk: Desk,
    words: &'static Texts,
    pub(super) done: Option<&'static str>,
    shop: String,
    shop_title: String,
    occasion: &'static str,
    called: &'static str,
    reader: Language,
    may_edit: bool,
    preview: Preview,
    /// Whether the preview is of what was typed and is not saved.
    is_draft: bool,
    cost: String,
    typed: OwnWording,
    standard: [&'static str; 3],
    mistakes: Vec<(MessagePart, String)>,
    silent: Vec<&'static str>,
}

/// The occasion and the language that a path names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Which {
    pub(super) shop: MerchantId,
    pub(super) occasion: Occasion,
    pub(super) language: Language,
}

impl Which {
    /// What a path names.
    ///
    /// # Errors
    /// There is no such message.
    pub(super) fn read(
        visitor: &Visitor,
        (shop, occasion, language): (&str, &str, &str),
    ) -> Result<Self, Problem> {
        let missing = || visitor.problem(Trouble::NotFound);
        let shop = shop_of(visitor, shop)?;
        let occasion = Occasion::of(occasion).ok_or_else(missing)?;
        let language = Language::ALL.into_iter().find(|known| known.code() == language);
        Ok(Which { shop, occasion, language: language.ok_or_else(missing)? })
    }

    /// Where the message is shown, below the office's own path.
    pub(super) fn path(self) -> String {
        format!("/texts/{}/messages/{}/{}", self.shop, self.occasion.as_str(), self.language.code())
    }
}

pub(super) async fn shown(
    visitor: Visitor,
    Path((shop, occasion, language)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let which = Which::read(&visitor, (&shop, &occasion, &language))?;
    let settings = &merchant(&visitor, visitor.snapshot(), which.shop)?.messages;
    let typed = settings.own_words(which.occasion, which.language);
    let page = MessagePage::new(&visitor, desk(&visitor).await?, which, settings, typed)?;
    let done = visitor.query().iter().any(|(name, value)| name == "done" && value == "saved");
    Ok(shown_page(&MessagePage { done: done.then_some(page.words.done_saved), ..page }))
}

impl MessagePage {
    /// The page of a message, as those settings have it.
    pub(super) fn new(
        visitor: &Visitor,
        mut desk: Desk,
        which: Which,
        settings: &MessageSettings,
        typed: OwnWording,
    ) -> Result<Self, Problem> {
        let words = texts(desk.language);
        let Which { shop, occasion, language } = which;
        let row = merchant(visitor, visitor.snapshot(), shop)?;
        // The address of an action cannot be asked for.
        if visitor.path() != which.path() {
            desk.here = which.path();
            desk.same_page = format!("{}{}?", desk.base, desk.here);
        }
        let public_url = visitor.office().app.public_url().as_str().trim_end_matches('/');
        let preview = settings.preview(occasion, language, &row.title, public_url);
        let silent = [(Channel::Email, words.no_email), (Channel::Sms, words.no_sms)];
        let silent = silent.into_iter().filter(|(channel, _)| !settings.uses(*channel));
        Ok(MessagePage {
            done: None,
            shop: shop.to_string(),
            shop_title: row.title.clone(),
            occasion: occasion.as_str(),
            called: words.occasion(occasion),
            reader: language,
            may_edit: may_edit(visitor, shop),
            cost: words.cost(&preview.cost),
            preview,
            is_draft: false,
            typed,
            standard: standard_words(occasion, language),
            mistakes: Vec::new(),
            silent: silent.map(|(_, why)| why).collect(),
            words,
            desk,
        })
    }

    /// The same of what was typed and is not saved.
    pub(super) fn draft(self) -> Self {
        MessagePage { is_draft: true, ..self }
    }

    /// The same with what is wrong with the words beside their fields.
    pub(super) fn mistaken(self, mistakes: &[(MessagePart, Unfit)]) -> Self {
        let told = |(part, unfit): &(MessagePart, Unfit)| (*part, self.words.unfit(unfit));
        MessagePage { mistakes: mistakes.iter().map(told).collect(), ..self }
    }

    fn wrong(&self, part: MessagePart) -> Option<&str> {
        let found = self.mistakes.iter().find(|(wrong, _)| *wrong == part);
        found.map(|(_, told)| told.as_str())
    }
}
