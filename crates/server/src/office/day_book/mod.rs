//! The day's book: what came and went on each day of a month, and on one day, account by account. A day that is over is closed here,
//! and taken out as a file.

mod close;
mod day_page;
mod export;
mod figures;
mod month_page;
mod query;
mod texts;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::Office;
use super::answer::{Problem, page as shown};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;
use crate::operators::Permission;

use day_page::DayPage;
use month_page::MonthPage;
use query::Asked;

pub(super) fn routes() -> Vec<Route> {
    let (sees, exports) = (Needs::May(Permission::SeeSums), Needs::May(Permission::Export));
    vec![
        Route::shows("/day-book", sees, month),
        Route::shows("/day-book/export.csv", exports, export::month_csv),
        Route::shows("/day-book/export.xlsx", exports, export::month_xlsx),
        Route::shows("/day-book/{merchant}/{date}", sees, day),
        Route::shows("/day-book/{merchant}/{date}/export.csv", exports, export::day_csv),
        Route::shows("/day-book/{merchant}/{date}/export.xlsx", exports, export::day_xlsx),
        Route::acts(
            "/day-book/{merchant}/{date}/close",
            Needs::MayWithProof(Permission::CloseDays),
            close::close_day,
        ),
    ]
}

async fn month(
    State(office): State<Office>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let month = query::month(&office, &visitor, &asked.month).await;
    let month = month.map_err(|trouble| visitor.problem(trouble))?;
    let desk = Desk::of(&visitor, Some(Screen::DayBook)).await;
    let desk = desk.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&MonthPage::new(&visitor, desk, &month, asked.book)))
}

/// What was just done, by its word.
#[derive(Debug, Default, Deserialize)]
struct Done {
    done: Option<String>,
}

async fn day(
    State(office): State<Office>,
    visitor: Visitor,
    Path((merchant, date)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let day = query::day(&office, &visitor, (&merchant, &date)).await;
    let day = day.map_err(|trouble| visitor.problem(trouble))?;
    let desk = Desk::of(&visitor, Some(Screen::DayBook)).await;
    let desk = desk.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&DayPage::new(&visitor, desk, &day, done.done.is_some())))
}
