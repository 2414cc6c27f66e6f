//! How a shop's texts are written.

use askama::Template;
use guichet_core::{AccountId, MerchantId};

use crate::message::{Channel, MessageSettings, Occasion};
use crate::office::answer::Problem;
use crate::office::catalogue::may_edit;
use crate::office::desk::Desk;
use crate::office::visitor::Visitor;
use crate::pages::Language;
use crate::registry::OpenAccount;

use super::labelled::{Typed as TypedLabel, is_labelled};
use super::texts::{Texts, texts};
use super::typed::{Part, Typed};
use super::write::merchant;

/// The page.
#[derive(Template)]
#[template(path = "office/shop_texts.html", whitespace = "minimize")]
pub(super) struct TextsPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    shop: String,
    /// Each shop's identifier and title, and whether it is the one that is shown.
    shops: Vec<(String, String, bool)>,
    may_edit: bool,
    typed: Typed,
    mistakes: Vec<Part>,
    /// The colour that holds, as it can be drawn.
    swatch: Option<String>,
    /// A logo that is part of the page, as it can be shown here.
    logo: Option<String>,
    accounts: Vec<AccountShown>,
    occasions: Vec<OccasionShown>,
    /// Why nothing is sent by a channel, where nothing is.
    silent: Vec<&'static str>,
}

/// A way to pay, and what it is called.
struct AccountShown {
    id: String,
    name: String,
    /// What customers read where the shop says nothing.
    standard: &'static str,
    /// Each language's code, name and text.
    texts: Vec<(&'static str, &'static str, String)>,
    is_wrong: bool,
}

/// What gives a reason to write to customers.
struct OccasionShown {
    word: &'static str,
    called: &'static str,
    is_said: bool,
    messages: Vec<MessageShown>,
}

/// A message in a language.
struct MessageShown {
    code: &'static str,
    dir: &'static str,
    language: &'static str,
    is_own: bool,
    parts: String,
}

impl TextsPage {
    pub(super) fn new(visitor: &Visitor, mut desk: Desk, shop: MerchantId) -> Result<Self, Problem> {
        let words = texts(desk.language);
        let row = merchant(visitor, visitor.snapshot(), shop)?;
        // The address of an action cannot be asked for.
        if visitor.path() != "/texts" {
            desk.here = format!("/texts?shop={shop}");
            desk.same_page = format!("{}/texts?shop={shop}&", desk.base);
        }
        let one = |id: &MerchantId| (id.to_string(), visitor.shop_title(*id).to_owned(), *id == shop);
        let in_use = |id: &&MerchantId| {
            visitor.snapshot().merchants.get(*id).is_some_and(|row| row.ended_at_ms.is_none())
        };
        let public_url = visitor.office().app.public_url().as_str().trim_end_matches('/').to_owned();
        let occasion = |occasion: Occasion| OccasionShown {
            word: occasion.as_str(),
            called: words.occasion(occasion),
            is_said: row.messages.is_said(occasion),
            messages: Language::ALL
                .map(|language| message(words, &row.messages, occasion, language, &row.title, &public_url))
                .into(),
        };
        let is_silent = |channel| !row.messages.uses(channel);
        let silent = [(Channel::Email, words.no_email), (Channel::Sms, words.no_sms)];
        Ok(TextsPage {
            done: None,
            shop: shop.to_string(),
            shops: visitor.shops().iter().filter(in_use).map(one).collect(),
            may_edit: may_edit(visitor, shop),
            typed: Typed::of(row),
            mistakes: Vec::new(),
            swatch: row.pages.color.clone(),
            logo: row.pages.logo.clone().filter(|logo| logo.starts_with("data:")),
            accounts: accounts(visitor, shop),
            occasions: Occasion::ALL.map(occasion).into(),
            silent: silent.into_iter().filter(|(one, _)| is_silent(*one)).map(|(_, why)| why).collect(),
            words,
            desk,
        })
    }

    /// The same, with what was just done.
    pub(super) fn saying(self, done: Option<&str>) -> Self {
        TextsPage { done: done.and_then(|word| self.words.done(word)), ..self }
    }

    /// The same with what was typed about the shop, and the mistakes beside their fields.
    pub(super) fn again(self, typed: Typed, mistakes: Vec<Part>) -> Self {
        TextsPage { typed, mistakes, ..self }
    }

    /// The same with what was typed as an account's label, which is none.
    pub(super) fn relabel(mut self, id: AccountId, typed: &TypedLabel) -> Self {
        let id = id.to_string();
        for account in self.accounts.iter_mut().filter(|account| account.id == id) {
            account.is_wrong = true;
            account.texts = spelled(typed);
        }
        self
    }

    /// What is wrong with that part, if something is.
    fn wrong(&self, part: Part) -> Option<&'static str> {
        self.mistakes.contains(&part).then(|| self.words.mistake(part))
    }
}

fn spelled(typed: &TypedLabel) -> Vec<(&'static str, &'static str, String)> {
    let one = |language: Language| (language.code(), language.own_name(), typed.text(language).to_owned());
    Language::ALL.map(one).into()
}

fn accounts(visitor: &Visitor, shop: MerchantId) -> Vec<AccountShown> {
    let environment = visitor.environment();
    let of_shop = visitor.snapshot().all_accounts_of(shop, environment).into_iter();
    let account = |account: &OpenAccount| AccountShown {
        id: account.id.to_string(),
        name: account.name.clone(),
        standard: account.paid_with(visitor.language()),
        texts: spelled(&TypedLabel::of(account)),
        is_wrong: false,
    };
    of_shop.filter(|one| is_labelled(one, shop)).map(|one| account(one)).collect()
}

fn message(
    words: &Texts,
    settings: &MessageSettings,
    occasion: Occasion,
    language: Language,
    shop: &str,
    public_url: &str,
) -> MessageShown {
    let parts = settings.preview(occasion, language, shop, public_url).cost.parts;
    MessageShown {
        code: language.code(),
        dir: language.dir(),
        language: language.own_name(),
        is_own: settings.has_own_words(occasion, language),
        parts: words.parts(parts),
    }
}
