//! `POST /office/developers/credentials`: a new credential for another vendor's clients, shown this once.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use guichet_core::Environment;
use guichet_gateways::Notifies;
use http::StatusCode;
use serde::Deserialize;

use crate::keys::{self, NewCredential};
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page as shown};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::AuditedAction;

use super::made::MadePage;
use super::{desk, label_of, page, shop_of, trouble};

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) shop: String,
    pub(super) environment: Option<Environment>,
    pub(super) dialect: String,
    pub(super) label: String,
    pub(super) notify_url: String,
    /// Why it was not taken.
    #[serde(skip)]
    pub(super) wrong: Option<Wrong>,
}

/// Why a credential was not made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wrong {
    /// The vendor keeps no address for notifications with it.
    TakesNoAddress,
    /// The address for notifications cannot be used.
    BadAddress,
}

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let bad = |field: &'static str| visitor.problem(Trouble::BadField(field));
    let environment = typed.environment.ok_or_else(|| bad("environment"))?;
    let shop = shop_of(&visitor, &typed.shop, environment)?;
    let label = label_of(&visitor, &typed.label)?;
    let dialect = guichet_gateways::dialect(&typed.dialect).ok_or_else(|| bad("dialect"))?;
    let notify_url = Some(typed.notify_url.trim()).filter(|url| !url.is_empty());
    let wrong = notify_url.and_then(|url| why_not(&office, dialect.profile().notifies, url));
    if wrong.is_some() {
        let again = page(&office, &visitor, false, Typed { wrong, ..typed }).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown(&again)).into_response());
    }
    let desk = desk(&visitor).await?;
    let new = NewCredential { merchant: &shop.name, environment, dialect, notify_url, label: &label };
    let made = keys::create_credential(&office.app, new).await;
    let (row, parts) = made.map_err(|error| visitor.problem(trouble(error)))?;
    let say = |noted: crate::operators::Noted| {
        let noted = noted.to(row.id).with("kind", dialect.profile().title).with("label", &label);
        noted.with("environment", environment.as_str())
    };
    visitor.note(Some(row.merchant), AuditedAction::MadeKey, say).await?;
    let parts = parts.into_iter().map(|(name, value)| (Some(name), value)).collect();
    Ok(shown(&MadePage::new(desk, visitor.shop_title(row.merchant), row.id.to_string(), parts)))
}

/// Why notifications cannot go to that address, if they cannot.
fn why_not(office: &Office, notifies: Notifies, url: &str) -> Option<Wrong> {
    match notifies {
        Notifies::Never | Notifies::ByRequest => Some(Wrong::TakesNoAddress),
        Notifies::BySetting => {
            let may = url::Url::parse(url).is_ok_and(|url| office.app.reach().judge(&url).is_ok());
            (!may).then_some(Wrong::BadAddress)
        }
    }
}
