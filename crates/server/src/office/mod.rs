//! The back office: what the people of a shop look at in their browsers. Each screen is a folder: what is asked for, what is read, what
//! the page says. Every button builds an event or a write that says which operator it was, and nothing here changes an order itself.

mod account;
mod addresses;
mod answer;
mod cash;
mod catalogue;
mod changes;
mod customers;
mod dates;
mod day_book;
mod desk;
mod developers;
mod fared;
mod form;
mod gate;
mod gateways;
mod headers;
mod live;
mod localized;
mod needs;
mod needs_you;
mod order;
mod orders;
mod parts;
mod payment_links;
mod people;
mod person;
mod proof;
mod refund_requests;
mod route;
mod script;
mod sending;
mod shop_texts;
mod sign_in;
mod state;
mod style;
mod texts;
mod today;
mod trouble;
mod visitor;
mod webhooks;

use axum::Router;
use axum::routing::get;
use tokio::sync::watch;

use crate::app::App;
use crate::operators::{DemoEntrance, Operators};
use crate::store::Role;
use crate::vault::Secret;

use addresses::{PREFIX, base};
use changes::Live;
use needs::Needs;
use route::Route;

pub(super) use parts::Office;

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
    routes.extend(cash::routes());
    routes.extend(payment_links::routes());
    routes.extend(refund_requests::routes());
    routes.extend(webhooks::routes());
    routes.extend(gateways::routes());
    routes.extend(customers::routes());
    routes.extend(catalogue::routes());
    routes.extend(shop_texts::routes());
    routes.extend(people::routes());
    routes.extend(developers::routes());
    routes.extend(day_book::routes());
    routes
}

/// A screen or an action, with who may come there: what a matrix of roles is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeRoute {
    /// The path, with its parameters in braces.
    pub path: String,
    /// Whether it changes something.
    pub acts: bool,
    /// Who may come: these roles, or whoever is signed in; `None` where nobody need be.
    pub roles: Option<Vec<Role>>,
}

/// Every screen and action.
pub fn office_routes() -> Vec<OfficeRoute> {
    let roles = |needs: Needs| match (needs, needs.permission()) {
        (Needs::Nothing, _) => None,
        (_, None) => Some(Role::ALL.to_vec()),
        (_, Some(permission)) => {
            Some(Role::ALL.into_iter().filter(|role| permission.is_granted_to(*role)).collect())
        }
    };
    let told = |route: Route| OfficeRoute {
        path: format!("{PREFIX}{}", route.path).trim_end_matches('/').to_owned(),
        acts: route.acts,
        roles: roles(route.needs),
    };
    routes().into_iter().map(told).collect()
}

/// Everything at and below [`PREFIX`]. What is told to open pages ends with `stop`; `entrance` is the demo's.
///
/// # Errors
/// The vault is closed, so that nobody could be let in.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(
    app: App,
    stop: watch::Receiver<bool>,
    entrance: Option<DemoEntrance>,
) -> Secret<Router<S>> {
    let operators = Operators::of(app.clone())?;
    let office = Office { app, operators, live: Live::until(stop), entrance };
    let mut routes = routes();
    routes.extend(office.entrance.is_some().then(sign_in::entrance));
    let router = routes.into_iter().fold(Router::new(), |router, route| route.add_to(router, &office));
    let router = router.fallback(answer::nothing_here).method_not_allowed_fallback(answer::nothing_here);
    // People type a slash at the end, too.
    let base = base(&office);
    let bare = get(move || std::future::ready(answer::redirect(&base)));
    Ok(Router::new().nest(PREFIX, router.with_state(office)).route("/office/", bare))
}
