//! Texts: what a shop's customers read of it. Its name, how it is reached, its logo and colour, what its ways to pay are called, and what it
//! writes to them. They are changed as a shop file changes them, and a shop file that is applied later sets its own back.

mod label;
mod labelled;
mod message;
mod page;
mod shop;
mod texts;
mod typed;
mod words;
mod write;

use axum::extract::Query;
use axum::response::Response;
use guichet_core::MerchantId;
use serde::Deserialize;

use super::answer::{Problem, Trouble, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission::{EditShop, SeeShop};

use page::TextsPage;

pub(super) fn routes() -> Vec<Route> {
    let (sees, edits) = (Needs::May(SeeShop), Needs::MayWithProof(EditShop));
    vec![
        Route::shows("/texts", sees, shop_texts),
        Route::acts("/texts/{shop}/change", edits, shop::posted),
        Route::acts("/texts/{shop}/labels/{account}/change", edits, label::posted),
        Route::shows("/texts/{shop}/messages/{occasion}/{language}", sees, message::shown),
        Route::acts(
            "/texts/{shop}/messages/{occasion}/{language}/preview",
            Needs::May(EditShop),
            words::preview,
        ),
        Route::acts("/texts/{shop}/messages/{occasion}/{language}/change", edits, words::posted),
    ]
}

/// The shop, and what was just done, by its word.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    shop: String,
    done: Option<String>,
}

async fn shop_texts(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let shop = match asked.shop.as_str() {
        "" => visitor.shops().first().copied(),
        text => text.parse().ok().filter(|shop: &MerchantId| visitor.shops().contains(shop)),
    };
    let shop = shop.ok_or_else(|| visitor.problem(Trouble::NotFound))?;
    let page = TextsPage::new(&visitor, desk(&visitor).await?, shop)?;
    Ok(shown(&page.saying(asked.done.as_deref())))
}

async fn desk(visitor: &Visitor) -> Result<Desk, Problem> {
    Desk::of(visitor, Some(Screen::Texts)).await.map_err(|fault| visitor.problem(fault.into()))
}

/// Back to the shop's texts, where it says what was done.
fn done(visitor: &Visitor, shop: MerchantId, word: &str) -> Response {
    super::answer::redirect(&format!("{}/texts?shop={shop}&done={word}", visitor.base()))
}
