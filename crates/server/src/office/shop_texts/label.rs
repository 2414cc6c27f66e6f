//! `POST /office/texts/{shop}/labels/{account}/change`: what customers read on the button of a way to pay.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use guichet_core::{AccountId, MerchantId};
use http::StatusCode;
use serde::Deserialize;

use crate::fields::line;
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, page};
use crate::office::catalogue::editable;
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};
use crate::pages::{Label, Language};
use crate::registry::OpenAccount;

use super::page::TextsPage;
use super::write::{Edit, write};
use super::{desk, done};

/// The longest label, in characters: it stands on a button of a phone.
const LONGEST: usize = 60;

/// What was typed; a language without a text gets another one's, and none at all the gateway's own words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    fr: String,
    ar: String,
    en: String,
}

impl Typed {
    /// The text in that language.
    pub(super) fn text(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::Ar => &self.ar,
            Language::En => &self.en,
        }
    }

    /// What holds now.
    pub(super) fn of(account: &OpenAccount) -> Self {
        let own = |language| account.label.as_ref().and_then(|label| label.own(language)).unwrap_or_default();
        Typed {
            fr: own(Language::Fr).to_owned(),
            ar: own(Language::Ar).to_owned(),
            en: own(Language::En).to_owned(),
        }
    }

    fn is_right(&self) -> bool {
        let right = |text: &str| text.trim().is_empty() || line("label", text, LONGEST).is_ok();
        Language::ALL.into_iter().all(|language| right(self.text(language)))
    }

    /// What the account's label is from now on.
    pub(super) fn label(&self) -> Option<Label> {
        Label::of_each(|language| self.text(language))
    }
}

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

/// Whether it is an account of that shop that customers may still choose.
pub(super) fn is_labelled(account: &OpenAccount, shop: MerchantId) -> bool {
    account.merchant == shop && !account.standing.has_ended()
}
