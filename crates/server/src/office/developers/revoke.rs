//! `POST /office/developers/keys/{id}/revoke`: a key or a credential opens nothing any more.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::{Environment, MerchantId};

use crate::keys::{self, PublicName};
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Permission};

use super::trouble;

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let name: Option<PublicName> = id.parse().ok();
    let known = name.and_then(|name| Some((name, of(&visitor, name)?)));
    let known =
        known.filter(|(_, (shop, environment, _))| visitor.may(Permission::WorkKeys, *shop, *environment));
    let (name, (shop, _, label)) = known.ok_or_else(|| visitor.problem(Trouble::NotFound))?;
    let revoked = keys::revoke(&office.app, name).await;
    revoked.map_err(|error| visitor.problem(trouble(error)))?;
    let say = |noted: crate::operators::Noted| noted.to(name).with("label", label);
    visitor.note(Some(shop), AuditedAction::RevokedKey, say).await?;
    Ok(redirect(&format!("{}/developers?done=revoked", visitor.base())))
}

/// Whose it is, what it opens, and what it is called.
fn of(visitor: &Visitor, name: PublicName) -> Option<(MerchantId, Environment, String)> {
    let snapshot = visitor.snapshot();
    match name {
        PublicName::Key(id) => {
            let key = snapshot.keys.values().find(|key| key.id == id)?;
            Some((key.merchant, key.environment, key.label.clone()))
        }
        PublicName::Credential(id) => {
            let row = &snapshot.credentials.get(&id)?.row;
            Some((row.merchant, row.environment, row.label.clone()))
        }
    }
}
