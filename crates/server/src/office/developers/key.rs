//! `POST /office/developers/keys`: a new API key, shown this once.

use axum::extract::State;
use axum::response::Response;
use guichet_core::Environment;
use serde::Deserialize;

use crate::keys;
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::AuditedAction;
use crate::store::{KeyKind, Role};

use super::made::MadePage;
use super::{desk, label_of, shop_of, trouble};

/// What the key is to be.
#[derive(Deserialize)]
pub(super) struct Wanted {
    shop: String,
    environment: Environment,
    kind: Kind,
    #[serde(default)]
    role: String,
    label: String,
}

/// What it opens.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// The native API.
    Secret,
    /// As much of it as a role does.
    Restricted,
    /// Nothing by itself; a shop front shows it.
    Publishable,
}

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let shop = shop_of(&visitor, &wanted.shop, wanted.environment)?;
    let label = label_of(&visitor, &wanted.label)?;
    let kind = match wanted.kind {
        Kind::Secret => KeyKind::Secret,
        Kind::Restricted => {
            let role = Role::of(&wanted.role).filter(|role| *role != Role::Owner);
            KeyKind::Restricted(role.ok_or_else(|| visitor.problem(Trouble::BadField("role")))?)
        }
        Kind::Publishable => KeyKind::Publishable,
    };
    let desk = desk(&visitor).await?;
    let made = keys::create(&office.app, &shop.name, wanted.environment, kind, &label).await;
    let (row, secret) = made.map_err(|error| visitor.problem(trouble(error)))?;
    let say = |noted: crate::operators::Noted| {
        let noted = noted.to(row.id).with("kind", kind.as_str()).with("label", &label);
        let noted = noted.with("environment", wanted.environment.as_str());
        kind.role().into_iter().fold(noted, |noted, role| noted.with("role", role.as_str()))
    };
    visitor.note(Some(row.merchant), AuditedAction::MadeKey, say).await?;
    let parts = vec![(None, secret)];
    Ok(page(&MadePage::new(desk, visitor.shop_title(row.merchant), row.id.to_string(), parts)))
}
