//! `GET /office/payment-links/{id}/poster`: a sheet to print and hang up, which a customer's telephone reads.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::office::Office;
use crate::office::answer::{Problem, page};
use crate::office::visitor::Visitor;
use crate::pages::{Language, Qr};

use super::link_of;
use super::one_page::asked;
use super::texts::{Texts, texts};

/// The sheet.
#[derive(Template)]
#[template(path = "office/payment_link_poster.html", whitespace = "minimize")]
struct PosterPage {
    language: Language,
    base: String,
    words: &'static Texts,
    shop: String,
    offer: String,
    description: Option<String>,
    amount: Option<String>,
    url: String,
    /// The address as people type it.
    typed_url: String,
    qr: Option<Qr>,
    is_test: bool,
    back: String,
}

pub(super) async fn poster(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let link = link_of(&office, &visitor, &id).await?;
    let (url, language) = (office.app.payment_link_url(&link), visitor.language());
    let (_, typed_url) = url.split_once("://").unwrap_or_default();
    Ok(page(&PosterPage {
        language,
        base: visitor.base(),
        words: texts(language),
        shop: visitor.shop_title(link.merchant).to_owned(),
        offer: link.terms.title.clone(),
        description: link.terms.description.clone(),
        amount: asked(language, &link.terms),
        typed_url: typed_url.to_owned(),
        qr: Qr::of(&url),
        url,
        is_test: link.environment == guichet_core::Environment::Test,
        back: format!("{}/payment-links/{}", visitor.base(), link.id),
    }))
}
