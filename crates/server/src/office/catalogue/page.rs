//! How a catalogue is written.

use askama::Template;
use guichet_core::{MerchantId, Money};

use crate::catalogue::Product;
use crate::office::desk::Desk;
use crate::office::localized::localized;
use crate::office::state::Told;
use crate::office::visitor::Visitor;
use crate::pages::Language;

use super::may_edit;
use super::query::{Asked, Found, fronts};
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/catalogue.html", whitespace = "minimize")]
pub(super) struct CataloguePage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    /// The shop's identifier; none where no shop has a front.
    shop: Option<String>,
    /// Each shop's identifier and title, and whether it is the one that is shown.
    shops: Vec<(String, String, bool)>,
    from: String,
    rows: Vec<Row>,
    next: Option<i64>,
    may_edit: bool,
}

/// A product.
struct Row {
    number: i64,
    title: String,
    sku: String,
    price: String,
    status: String,
    state: Told,
}

impl CataloguePage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, asked: &Asked, found: &Found) -> Self {
        let words = texts(desk.language);
        let shop =
            |id: MerchantId| (id.to_string(), visitor.shop_title(id).to_owned(), Some(id) == found.shop);
        let project = found.shop.and_then(|shop| visitor.snapshot().projects.get(&shop));
        let currency = project.and_then(|project| project.currency().ok());
        let row = |product: &Product| Row {
            number: product.id,
            title: localized(&product.title, desk.language).to_owned(),
            sku: product.sku.clone().unwrap_or_default(),
            price: currency
                .map(|currency| desk.language.money(Money::new(product.price, currency)))
                .unwrap_or_default(),
            status: product.status.clone().unwrap_or_default(),
            state: told(words, product),
        };
        CataloguePage {
            done: asked.done.as_deref().and_then(|word| words.done(word)),
            shop: found.shop.map(|shop| shop.to_string()),
            shops: fronts(visitor).into_iter().map(shop).collect(),
            from: asked.from.trim().to_owned(),
            rows: found.products.iter().map(row).collect(),
            next: found.next,
            may_edit: found.shop.is_some_and(|shop| may_edit(visitor, shop)),
            words,
            desk,
        }
    }
}

/// Whether customers see a product and can order it.
pub(super) fn told(words: &Texts, product: &Product) -> Told {
    match product.visible {
        true => Told { word: words.on_sale, tone: "good", icon: "ok" },
        false => Told { word: words.hidden, tone: "", icon: "off" },
    }
}
