//! `GET /office/catalogue/{shop}/{number}`: a product, with the form that changes it; and `…/new`: the form for one more.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use guichet_core::MerchantId;
use http::StatusCode;
use serde::Deserialize;

use crate::catalogue::Product;
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page as shown_page};
use crate::office::desk::Desk;
use crate::office::localized::localized;
use crate::office::state::Told;
use crate::office::visitor::Visitor;
use crate::pages::Language;
use crate::store::MadeBy;

use super::page::told;
use super::texts::{Texts, texts};
use super::typed::{Part, Typed};
use super::{desk, editable, may_edit, project, shop_of};

/// What was just done, by its word.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "office/product.html", whitespace = "minimize")]
struct ProductPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    shop: String,
    shop_title: String,
    /// The number of a product that there is.
    number: Option<i64>,
    title: String,
    state: Option<Told>,
    is_of_file: bool,
    currency: String,
    attributes: Vec<(String, String)>,
    typed: Typed,
    mistakes: Vec<Part>,
    may_edit: bool,
}

pub(super) async fn shown(
    State(office): State<Office>,
    visitor: Visitor,
    Path((shop, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let shop = shop_of(&visitor, &shop)?;
    let (known, made_by) = known(&office, &visitor, shop, &number).await?;
    let typed = Typed::of(project(&visitor, shop)?, Some(&known), known.id);
    let page = page(&visitor, shop, Some((&known, made_by)), typed, Vec::new()).await?;
    let done = asked.done.as_deref().and_then(|word| page.words.done(word));
    Ok(shown_page(&ProductPage { done, ..page }))
}

pub(super) async fn empty(
    State(office): State<Office>,
    visitor: Visitor,
    Path(shop): Path<String>,
) -> Result<Response, Problem> {
    let shop = editable(&visitor, &shop)?;
    let newest = office.app.store().newest_product(shop).await;
    let newest = newest.map_err(|fault| visitor.problem(fault.into()))?.unwrap_or_default();
    let typed = Typed::of(project(&visitor, shop)?, None, newest + 1);
    Ok(shown_page(&page(&visitor, shop, None, typed, Vec::new()).await?))
}

/// A product that there is, and who made it.
pub(super) async fn known(
    office: &Office,
    visitor: &Visitor,
    shop: MerchantId,
    number: &str,
) -> Result<(Product, MadeBy), Problem> {
    let missing = || visitor.problem(Trouble::NotFound);
    let number: i64 = number.parse().map_err(|_| missing())?;
    let found = office.app.store().product_and_maker(shop, number).await;
    found.map_err(|fault| visitor.problem(fault.into()))?.ok_or_else(missing)
}

/// The form again with what was typed, and the mistakes beside their fields.
pub(super) async fn again(
    visitor: &Visitor,
    shop: MerchantId,
    known: Option<(&Product, MadeBy)>,
    typed: Typed,
    mistakes: Vec<Part>,
) -> Result<Response, Problem> {
    let page = page(visitor, shop, known, typed, mistakes).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown_page(&page)).into_response())
}

async fn page(
    visitor: &Visitor,
    shop: MerchantId,
    known: Option<(&Product, MadeBy)>,
    typed: Typed,
    mistakes: Vec<Part>,
) -> Result<ProductPage, Problem> {
    let mut desk = desk(visitor).await?;
    let words = texts(desk.language);
    let number = known.map(|(product, _)| product.id);
    // The address of an action cannot be asked for.
    desk.here = match number {
        Some(number) => format!("/catalogue/{shop}/{number}"),
        None => format!("/catalogue/{shop}/new"),
    };
    if visitor.path() != desk.here {
        desk.same_page = format!("{}{}?", desk.base, desk.here);
    }
    let currency = project(visitor, shop)?.currency().map(|currency| currency.code().to_owned());
    Ok(ProductPage {
        done: None,
        shop: shop.to_string(),
        shop_title: visitor.shop_title(shop).to_owned(),
        number,
        title: match known {
            Some((product, _)) => localized(&product.title, desk.language).to_owned(),
            None => words.new.to_owned(),
        },
        state: known.map(|(product, _)| told(words, product)),
        is_of_file: known.is_some_and(|(_, made_by)| made_by == MadeBy::File),
        currency: currency.unwrap_or_default(),
        attributes: known.map(|(product, _)| attributes(desk.language, product)).unwrap_or_default(),
        typed,
        mistakes,
        may_edit: may_edit(visitor, shop),
        words,
        desk,
    })
}

fn attributes(language: Language, product: &Product) -> Vec<(String, String)> {
    let told = product.attributes.iter();
    told.map(|(marker, one)| (marker.clone(), localized(&one.value, language).to_owned())).collect()
}

impl ProductPage {
    /// What is wrong with that part, if something is.
    fn wrong(&self, part: Part) -> Option<&'static str> {
        self.mistakes.contains(&part).then(|| self.words.mistake(part))
    }
}
