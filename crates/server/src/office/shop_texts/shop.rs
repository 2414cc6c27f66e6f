//! `POST /office/texts/{shop}/change`: what customers see of a shop, its name, how it is reached, its logo and its colour.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use crate::office::Office;
use crate::office::answer::{Problem, page};
use crate::office::catalogue::editable;
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};

use super::page::TextsPage;
use super::typed::Typed;
use super::write::{Edit, merchant, write};
use super::{desk, done};

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(shop): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let shop = editable(&visitor, &shop)?;
    let before = merchant(&visitor, visitor.snapshot(), shop)?;
    if let Err(mistakes) = typed.write_to(before) {
        let again = TextsPage::new(&visitor, desk(&visitor).await?, shop)?.again(typed, mistakes);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response());
    }
    let (was, is) = (Typed::of(before), &typed);
    write(&office, &visitor, shop, &Edit::Shop(typed.clone())).await?;
    let parts = [
        ("title", &was.title, &is.title),
        ("phone", &was.phone, &is.phone),
        ("whatsapp", &was.whatsapp, &is.whatsapp),
        ("email", &was.email, &is.email),
        ("logo", &was.logo, &is.logo),
        ("color", &was.color, &is.color),
    ];
    let changed = parts.into_iter().filter(|(_, before, after)| before.trim() != after.trim());
    let say = |noted: Noted| {
        changed.fold(noted.to(&was.title), |noted, (name, before, after)| {
            noted.with(name, format!("{} → {}", shortened(before), shortened(after)))
        })
    };
    visitor.note(Some(shop), AuditedAction::ChangedShop, say).await?;
    Ok(done(&visitor, shop, "changed"))
}

/// As much of a text as the audit log keeps: a logo may be a whole picture.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.trim().to_owned(),
    }
}
