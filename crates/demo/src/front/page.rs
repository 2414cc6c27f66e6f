//! The page: plain modules without any dependency, as they lie in `page/`, and one that says where the
//! project is.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::shop::drawing;

use super::{Front, PATH};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const DRAWING: &str = "image/svg+xml";

/// What the page is made of, by name.
const FILES: &[(&str, &str, &str)] = &[
    ("style.css", CSS, include_str!("page/style.css")),
    ("main.js", SCRIPT, include_str!("page/main.js")),
    ("api.js", SCRIPT, include_str!("page/api.js")),
    ("dom.js", SCRIPT, include_str!("page/dom.js")),
    ("words.js", SCRIPT, include_str!("page/words.js")),
    ("fields.js", SCRIPT, include_str!("page/fields.js")),
    ("basket.js", SCRIPT, include_str!("page/basket.js")),
    ("account.js", SCRIPT, include_str!("page/account.js")),
    ("products.js", SCRIPT, include_str!("page/products.js")),
    ("checkout.js", SCRIPT, include_str!("page/checkout.js")),
    ("orders.js", SCRIPT, include_str!("page/orders.js")),
];

impl Front {
    /// Everything that the shop serves of it.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route(PATH, get(index))
            .route(&format!("{PATH}/{{file}}"), get(file))
            .with_state(self.clone())
    }

    /// What a developer writes into a front's settings.
    fn settings(&self) -> String {
        let (server, app_token) = (json!(self.server_url), json!(self.app_token));
        format!(
            "// Where the project is.\nexport const SERVER = {server};\nexport const APP_TOKEN = {app_token};\n"
        )
    }

    fn served(&self, kind: &'static str, body: impl Into<String>) -> Response {
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src {}; \
             form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
            self.server_url
        );
        let mut answer = body.into().into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        answer
    }
}

async fn index(State(front): State<Front>) -> Response {
    front.served(HTML, include_str!("page/index.html"))
}

async fn file(State(front): State<Front>, Path(name): Path<String>) -> Response {
    if name == "project.js" {
        return front.served(SCRIPT, front.settings());
    }
    if let Some((_, kind, text)) = FILES.iter().find(|(known, _, _)| *known == name) {
        return front.served(kind, *text);
    }
    match name.strip_suffix(".svg").and_then(drawing) {
        Some(drawing) => front.served(DRAWING, drawing),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_page_asks_for_is_there() {
        let texts = FILES.iter().map(|(_, _, text)| *text).chain([include_str!("page/index.html")]);
        let asked: Vec<&str> = texts
            .flat_map(|text| text.split("\"/boutique/").skip(1))
            .filter_map(|after| after.split('"').next())
            .collect();
        let served = |name: &str| name == "project.js" || FILES.iter().any(|(known, _, _)| *known == name);
        let missing: Vec<&&str> = asked.iter().filter(|name| !served(name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let idle: Vec<&str> =
            FILES.iter().map(|(name, _, _)| *name).filter(|name| !asked.contains(name)).collect();
        assert!(idle.is_empty(), "nothing asks for {idle:?}");
    }
}
