//! `POST /office/texts/{shop}/labels/{account}/change`: what customers read on the button of a way to pay.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use guichet_core::AccountId;
use http::StatusCode;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page};
use crate::office::catalogue::editable;
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};
use crate::pages::Language;

use super::labelled::{Typed, is_labelled};
use super::page::TextsPage;
use super::write::{Edit, write};
use super::{desk, done};

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path((shop, account)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let shop = editable(&visitor, &shop)?;
    let missing = || visitor.problem(Trouble::NotFound);
    let id: AccountId = account.parse().map_err(|_| missing())?;
    let account = visitor.snapshot().accounts.get(&id).filter(|account| is_labelled(account, shop));
    let account = account.ok_or_else(missing)?;
    if !typed.is_right() {
        let again = TextsPage::new(&visitor, desk(&visitor).await?, shop)?.relabel(id, &typed);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&again)).into_response());
    }
    write(&office, &visitor, shop, &Edit::Label(id, typed.clone())).await?;
    let told =
        |typed: &Typed| Language::ALL.map(|language| typed.text(language).trim().to_owned()).join(" / ");
    let before = told(&Typed::of(account));
    let say = |noted: Noted| noted.to(&account.name).with("label", format!("{before} → {}", told(&typed)));
    visitor.note(Some(shop), AuditedAction::ChangedShop, say).await?;
    Ok(done(&visitor, shop, "labelled"))
}
