//! `POST /office/scope`: which shops are looked at, and which kind of money.

use axum::extract::State;
use axum::response::Response;
use guichet_core::{Environment, MerchantId};
use serde::Deserialize;

use crate::office::Office;
use crate::office::addresses::onward;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::store::look_at;

#[derive(Deserialize)]
pub(super) struct Chosen {
    shop: String,
    environment: Environment,
    next: String,
}

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let shop: Option<MerchantId> = match chosen.shop.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| visitor.problem(Trouble::BadField("shop")))?),
    };
    let is_theirs = |shop: &MerchantId| visitor.all_shops().iter().any(|known| known.id == *shop);
    if shop.as_ref().is_some_and(|shop| !is_theirs(shop)) {
        return Err(visitor.problem(Trouble::NotFound));
    }
    let write = look_at(visitor.signed().session.id, shop, chosen.environment);
    office.app.store().commit(vec![write]).await.map_err(|error| visitor.problem(error.into()))?;
    Ok(redirect(&onward(&office, Some(&chosen.next))))
}
