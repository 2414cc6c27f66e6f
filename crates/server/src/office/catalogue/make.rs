//! `POST /office/catalogue/{shop}/make`: one more product.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::localized::localized;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};
use crate::store::{CommitError, Guard, MadeBy, make_product};

use super::product::again;
use super::typed::{Part, Typed};
use super::{editable, project};

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(shop): Path<String>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let shop = editable(&visitor, &shop)?;
    let project = project(&visitor, shop)?;
    let currency = project.currency().map_err(|_| visitor.problem(Trouble::Fault))?;
    let typed = Typed::posted(project, None, &fields);
    // What is no number breaks the rule of numbers, as zero does.
    let product = match typed.product(None, typed.number.parse().unwrap_or_default(), currency) {
        Ok(product) => product,
        Err(mistakes) => return again(&visitor, shop, None, typed, mistakes).await,
    };
    let write = make_product(shop, &product, MadeBy::Api, office.app.clock().now_ms());
    match office.app.store().commit(vec![write]).await {
        Ok(()) => {}
        Err(CommitError::Conflict(Guard::Row)) => {
            return again(&visitor, shop, None, typed, vec![Part::Taken]).await;
        }
        Err(error) => return Err(visitor.problem(error.into())),
    }
    let say = |noted: Noted| {
        let noted = noted.to(product.id).with("title", localized(&product.title, visitor.language()));
        noted.with("price_minor", product.price)
    };
    visitor.note(Some(shop), AuditedAction::MadeProduct, say).await?;
    Ok(redirect(&format!("{}/catalogue/{shop}/{}?done=made", visitor.base(), product.id)))
}
