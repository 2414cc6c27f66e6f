//! `POST /office/texts/{shop}/messages/{occasion}/{language}/preview` and `…/change`: a shop's own words for a message are looked at, and
//! saved. A part that is left empty is said in the standard words.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;

use crate::message::{MessagePart, OwnWording, Unfit};
use crate::office::Office;
use crate::office::answer::{Problem, page, redirect};
use crate::office::catalogue::editable;
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};

use super::desk;
use super::message::{MessagePage, Which};
use super::shop::shortened;
use super::write::{Edit, merchant, write};

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    subject: String,
    text: String,
    sms: String,
}

impl From<Typed> for OwnWording {
    fn from(typed: Typed) -> Self {
        // Forms send line ends as two characters.
        let given = |text: String| {
            let text = text.replace("\r\n", "\n");
            Some(text).filter(|text| !text.trim().is_empty())
        };
        OwnWording { subject: given(typed.subject), text: given(typed.text), sms: given(typed.sms) }
    }
}

pub(super) async fn preview(
    visitor: Visitor,
    Path((shop, occasion, language)): Path<(String, String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let which = Which::read(&visitor, (&shop, &occasion, &language))?;
    editable(&visitor, &shop)?;
    let typed = OwnWording::from(typed);
    match merchant(&visitor, visitor.snapshot(), which.shop)?.messages.with_words(
        which.occasion,
        which.language,
        &typed,
    ) {
        Ok(settings) => {
            let shown = MessagePage::new(&visitor, desk(&visitor).await?, which, &settings, typed)?;
            Ok(page(&shown.draft()))
        }
        Err(mistakes) => again(&visitor, which, typed, &mistakes).await,
    }
}

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path((shop, occasion, language)): Path<(String, String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let which = Which::read(&visitor, (&shop, &occasion, &language))?;
    editable(&visitor, &shop)?;
    let typed = OwnWording::from(typed);
    let settings = &merchant(&visitor, visitor.snapshot(), which.shop)?.messages;
    let before = settings.own_words(which.occasion, which.language);
    if let Err(mistakes) = settings.with_words(which.occasion, which.language, &typed) {
        return again(&visitor, which, typed, &mistakes).await;
    }
    if before != typed {
        let edit = Edit::Words(which.occasion, which.language, typed.clone());
        write(&office, &visitor, which.shop, &edit).await?;
        let say = |noted: Noted| told(noted, which, &before, &typed);
        visitor.note(Some(which.shop), AuditedAction::ChangedShop, say).await?;
    }
    Ok(redirect(&format!("{}{}?done=saved", visitor.base(), which.path())))
}

/// The form again with what was typed, and the mistakes beside their fields. The preview is of what is said now.
async fn again(
    visitor: &Visitor,
    which: Which,
    typed: OwnWording,
    mistakes: &[(MessagePart, Unfit)],
) -> Result<Response, Problem> {
    let settings = &merchant(visitor, visitor.snapshot(), which.shop)?.messages;
    let shown = MessagePage::new(visitor, desk(visitor).await?, which, settings, typed)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown.mistaken(mistakes))).into_response())
}

fn told(noted: Noted, which: Which, before: &OwnWording, after: &OwnWording) -> Noted {
    let to = format!("{} {}", which.occasion.as_str(), which.language.code());
    let parts = [
        ("subject", &before.subject, &after.subject),
        ("text", &before.text, &after.text),
        ("sms", &before.sms, &after.sms),
    ];
    let given = |text: &Option<String>| text.as_deref().map_or_else(|| "–".to_owned(), shortened);
    let changed = parts.into_iter().filter(|(_, before, after)| before != after);
    changed.fold(noted.to(to), |noted, (name, before, after)| {
        noted.with(name, format!("{} → {}", given(before), given(after)))
    })
}
