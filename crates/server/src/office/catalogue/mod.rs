//! Catalogue: what a shop's front sells, a page of products after the other, and each to change, make and take out. What is sold is the
//! same for play money and real money, so only who may see real money changes it.

mod change;
mod make;
mod page;
mod product;
mod query;
mod remove;
mod texts;
mod typed;

use axum::extract::{Query, State};
use axum::response::Response;
use guichet_core::{Environment, MerchantId};

use super::Office;
use super::answer::{Problem, Trouble, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::catalogue::Project;
use crate::operators::Permission::{EditShop, SeeShop};

use page::CataloguePage;
use query::Asked;

pub(super) fn routes() -> Vec<Route> {
    let (sees, edits) = (Needs::May(SeeShop), Needs::MayWithProof(EditShop));
    vec![
        Route::shows("/catalogue", sees, catalogue),
        Route::shows("/catalogue/{shop}/new", Needs::May(EditShop), product::empty),
        Route::shows("/catalogue/{shop}/{number}", sees, product::shown),
        Route::acts("/catalogue/{shop}/make", edits, make::posted),
        Route::acts("/catalogue/{shop}/{number}/change", edits, change::posted),
        Route::acts("/catalogue/{shop}/{number}/remove", edits, remove::posted),
    ]
}

async fn catalogue(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let found = query::read(&office, &visitor, &asked).await.map_err(|trouble| visitor.problem(trouble))?;
    Ok(shown(&CataloguePage::new(&visitor, desk(&visitor).await?, &asked, &found)))
}

async fn desk(visitor: &Visitor) -> Result<Desk, Problem> {
    Desk::of(visitor, Some(Screen::Catalogue)).await.map_err(|fault| visitor.problem(fault.into()))
}

/// A shop that a path names, if it is looked at.
pub(super) fn shop_of(visitor: &Visitor, text: &str) -> Result<MerchantId, Problem> {
    let shop: Option<MerchantId> = text.parse().ok();
    let shop = shop.filter(|shop| visitor.shops().contains(shop));
    shop.ok_or_else(|| visitor.problem(Trouble::NotFound))
}

/// Whether the visitor changes what that shop sells and says.
pub(super) fn may_edit(visitor: &Visitor, shop: MerchantId) -> bool {
    let is_in_use = visitor.snapshot().merchants.get(&shop).is_some_and(|row| row.ended_at_ms.is_none());
    is_in_use && visitor.may(EditShop, shop, Environment::Live)
}

/// The same of a shop that a path names, where the visitor may change it.
pub(super) fn editable(visitor: &Visitor, text: &str) -> Result<MerchantId, Problem> {
    let shop = shop_of(visitor, text)?;
    if may_edit(visitor, shop) { Ok(shop) } else { Err(visitor.problem(Trouble::NotAllowed)) }
}

/// What a shop's front is made of; without one it sells nothing.
fn project(visitor: &Visitor, shop: MerchantId) -> Result<&Project, Problem> {
    let project = visitor.snapshot().projects.get(&shop);
    project.map(|project| &**project).ok_or_else(|| visitor.problem(Trouble::NotFound))
}
