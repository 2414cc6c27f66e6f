//! Every error that leaves this server, as RFC 9457 `application/problem+json`: a stable code, what
//! was wrong, where, and what to do. The one place where the three kinds of error become HTTP.

use axum::response::{IntoResponse, Response};
use guichet_core::{Code, Refusal};
use guichet_gateways::RuleViolation;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{Error, Meaningless, NoAccount, Refusals, RefusedBy};
use crate::fields::FieldRule;
use crate::repeats;
use crate::store::{Fault, FaultKind};
use crate::vault::Locked;

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

impl From<Meaningless> for Problem {
    fn from(Meaningless(rule): Meaningless) -> Self {
        rule.into()
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
            NoAccount::NoneInUse => {
                let rule = "No gateway account of yours takes new payments in this environment: those that you had have ended or are disabled; declare one, or ask the operator to enable one.";
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

impl Problem {
    /// The database is out of reach, or cannot be written; both pass.
    fn storage_unavailable(fault: &Fault) -> Self {
        repeats::fault("a request found the database out of reach", fault);
        let detail = "The database cannot be reached or written to at this moment. Nothing is lost; try again with the same Idempotency-Key.";
        Problem::new(Code::StorageUnavailable, detail).retry_after(5)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if fault.kind() == FaultKind::Unreachable {
            return Problem::storage_unavailable(&fault);
        }
        repeats::fault("a request met a fault", &fault);
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
            Error::LeaseLost | Error::Overloaded | Error::GatewayReferenceTaken => Problem::new(
                Code::Overloaded,
                "Too much is going on at this moment; try again with the same Idempotency-Key.",
            )
            .retry_after(1),
            Error::Quiet(why) => {
                let detail = format!("This server opens no payments: {why}. Send the request to the server of your shop.");
                Problem::new(Code::ServerIsQuiet, detail).retry_after(60)
            }
            Error::Locked(locked) => locked.into(),
            Error::Unwritable(fault) => Problem::storage_unavailable(&fault),
            Error::Fault(fault) => fault.into(),
        }
    }
}

impl From<Locked> for Problem {
    fn from(locked: Locked) -> Self {
        Fault::new(locked.to_string()).into()
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Fault::new(format!("{error:#}")).into()
    }
}
