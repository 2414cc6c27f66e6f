//! Developers: the keys that open the API, the credentials that let other vendors' clients in, the addresses to use, and what happened
//! last. A key is shown once, when it is made; here stands how it begins.

mod credential;
mod key;
mod made;
mod page;
mod query;
mod revoke;
mod texts;

use axum::extract::{Query, State};
use axum::response::Response;
use guichet_core::{Environment, MerchantId};
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, Trouble, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission::WorkKeys;
use crate::repeats;
use crate::store::{CommitError, Fault, MerchantRow};

use page::DevelopersPage;

/// The longest label, in characters.
const MOST_LABEL: usize = 100;

pub(super) fn routes() -> Vec<Route> {
    let acts = Needs::MayWithProof(WorkKeys);
    vec![
        Route::shows("/developers", Needs::May(WorkKeys), developers),
        Route::acts("/developers/keys", acts, key::posted),
        Route::acts("/developers/credentials", acts, credential::posted),
        Route::acts("/developers/keys/{id}/revoke", acts, revoke::posted),
    ]
}

/// What was just done, by its word.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    done: Option<String>,
}

async fn developers(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let is_revoked = asked.done.as_deref() == Some("revoked");
    Ok(shown(&page(&office, &visitor, is_revoked, credential::Typed::default()).await?))
}

/// The page, with what was typed and not taken.
async fn page(
    office: &Office,
    visitor: &Visitor,
    is_revoked: bool,
    typed: credential::Typed,
) -> Result<DevelopersPage, Problem> {
    let known = query::read(office, visitor).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(DevelopersPage::new(visitor, desk(visitor).await?, &known, is_revoked, typed))
}

async fn desk(visitor: &Visitor) -> Result<Desk, Problem> {
    Desk::of(visitor, Some(Screen::Developers)).await.map_err(|fault| visitor.problem(fault.into()))
}

/// The shop that a form names, if the visitor makes keys of that environment there.
fn shop_of<'a>(
    visitor: &'a Visitor,
    text: &str,
    environment: Environment,
) -> Result<&'a MerchantRow, Problem> {
    let shop: Option<MerchantId> = text.parse().ok();
    let shop = shop.filter(|shop| visitor.may(WorkKeys, *shop, environment));
    let shop = shop.and_then(|shop| visitor.snapshot().merchants.get(&shop));
    shop.ok_or_else(|| visitor.problem(Trouble::NotFound))
}

/// What a key is called, as it is kept.
fn label_of(visitor: &Visitor, typed: &str) -> Result<String, Problem> {
    let label = typed.trim();
    let fits = label.chars().count() <= MOST_LABEL && !label.chars().any(char::is_control);
    fits.then(|| label.to_owned()).ok_or_else(|| visitor.problem(Trouble::BadField("label")))
}

/// Why a key was not made, as the office tells it.
fn trouble(error: anyhow::Error) -> Trouble {
    let error = match error.downcast::<CommitError>() {
        Ok(error) => return error.into(),
        Err(error) => error,
    };
    match error.downcast::<Fault>() {
        Ok(fault) => fault.into(),
        Err(error) => {
            repeats::fault("a key was not made or revoked", &error);
            Trouble::Fault
        }
    }
}
