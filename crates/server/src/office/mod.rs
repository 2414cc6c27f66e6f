//! The back office: what the people of a shop look at in their browsers. Each screen is a folder: what is asked for, what is read, what
//! the page says. Every button builds an event or a write that says which operator it was, and nothing here changes an order itself.

mod account;
mod answer;
mod dates;
mod desk;
mod gate;
mod live;
mod needs_you;
mod order;
mod orders;
mod person;
mod route;
mod script;
mod sign_in;
mod state;
mod style;
mod texts;
mod today;
mod visitor;

use axum::Router;
use axum::routing::get;
use tokio::sync::watch;

use crate::app::App;
use crate::operators::{Entrance, Operators};
use crate::vault::Secret;

use live::Live;
use route::Route;

/// Where the back office is.
const PREFIX: &str = "/office";

/// What the back office works with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Office {
    app: App,
    operators: Operators,
    live: Live,
    /// The links by which the demo's operators come in; every other server has none.
    entrance: Option<Entrance>,
}

/// Every screen and action, with what it asks of whoever comes.
fn routes() -> Vec<Route> {
    let mut routes = sign_in::routes();
    routes.extend(style::routes());
    routes.extend(script::routes());
    routes.extend(live::routes());
    routes.extend(account::routes());
    routes.extend(today::routes());
    routes.extend(needs_you::routes());
    routes.extend(orders::routes());
    routes.extend(order::routes());
    routes
}

/// Everything at and below [`PREFIX`]. What is told to open pages ends with `stop`; `entrance` is the demo's.
///
/// # Errors
/// The vault is closed, so that nobody could be let in.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(
    app: App,
    stop: watch::Receiver<bool>,
    entrance: Option<Entrance>,
) -> Secret<Router<S>> {
    let operators = Operators::of(app.clone())?;
    let office = Office { app, operators, live: Live::until(stop), entrance };
    let mut routes = routes();
    routes.extend(office.entrance.is_some().then(sign_in::entrance));
    let router = routes.into_iter().fold(Router::new(), |router, route| route.add_to(router, &office));
    let router = router.fallback(answer::nothing_here).method_not_allowed_fallback(answer::nothing_here);
    // People type a slash at the end, too.
    let base = visitor::base(&office);
    let bare = get(move || std::future::ready(answer::redirect(&base)));
    Ok(Router::new().nest(PREFIX, router.with_state(office)).route("/office/", bare))
}
