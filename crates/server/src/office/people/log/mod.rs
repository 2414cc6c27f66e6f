//! `GET /office/people/log`: what operators did, the newest first: a chain of entries for each shop, and one for what is about none. A
//! chain that was broken is shown as such.

mod page;
mod texts;

use axum::extract::{Query, State};
use axum::response::Response;
use guichet_core::MerchantId;
use serde::Deserialize;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page as shown_page};
use crate::office::orders::clocks;
use crate::office::visitor::Visitor;
use crate::store::Role;

use page::LogPage;

/// How many entries a page has.
const PAGE: i64 = 50;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The shop, or [`GENERAL`].
    shop: String,
    /// The last entry of the page before.
    before: Option<i64>,
}

/// The word in the address for what is about no shop.
const GENERAL: &str = "general";

pub(super) async fn shown(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let chains = chains(&visitor);
    let called = |chain: &&Option<MerchantId>| word(**chain) == asked.shop;
    let chain = match asked.shop.as_str() {
        "" => chains.first(),
        _ => chains.iter().find(called),
    };
    let chain = *chain.ok_or_else(|| visitor.problem(Trouble::NotFound))?;
    let before = asked.before.unwrap_or(i64::MAX);
    let audited = office.operators.audit(chain, before, PAGE).await;
    let audited = audited.map_err(|fault| visitor.problem(fault.into()))?;
    let zone = clocks(&visitor, office.app.clock().now_ms());
    let desk = super::desk(&visitor).await?;
    Ok(shown_page(&LogPage::new(&visitor, desk, &chains, chain, &asked, &audited, &zone)))
}

/// The logs that the visitor may read: of each shop that is looked at, and for whoever owns all shops what is about none.
fn chains(visitor: &Visitor) -> Vec<Option<MerchantId>> {
    let mut chains: Vec<Option<MerchantId>> = visitor.shops().iter().copied().map(Some).collect();
    let owns_all = |role: &crate::store::RoleRow| role.merchant.is_none() && role.role == Role::Owner;
    if visitor.signed().operator.roles.iter().any(owns_all) {
        chains.push(None);
    }
    chains
}

/// A log's word in the address.
fn word(chain: Option<MerchantId>) -> String {
    chain.map_or_else(|| GENERAL.to_owned(), |shop| shop.to_string())
}
