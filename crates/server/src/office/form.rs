//! A form that was posted: what cannot be read is said on a page, in the reader's language.

use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse as _, Response};
use serde::de::DeserializeOwned;

use crate::pages::Language;

use super::Office;
use super::answer::{Problem, Trouble};
use super::headers::text;
use super::visitor::Visitor;

/// The fields of a form.
pub(super) struct Form<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Office> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, office: &Office) -> Result<Self, Response> {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let browser = Language::from_accept_language(text(request.headers(), http::header::ACCEPT_LANGUAGE));
        let read: Result<axum::Form<T>, FormRejection> = axum::Form::from_request(request, office).await;
        read.map(|form| Form(form.0)).map_err(|_| {
            let language = visitor.map_or(browser, |visitor| visitor.language());
            Problem::new(language, office, Trouble::BadForm).into_response()
        })
    }
}
