//! What is answered where there is no such path, or no such method on it.

use axum::response::{IntoResponse, Response};
use guichet_core::Code;
use http::{Method, Uri};

use super::problem::Problem;

pub(super) async fn no_such_route(uri: Uri) -> Response {
    let path: String = uri.path().chars().take(100).collect();
    let detail = format!("There is nothing at {path}; the API is described at /docs.");
    Problem::new(Code::NoSuchRoute, detail).into_response()
}

pub(super) async fn no_such_method(method: Method) -> Response {
    let detail = format!("{method} is not possible here; the API is described at /docs.");
    Problem::new(Code::NoSuchMethod, detail).into_response()
}
