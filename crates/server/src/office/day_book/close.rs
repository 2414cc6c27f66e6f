//! `POST /office/day-book/{merchant}/{date}/close`: the day's sums stay as they are.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::Code;
use serde::Deserialize;

use crate::book::{NotClosed, close};
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::order::text_of;
use crate::office::visitor::Visitor;
use crate::operators::AuditedAction;

use super::query::which;

/// What is sent with it.
#[derive(Deserialize)]
pub(super) struct Closing {
    /// The money that the page showed: another page may show the other by now.
    environment: String,
    #[serde(default)]
    note: String,
}

impl From<NotClosed> for Trouble {
    fn from(error: NotClosed) -> Self {
        match error {
            NotClosed::NotOver => Trouble::Refused(Code::DayNotOver),
            NotClosed::Already => Trouble::Refused(Code::DayClosed),
            NotClosed::Commit(error) => error.into(),
        }
    }
}

pub(super) async fn close_day(
    State(office): State<Office>,
    visitor: Visitor,
    Path((merchant, date)): Path<(String, String)>,
    Form(closing): Form<Closing>,
) -> Result<Response, Problem> {
    let problem = |trouble| visitor.problem(trouble);
    let (of, date) = which(&visitor, (&merchant, &date)).map_err(problem)?;
    let environment = of.environment.as_str();
    if closing.environment != environment {
        return Err(problem(Trouble::BadField("environment")));
    }
    let note = match closing.note.trim() {
        "" => String::new(),
        note => text_of(note).ok_or_else(|| problem(Trouble::BadField("note")))?,
    };
    let row = visitor.snapshot().merchants.get(&of.merchant);
    let row = row.ok_or_else(|| problem(Trouble::NotFound))?;
    let by = &visitor.signed().operator.login;
    let clocks = (&row.zones, office.app.clock().now_ms());
    close(office.app.store(), of, clocks, (by, &note)).await.map_err(|error| problem(error.into()))?;
    let say = |noted: crate::operators::Noted| {
        let noted = noted.to(date).with("environment", environment);
        if note.is_empty() { noted } else { noted.with("note", &note) }
    };
    visitor.note(Some(of.merchant), AuditedAction::ClosedDay, say).await?;
    Ok(redirect(&format!("{}/day-book/{}/{date}?done=closed", visitor.base(), of.merchant)))
}
