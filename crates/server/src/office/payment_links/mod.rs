//! Payment links: what a shop hands out to be paid at, on paper or in a message. Making one, its page with the QR code, its poster.

mod end;
mod form;
mod list_page;
mod make;
mod one_page;
mod poster;
mod query;
mod texts;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use guichet_core::{PaymentLink, PaymentLinkId};
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, Trouble, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission::MakePaymentLinks;

use form::Typed;
use list_page::ListPage;
use one_page::LinkPage;

pub(super) fn routes() -> Vec<Route> {
    let needs = Needs::May(MakePaymentLinks);
    vec![
        Route::shows("/payment-links", needs, list),
        Route::acts("/payment-links", needs, make::posted),
        Route::shows("/payment-links/{id}", needs, one),
        Route::shows("/payment-links/{id}/poster", needs, poster::poster),
        Route::acts("/payment-links/{id}/end", needs, end::posted),
    ]
}

/// What a page is asked for.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// The link behind which the list goes on.
    before: Option<String>,
    /// What was just done, by its word.
    done: Option<String>,
}

async fn list(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let before = asked.before.as_deref().map(str::parse).transpose();
    let before: Option<PaymentLinkId> = before.map_err(|_| visitor.problem(Trouble::NotFound))?;
    Ok(shown(&list_page(&office, &visitor, before, Typed::default()).await?))
}

/// The list with the form, and what was typed and not taken.
async fn list_page(
    office: &Office,
    visitor: &Visitor,
    before: Option<PaymentLinkId>,
    typed: Typed,
) -> Result<ListPage, Problem> {
    let found = query::links(office, visitor, before).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(ListPage::new(visitor, desk(visitor).await?, &found, before.is_none(), typed))
}

async fn one(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let link = link_of(&office, &visitor, &id).await?;
    let orders = query::orders(&office, &link).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&LinkPage::new(&visitor, desk(&visitor).await?, &link, &orders, asked.done.as_deref())))
}

async fn desk(visitor: &Visitor) -> Result<Desk, Problem> {
    Desk::of(visitor, Some(Screen::PaymentLinks)).await.map_err(|fault| visitor.problem(fault.into()))
}

/// A link of a shop in which the visitor makes some; another shop's is not there.
async fn link_of(office: &Office, visitor: &Visitor, id: &str) -> Result<PaymentLink, Problem> {
    let id: PaymentLinkId = id.parse().map_err(|_| visitor.problem(Trouble::NotFound))?;
    let link = office.app.store().payment_link(id).await.map_err(|fault| visitor.problem(fault.into()))?;
    let may = |link: &PaymentLink| visitor.may(MakePaymentLinks, link.merchant, link.environment);
    link.filter(may).ok_or_else(|| visitor.problem(Trouble::NotFound))
}
