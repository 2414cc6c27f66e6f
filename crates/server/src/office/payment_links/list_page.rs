//! How the list of payment links is written, with the form of a new one.

use std::collections::BTreeSet;

use askama::Template;
use guichet_core::{MerchantId, NumberingPlan, PaymentLink};

use crate::office::dates::day_and_time;
use crate::office::desk::Desk;
use crate::office::state::Told;
use crate::office::visitor::Visitor;
use crate::pages::Language;

use super::form::{Typed, Wrong};
use super::one_page::{asked, link_told};
use super::query::Found;
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/payment_links.html", whitespace = "minimize")]
pub(super) struct ListPage {
    desk: Desk,
    words: &'static Texts,
    links: Vec<LinkShown>,
    is_first: bool,
    older: Option<String>,
    /// The shops in which links are made: identifier, title, and whether it is the one that was chosen.
    shops: Vec<(String, String, bool)>,
    shows_shop: bool,
    /// The currencies that their accounts take, and whether it is the one that was chosen.
    currencies: Vec<(&'static str, bool)>,
    typed: Typed,
    wrong: Option<&'static str>,
    is_test: bool,
}

/// A link.
struct LinkShown {
    id: String,
    offer: String,
    reference: String,
    shop: String,
    amount: Option<String>,
    status: Told,
    made: String,
}

impl ListPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, found: &Found, is_first: bool, typed: Typed) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let now_ms = visitor.office().app.clock().now_ms();
        let shown = |link: &PaymentLink| LinkShown {
            id: link.id.to_string(),
            offer: link.terms.title.clone(),
            reference: link.reference.clone(),
            shop: visitor.shop_title(link.merchant).to_owned(),
            amount: asked(language, &link.terms),
            status: link_told(words, link.status(now_ms)),
            made: day_and_time(language, link.created_at_ms, &visitor.zone_of(link.merchant, now_ms)),
        };
        let shops = visitor.shops().iter().map(|shop| {
            let id = shop.to_string();
            (id.clone(), visitor.shop_title(*shop).to_owned(), id == typed.shop)
        });
        let currencies = currencies(visitor).into_iter().map(|code| (code, code == typed.currency));
        ListPage {
            links: found.links.iter().map(shown).collect(),
            is_first,
            older: found.links.last().filter(|_| found.has_more).map(|link| link.id.to_string()),
            shops: shops.collect(),
            shows_shop: visitor.shops().len() > 1,
            currencies: currencies.collect(),
            wrong: typed.wrong.map(|wrong| said(words, wrong)),
            is_test: !desk.shows_live,
            typed,
            words,
            desk,
        }
    }

    /// Whether that is the field that was not taken.
    fn is_wrong(&self, field: &str) -> bool {
        self.typed.wrong.is_some_and(|wrong| field_of(wrong) == field)
    }
}

/// The currencies that accounts in use take, the first account's first; those of our countries where all of them take any, as
/// cash does.
fn currencies(visitor: &Visitor) -> Vec<&'static str> {
    let of_shop = |shop: &MerchantId| visitor.snapshot().all_accounts_of(*shop, visitor.environment());
    let accounts = visitor.shops().iter().flat_map(of_shop).filter(|account| account.standing.is_in_use());
    let limits = accounts.flat_map(|account| account.gateway.capabilities().limits);
    let taken: Vec<&str> = limits.map(|limit| limit.currency).collect();
    let ours = NumberingPlan::all().iter().map(|plan| plan.currency);
    let offered: Vec<&str> = if taken.is_empty() { ours.collect() } else { taken };
    let mut known = BTreeSet::new();
    offered.into_iter().filter(|code| known.insert(*code)).collect()
}

fn said(words: &Texts, wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Title => words.wrong_title,
        Wrong::Description => words.wrong_description,
        Wrong::Amount => words.wrong_amount,
        Wrong::AmountMissing => words.wrong_amount_missing,
        Wrong::Bounds => words.wrong_bounds,
        Wrong::NoAccount => words.wrong_no_account,
        Wrong::LastDay => words.wrong_last_day,
        Wrong::Reference => words.wrong_reference,
        Wrong::ReferenceTaken => words.wrong_reference_taken,
    }
}

fn field_of(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Title => "title",
        Wrong::Description => "description",
        Wrong::Amount | Wrong::AmountMissing | Wrong::NoAccount => "amount",
        Wrong::Bounds => "minimum",
        Wrong::LastDay => "last_day",
        Wrong::Reference | Wrong::ReferenceTaken => "reference",
    }
}
