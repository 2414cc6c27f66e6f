//! The back office: what the people of a shop look at in their browsers. Each screen is a folder: what is asked for, what is read, what
//! the page says. Every button builds an event or a write that says which operator it was, and nothing here changes an order itself.

mod account;
mod answer;
mod dates;
mod day_book;
mod desk;
mod gate;
mod needs_you;
mod order;
mod orders;
mod person;
mod route;
mod sign_in;
mod state;
mod style;
mod texts;
mod today;
mod visitor;

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::operators::Operators;
use crate::vault::Secret;

use route::Route;

/// Where the back office is.
const PREFIX: &str = "/office";

/// What the back office works with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Office {
    app: App,
    operators: Operators,
}

/// Every screen and action, with what it asks of whoever comes.
fn routes() -> Vec<Route> {
    let mut routes = sign_in::routes();
    routes.extend(style::routes());
    routes.extend(account::routes());
    routes.extend(today::routes());
    routes.extend(needs_you::routes());
    routes.extend(orders::routes());
    routes.extend(order::routes());
    routes.extend(day_book::routes());
    routes
}

/// Everything at and below [`PREFIX`].
///
/// # Errors
/// The vault is closed, so that nobody could be let in.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(app: App) -> Secret<Router<S>> {
    let office = Office { operators: Operators::of(app.clone())?, app };
    let router = routes().into_iter().fold(Router::new(), |router, route| route.add_to(router, &office));
    let router = router.fallback(answer::nothing_here).method_not_allowed_fallback(answer::nothing_here);
    // People type a slash at the end, too.
    let base = visitor::base(&office);
    let bare = get(move || std::future::ready(answer::redirect(&base)));
    Ok(Router::new().nest(PREFIX, router.with_state(office)).route("/office/", bare))
}
