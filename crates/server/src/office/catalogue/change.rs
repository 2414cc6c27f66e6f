//! `POST /office/catalogue/{shop}/{number}/change`: a product is another from now on. Orders that have it keep what they say of it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;

use crate::catalogue::Product;
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::localized::localized;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};
use crate::pages::Language;
use crate::store::{MadeBy, put_product};

use super::product::{again, known};
use super::typed::Typed;
use super::{editable, project};

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path((shop, number)): Path<(String, String)>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let shop = editable(&visitor, &shop)?;
    let (before, made_by) = known(&office, &visitor, shop, &number).await?;
    let project = project(&visitor, shop)?;
    let currency = project.currency().map_err(|_| visitor.problem(Trouble::Fault))?;
    let typed = Typed::posted(project, Some(&before), &fields);
    let after = match typed.product(Some(&before), before.id, currency) {
        Ok(after) => after,
        Err(mistakes) => return again(&visitor, shop, Some((&before, made_by)), typed, mistakes).await,
    };
    if after != before {
        // As with the API: what a shop file made stays the file's.
        let write = put_product(shop, &after, MadeBy::Api, office.app.clock().now_ms());
        office.app.store().commit(vec![write]).await.map_err(|error| visitor.problem(error.into()))?;
        let say = |noted: Noted| told(noted.to(after.id), visitor.language(), &before, &after);
        visitor.note(Some(shop), AuditedAction::ChangedProduct, say).await?;
    }
    Ok(redirect(&format!("{}/catalogue/{shop}/{}?done=changed", visitor.base(), after.id)))
}

/// What changed, from what to what.
fn told(mut noted: Noted, language: Language, before: &Product, after: &Product) -> Noted {
    let parts = |product: &Product| {
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            ("title", localized(&product.title, language).to_owned()),
            ("price_minor", product.price.to_string()),
            ("visible", product.visible.to_string()),
            ("status", given(&product.status)),
            ("sku", given(&product.sku)),
            ("image", given(&product.image)),
            ("categories", product.categories.join(", ")),
        ]
    };
    for ((name, before), (_, after)) in parts(before).into_iter().zip(parts(after)) {
        if before != after {
            noted = noted.with(name, format!("{before} → {after}"));
        }
    }
    noted
}
