//! `GET /office/day-book/export.…` and `…/{merchant}/{date}/export.…`: the book of a month or a day as a file.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use guichet_core::MerchantId;

use crate::book::BookDay;
use crate::export::{Format, file, of_book};
use crate::office::Office;
use crate::office::answer::Problem;
use crate::office::visitor::Visitor;
use crate::operators::AuditedAction;

use super::month_page::named;
use super::query::{self, Asked};

pub(super) async fn month_csv(
    office: State<Office>,
    visitor: Visitor,
    asked: Query<Asked>,
) -> Result<Response, Problem> {
    month(office, visitor, asked, Format::Csv).await
}

pub(super) async fn month_xlsx(
    office: State<Office>,
    visitor: Visitor,
    asked: Query<Asked>,
) -> Result<Response, Problem> {
    month(office, visitor, asked, Format::Xlsx).await
}

pub(super) async fn day_csv(
    office: State<Office>,
    visitor: Visitor,
    named: Path<(String, String)>,
) -> Result<Response, Problem> {
    day(office, visitor, named, Format::Csv).await
}

pub(super) async fn day_xlsx(
    office: State<Office>,
    visitor: Visitor,
    named: Path<(String, String)>,
) -> Result<Response, Problem> {
    day(office, visitor, named, Format::Xlsx).await
}

async fn month(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
    format: Format,
) -> Result<Response, Problem> {
    let month = query::month(&office, &visitor, &asked.month).await;
    let month = month.map_err(|trouble| visitor.problem(trouble))?;
    let of_shop = |(shop, days): (MerchantId, std::collections::BTreeMap<i64, BookDay>)| {
        days.into_values().map(move |day| (shop, day))
    };
    let days: Vec<(MerchantId, BookDay)> = month.shops.into_iter().flat_map(of_shop).collect();
    for shop in visitor.shops() {
        note(&visitor, *shop, format, &named(month.first)).await?;
    }
    taken(&visitor, &days, format, &named(month.first)).await
}

async fn day(
    State(office): State<Office>,
    visitor: Visitor,
    Path((merchant, date)): Path<(String, String)>,
    format: Format,
) -> Result<Response, Problem> {
    let which = query::which(&visitor, (&merchant, &date));
    let (of, date) = which.map_err(|trouble| visitor.problem(trouble))?;
    let book = query::book(&office, of).await.map_err(|fault| visitor.problem(fault.into()))?;
    note(&visitor, of.merchant, format, &date.to_string()).await?;
    taken(&visitor, &[(of.merchant, book)], format, &date.to_string()).await
}

async fn taken(
    visitor: &Visitor,
    days: &[(MerchantId, BookDay)],
    format: Format,
    when: &str,
) -> Result<Response, Problem> {
    let table = of_book(visitor.snapshot(), days, visitor.language());
    let name = format!("day-book-{}-{when}", visitor.environment().as_str());
    file(table, format, &name).await.map_err(|fault| visitor.problem(fault.into()))
}

async fn note(visitor: &Visitor, shop: MerchantId, format: Format, when: &str) -> Result<(), Problem> {
    let environment = visitor.environment().as_str();
    let say = |noted: crate::operators::Noted| {
        noted
            .to("day-book")
            .with("of", when)
            .with("format", format.extension())
            .with("environment", environment)
    };
    visitor.note(Some(shop), AuditedAction::Exported, say).await
}
