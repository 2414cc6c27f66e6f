//! Today: what came in, what is stuck, and what waits for a decision. Nothing here counts a table: the sums are kept with what they sum
//! up, and what waits is read up to a bound.

mod chart;
mod page;
mod query;
mod texts;

use axum::extract::State;
use axum::response::Response;

use super::Office;
use super::answer::{Problem, page as shown, redirect};
use super::desk::{Desk, Screen};
use super::route::{Needs, Route};
use super::visitor::Visitor;

use page::TodayPage;
pub(super) use texts::currency_called;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::shows("/", Needs::SignedIn, home), Route::shows("/today", Needs::SignedIn, today)]
}

/// The address that people know leads to the first screen.
async fn home(visitor: Visitor) -> Response {
    redirect(&format!("{}{}", visitor.base(), Screen::Today.path()))
}

async fn today(State(office): State<Office>, visitor: Visitor) -> Result<Response, Problem> {
    let shops = visitor.shops_with(Screen::Today.permission());
    if shops.is_empty() {
        return Ok(redirect(&format!("{}{}", visitor.base(), first_of(&visitor))));
    }
    let (desk, today) =
        tokio::try_join!(Desk::of(&visitor, Some(Screen::Today)), query::read(&office, &visitor, &shops))
            .map_err(|fault| visitor.problem(fault.into()))?;
    Ok(shown(&TodayPage::new(desk, today)))
}

/// The first screen that somebody sees who may not see this one.
fn first_of(visitor: &Visitor) -> &'static str {
    let seen =
        |screen: &&Screen| **screen != Screen::Today && !visitor.shops_with(screen.permission()).is_empty();
    Screen::ALL.iter().find(seen).map_or("/account", |screen| screen.path())
}
