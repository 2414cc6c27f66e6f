//! Every error that leaves this server, as RFC 9457 `application/problem+json`: a stable code, what
//! was wrong, where, and what to do. The one place where the three kinds of error become HTTP.

use axum::response::{IntoResponse, Response};
use guichet_core::{Code, Refusal};
use guichet_gateways::RuleViolation;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{Error, NoAccount, Refusals, RefusedBy};
use crate::fields::FieldRule;
use crate::store::Fault;

use super::problem_schema;

/// An error.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(title = "Problem")]
pub(crate) struct Problem {
    /// A name for this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:guichet:problem:amount_out_of_range")]
    kind: String,
    /// The kind of problem in a few words.
    #[schema(example = "Unprocessable Entity")]
    title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// The kind of problem in one word.
    #[schema(schema_with = problem_schema::code)]
    code: Code,
    /// What was wrong and what to do, as a sentence.
    detail: String,
    /// The field that was wrong, as a path such as `items[0].quantity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip)]
    retry_after_s: Option<i64>,
}

impl Problem {
    /// A problem of that code, which says its status.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Problem {
            kind: format!("urn:guichet:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            field: None,
            retry_after_s: None,
        }
    }

    /// A problem of that code with one field.
    pub(crate) fn field(field: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        Problem::new(code, detail).at(field)
    }

    /// The same, at that field.
    pub(crate) fn at(self, field: impl Into<String>) -> Self {
        Problem { field: Some(field.into()), ..self }
    }

    /// The same, with the time after which to try again.
    pub(crate) fn retry_after(self, seconds: i64) -> Self {
        Problem { retry_after_s: Some(seconds.max(1)), ..self }
    }

    /// What was asked for is not there, or not the caller's.
    pub(crate) fn not_found(what: &str) -> Self {
        let detail =
            format!("There is no such {what} for this key; check the identifier and which key you use.");
        Problem::new(Code::NotFound, detail)
    }

    /// Whether it is our trouble, not the caller's mistake.
    pub(crate) fn is_ours(&self) -> bool {
        self.status >= 500
    }

    /// The kind of problem.
    pub(crate) fn code(&self) -> Code {
        self.code
    }

    /// What was wrong and what to do, as a sentence.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        response.extensions_mut().insert(self.code);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self.code, Code::BodyTooLarge | Code::BodyTooSlow | Code::BodyIncomplete) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if self.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::new(refusal.code(), refusal.to_string())
    }
}

impl From<FieldRule> for Problem {
    fn from(FieldRule { field, code, rule }: FieldRule) -> Self {
        Problem::field(field, code, rule)
    }
}

impl From<RuleViolation> for Problem {
    fn from(broken: RuleViolation) -> Self {
        Problem::field(broken.field, broken.code, broken.message())
    }
}

impl From<NoAccount> for Problem {
    fn from(why: NoAccount) -> Self {
        match why {
            NoAccount::NoneDeclared => {
                let rule = "You have no gateway account in this environment; declare one in the shop file and apply it with `guichet apply`.";
                Problem::field("gateway", Code::GatewayNotConfigured, rule)
            }
            NoAccount::NoRoute => {
                let rule = "No route of yours leads an order of this currency, country and amount to an account; see `routes` in the shop file.";
                Problem::field("gateway", Code::NoRoute, rule)
            }
            NoAccount::AgainstTheRules(refusals) => against_the_rules(&refusals),
        }
    }
}

/// The rule of the account that comes nearest to taking the order, and what the others have against it.
fn against_the_rules(refusals: &Refusals) -> Problem {
    let Some(nearest) = refusals.nearest() else { return NoAccount::NoRoute.into() };
    let message = nearest.message();
    let others = refusals.0.iter().filter(|refusal| refusal.rule.message() != message);
    let others = others
        .map(|RefusedBy { account, gateway, rule }| format!("“{account}” at {gateway}: {}", rule.message()));
    let others: Vec<String> = others.collect();
    let detail = match others.as_slice() {
        [] => message,
        others => format!("{message} No other account of yours takes it either. {}", others.join(" ")),
    };
    Problem::field(nearest.field, nearest.code, detail)
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "a request met a fault");
        let detail =
            "Something went wrong here, not with your request; try again with the same Idempotency-Key.";
        Problem::new(Code::InternalError, detail)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchOrder => Problem::not_found("order"),
            Error::Refused(refusal) => refusal.into(),
            Error::ReferenceTaken => Problem::new(
                Code::ReferenceTaken,
                "Another order has this reference; use a new one, or send exactly what you sent for that order.",
            )
            .at("reference"),
            Error::KeyTaken => Problem::new(
                Code::IdempotencyInProgress,
                "A request with this Idempotency-Key is still running; ask again in a moment.",
            )
            .retry_after(1),
            Error::Overloaded | Error::GatewayReferenceTaken => Problem::new(
                Code::Overloaded,
                "Too much is going on at this moment; try again with the same Idempotency-Key.",
            )
            .retry_after(1),
            Error::Unwritable(fault) => {
                tracing::error!(%fault, "a request could not be written");
                Problem::new(
                    Code::StorageUnavailable,
                    "The database cannot be written to at this moment. Nothing is lost; try again with the same Idempotency-Key.",
                )
                .retry_after(5)
            }
            Error::Fault(fault) => fault.into(),
        }
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Fault(format!("{error:#}")).into()
    }
}
