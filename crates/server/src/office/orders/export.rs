//! `GET /office/orders/export.csv` and `….xlsx`: the list as it is narrowed, whole, as a file.

use axum::extract::{Query, State};
use axum::response::Response;

use crate::export::{Format, file, of_orders};
use crate::office::Office;
use crate::office::answer::Problem;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};

use super::query::Asked;

pub(super) async fn csv(
    office: State<Office>,
    visitor: Visitor,
    asked: Query<Asked>,
) -> Result<Response, Problem> {
    export(office, visitor, asked, Format::Csv).await
}

pub(super) async fn xlsx(
    office: State<Office>,
    visitor: Visitor,
    asked: Query<Asked>,
) -> Result<Response, Problem> {
    export(office, visitor, asked, Format::Xlsx).await
}

async fn export(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    format: Format,
) -> Result<Response, Problem> {
    let now_ms = office.app.clock().now_ms();
    let zone = asked.clocks(&visitor, now_ms);
    let narrowed = asked.narrowed(&visitor, &zone).map_err(|trouble| visitor.problem(trouble))?;
    for shop in visitor.shops() {
        visitor
            .note(Some(*shop), AuditedAction::Exported, |noted| said(noted, &visitor, &asked, format))
            .await?;
    }
    let table = of_orders(&office.app, narrowed, None, visitor.language());
    let today = jiff::Timestamp::from_millisecond(now_ms).map(|now| now.to_zoned_datetime(zone).date());
    let today = today.map(|date| date.to_string()).unwrap_or_default();
    let name = format!("orders-{}-{today}", visitor.environment().as_str());
    file(table, format, &name).await.map_err(|fault| visitor.problem(fault.into()))
}

/// What was exported: by which parts the list was narrowed, but not whom somebody searched for, because the log is kept for good.
fn said(noted: Noted, visitor: &Visitor, asked: &Asked, format: Format) -> Noted {
    let environment = visitor.environment().as_str();
    let noted = noted.to("orders").with("format", format.extension()).with("environment", environment);
    let parts = asked.parts().into_iter().filter(|(_, value)| !value.is_empty());
    parts.fold(noted, |noted, (name, value)| match name {
        "q" => noted.with("searched", "yes"),
        _ => noted.with(name, value),
    })
}
