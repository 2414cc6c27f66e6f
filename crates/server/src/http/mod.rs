//! HTTP: one file for each endpoint, and this list of them. Handlers build an event or read; they
//! change nothing themselves.

pub(crate) mod callback;
pub(crate) mod caller;
mod compressed;
pub(crate) mod deliveries;
mod dialect;
pub(crate) mod events;
mod finish;
mod hosted;
mod idempotency;
pub(crate) mod input;
mod not_found;
pub(crate) mod object;
mod operations;
pub(crate) mod orders;
mod paged;
mod payment_links;
mod permitted;
pub(crate) mod problem;
mod problem_schema;
mod products;
mod project;
mod rate_limit;
mod reference;
mod refund_requests;
mod refunds;
mod reports;
mod request_id;
mod under_path;
mod unmatched;
mod vendor_route;
mod webhook_endpoints;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use guichet_gateways::DIALECTS;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub use permitted::{ApiOperation, api_operations};
pub use reference::example_order;
pub use request_id::REQUESTS;
pub(crate) use under_path::under_path;

/// The native API with its description.
fn native() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(reference::Description::openapi())
        .routes(routes!(orders::create::create_order, orders::list::list_orders))
        .routes(routes!(orders::read::read_order))
        .routes(routes!(orders::open_payment::open_payment))
        .routes(routes!(orders::check::check_order))
        .routes(routes!(orders::cancel::cancel_order))
        .routes(routes!(orders::reopen::reopen_order))
        .routes(routes!(orders::fulfil::fulfil_order))
        .routes(routes!(orders::resolve::resolve_order))
        .routes(routes!(orders::record_payment::record_payment))
        .routes(routes!(orders::events::order_events))
        .routes(routes!(orders::deliveries::order_deliveries))
        .routes(routes!(events::list::list_events))
        .routes(routes!(events::ack::ack_events))
        .routes(routes!(webhook_endpoints::create::create_endpoint, webhook_endpoints::list::list_endpoints))
        .routes(routes!(webhook_endpoints::delete::delete_endpoint))
        .routes(routes!(webhook_endpoints::rotate::rotate_secret))
        .routes(routes!(webhook_endpoints::test::test_endpoint))
        .routes(routes!(deliveries::resend::resend_delivery))
        .routes(routes!(project::read::read_project, project::replace::replace_project))
        .routes(routes!(products::list::list_products))
        .routes(routes!(products::replace::replace_product, products::delete::delete_product))
        .routes(routes!(unmatched::list::list_unmatched))
        .routes(routes!(unmatched::tie::tie_unmatched))
        .routes(routes!(unmatched::dismiss::dismiss_unmatched))
        .routes(routes!(refunds::record::record_refund))
        .routes(routes!(refunds::withdraw::withdraw_refund))
        .routes(routes!(refunds::list::list_refunds))
        .routes(routes!(reports::days::read_days))
        .routes(routes!(reports::close_day::close_the_day))
        .routes(routes!(reports::orders::export_orders))
        .routes(routes!(payment_links::create::create_payment_link, payment_links::list::list_payment_links))
        .routes(routes!(payment_links::read::read_payment_link))
        .routes(routes!(payment_links::end::end_payment_link))
        .routes(routes!(refund_requests::list::list_refund_requests))
        .routes(routes!(refund_requests::close::close_refund_request))
}

/// The routes of the hosted pages, of callbacks and of operators.
const PLAIN_ROUTES: [&str; 14] = [
    "/",
    "/callbacks/{gateway}/{account}",
    "/checkout/{token}",
    "/docs",
    "/docs/rapidoc-9.3.8.js",
    "/healthz",
    "/l/{token}",
    "/openapi.json",
    "/openapi/{file}",
    "/readyz",
    "/s/{token}",
    "/status/{token}",
    "/status/{token}/check",
    "/status/{token}/live",
];

/// Every route as the log and the counters call it, vendors' among them; what fronts call is not in it.
pub(crate) fn routes() -> Vec<String> {
    let document = reference::document();
    let native = document["paths"].as_object().into_iter().flat_map(|paths| paths.keys().cloned());
    let vendors = DIALECTS.iter().flat_map(|dialect| dialect.profile().endpoints);
    let vendors = vendors.map(|(_, template, _)| *template).chain(["none"]);
    let mut routes: Vec<String> =
        native.chain(PLAIN_ROUTES.into_iter().chain(vendors).map(str::to_owned)).collect();
    routes.sort_unstable();
    routes.dedup();
    routes
}

/// Every route of the server, with the APIs `beside` this one.
pub(crate) fn router(app: App, beside: Router<App>) -> Router {
    let (native, _) = native().split_for_parts();
    native
        .route("/", get(hosted::home::home_page))
        .route("/checkout/{token}", get(hosted::checkout::checkout_page).post(hosted::pay::pay))
        .route("/status/{token}", get(hosted::status::status_page).post(hosted::status::came_back))
        .route("/l/{token}", get(hosted::link::link_page).post(hosted::link_order::order_at_link))
        .route("/s/{token}", get(hosted::short::short_link))
        .route("/status/{token}/live", get(hosted::live::live_status))
        .route("/status/{token}/check", post(hosted::check::check_button))
        .route("/callbacks/{gateway}/{account}", get(callback::receive).post(callback::receive))
        .route("/openapi.json", get(reference::openapi))
        .route("/openapi/{file}", get(reference::document_of_another))
        .route("/docs", get(reference::docs))
        .route("/docs/rapidoc-9.3.8.js", get(reference::rapidoc))
        .route("/healthz", get(operations::healthz))
        .route("/readyz", get(operations::readyz))
        .merge(beside)
        .fallback(dialect::answer)
        .method_not_allowed_fallback(not_found::no_such_method)
        .layer((
            axum::middleware::from_fn_with_state(app.clone(), request_id::around),
            DefaultBodyLimit::max(input::MAX_BODY_BYTES),
        ))
        .with_state(app)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::public_url::OWN_ROOTS;

    /// A public address may not have a path that begins like one of these, so the list must be whole.
    #[test]
    fn the_roots_of_all_paths_are_known() {
        let document = reference::document();
        let native = document["paths"].as_object().expect("paths").keys().map(String::as_str);
        let vendors =
            DIALECTS.iter().flat_map(|dialect| dialect.profile().endpoints).map(|(_, path, _)| *path);
        for path in native.chain(vendors) {
            let root = path.trim_start_matches('/').split('/').next().unwrap_or_default();
            assert!(OWN_ROOTS.contains(&root), "{path}");
        }
    }
}
