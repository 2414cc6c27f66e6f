//! A server under a path of its public address: requests that still have the path lose it before they are routed, so
//! that it does not matter whether the proxy in front takes it off.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware;

use crate::public_url::PublicUrl;

/// The routes as they are reached by `public_url`.
pub(crate) fn under_path(router: Router, public_url: PublicUrl) -> Router {
    if public_url.path().is_empty() {
        return router;
    }
    Router::new().fallback_service(router).layer(middleware::map_request_with_state(public_url, shorten))
}

async fn shorten(State(public_url): State<PublicUrl>, mut request: Request) -> Request {
    if let Some(shortened) = public_url.without_path(request.uri()) {
        *request.uri_mut() = shortened;
    }
    request
}
