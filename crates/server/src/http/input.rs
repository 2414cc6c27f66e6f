//! Reading what a client sent, strictly: a body that is not exactly what the endpoint takes is
//! refused with the field and the rule, and nothing else happens.

use std::error::Error;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use guichet_core::{Code, json_as_read};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Uri, header};
use serde::de::DeserializeOwned;

use crate::inbound::BodyTooSlow;

use super::object::Object;
use super::problem::Problem;

/// The longest body the API reads: 64 KiB.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;

/// A request body with what idempotency needs to know of its request.
#[derive(Debug)]
pub(crate) struct Sent {
    /// GET, POST…
    pub method: Method,
    /// The address as it was called.
    pub uri: Uri,
    /// All headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (Parts { method, uri, headers, extensions, .. }, body) = request.into_parts();
        let mut rest = Request::new(body);
        *rest.extensions_mut() = extensions;
        let body = Bytes::from_request(rest, state).await.map_err(unread)?;
        Ok(Sent { method, uri, headers, body })
    }
}

fn unread(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let detail = format!("The body is longer than {MAX_BODY_BYTES} bytes; send less.");
        return Problem::new(Code::BodyTooLarge, detail);
    }
    if is_too_slow(&rejection) {
        return Problem::new(
            Code::BodyTooSlow,
            "The body did not arrive in time; send it again, all at once.",
        );
    }
    Problem::new(Code::BodyIncomplete, "The body broke off before its end; send it again.")
}

fn is_too_slow(rejection: &BytesRejection) -> bool {
    let first: &(dyn Error + 'static) = rejection;
    std::iter::successors(Some(first), |&cause| cause.source()).any(|cause| cause.is::<BodyTooSlow>())
}

impl Sent {
    /// The body as JSON of that shape.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let media = self.headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
        if media.is_some_and(|media| !is_json(media)) {
            let detail = "Send the body as JSON, with “Content-Type: application/json”.";
            return Err(Problem::new(Code::NotJson, detail));
        }
        let body = json_as_read(&self.body);
        let text = std::str::from_utf8(&body).map_err(|error| {
            let detail = format!("The body is not UTF-8 from byte {} on.", error.valid_up_to());
            Problem::new(Code::NotUtf8, detail)
        })?;
        read_json(text)
    }
}

fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    // Only a body that cannot be read is read a second time, noting on the way where it goes wrong.
    if let Ok(Object(value)) = serde_json::from_str(text) {
        return Ok(value);
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let Object(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        explain(&inner, (path != ".").then_some(path))
    })?;
    reader.end().map_err(|error| explain(&error, None))?;
    Ok(value)
}

fn explain(error: &serde_json::Error, path: Option<String>) -> Problem {
    let text = error.to_string();
    let code = match error.classify() {
        serde_json::error::Category::Data if text.starts_with("unknown field") => Code::FieldUnknown,
        serde_json::error::Category::Data if text.starts_with("missing field") => Code::FieldMissing,
        serde_json::error::Category::Data if text.starts_with("duplicate field") => Code::FieldTwice,
        serde_json::error::Category::Data => Code::FieldInvalid,
        serde_json::error::Category::Io
        | serde_json::error::Category::Syntax
        | serde_json::error::Category::Eof => Code::JsonInvalid,
    };
    let named = text.split('`').nth(1).filter(|_| code != Code::FieldInvalid && code != Code::JsonInvalid);
    let field = match (path, named) {
        (Some(path), Some(name)) if !path.ends_with(name) => Some(format!("{path}.{name}")),
        (None, Some(name)) => Some(name.to_owned()),
        (path, _) => path,
    };
    let problem = Problem::new(code, format!("The body cannot be read: {text}."));
    match field {
        Some(field) => problem.at(field),
        None => problem,
    }
}

/// The query of the address, read strictly.
pub(crate) struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        let axum::extract::Query(value) = read.map_err(|rejection| {
            let detail = format!("The query cannot be read: {}.", rejection.body_text());
            Problem::new(Code::QueryInvalid, detail)
        })?;
        Ok(Query(value))
    }
}

/// An identifier in the path; one of another kind, or garbage, is not there.
pub(crate) struct Id<T>(pub T);

impl<T, S> FromRequestParts<S> for Id<T>
where
    T: std::str::FromStr<Err = guichet_core::BadId>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        let id = text.ok().and_then(|text| text.parse().ok());
        id.map(Id).ok_or_else(|| Problem::not_found("thing"))
    }
}
