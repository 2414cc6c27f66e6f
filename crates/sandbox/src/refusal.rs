//! The refusals of the sandbox towards scripts and customers: stable codes, sentences, and their HTTP form. The
//! answers to vendors' clients are the dialects'.

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

use crate::payment_view::Status;

/// The reason why the sandbox refused; nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No payment has this reference, or it was so long ago that it was dropped.
    NoSuchPayment {
        /// The reference.
        reference: String,
    },
    /// The link was used, or its time is over; a link works once.
    Closed {
        /// The status of the payment.
        status: Status,
    },
    /// A field of the request makes no sense.
    Invalid {
        /// The field.
        field: String,
        /// A sentence: what is wrong and what to do.
        message: String,
    },
    /// Nothing is served at this path.
    NoSuchRoute {
        /// The path.
        path: String,
    },
    /// The path exists, but not for this method.
    WrongMethod,
    /// The body is longer than a mebibyte, or broke off.
    UnreadableBody,
}

impl Refusal {
    /// A field that makes no sense, and a sentence about it.
    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Refusal {
        Refusal::Invalid { field: field.into(), message: message.into() }
    }

    /// A `dialect` that there is not.
    pub(crate) fn unknown_dialect() -> Refusal {
        let names: Vec<&str> = guichet_gateways::DIALECTS.iter().map(|dialect| dialect.name()).collect();
        Refusal::invalid("dialect", format!("dialect is one of {}.", names.join(", ")))
    }

    /// A `key` that the vendor's sandbox does not accept.
    pub(crate) fn unknown_key() -> Refusal {
        Refusal::invalid("key", "This vendor's sandbox does not let in that key with that account.")
    }

    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoSuchPayment { .. } => "no_such_payment",
            Refusal::Closed { status } => match status {
                Status::Created | Status::Initiated => "still_open",
                Status::Confirming => "being_confirmed",
                Status::Paid => "already_paid",
                Status::Declined => "already_declined",
                Status::Cancelled => "already_cancelled",
                Status::Expired => "link_expired",
            },
            Refusal::Invalid { .. } => "invalid",
            Refusal::NoSuchRoute { .. } => "no_such_route",
            Refusal::WrongMethod => "wrong_method",
            Refusal::UnreadableBody => "unreadable_body",
        }
    }

    /// The HTTP status.
    pub(crate) fn http_status(&self) -> StatusCode {
        match self {
            Refusal::NoSuchPayment { .. } | Refusal::NoSuchRoute { .. } => StatusCode::NOT_FOUND,
            Refusal::Closed { .. } => StatusCode::CONFLICT,
            Refusal::Invalid { .. } => StatusCode::BAD_REQUEST,
            Refusal::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::UnreadableBody => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The field of the request that makes no sense, with its place in a list, such as `payments[2].currency`.
    pub fn field(&self) -> Option<&str> {
        match self {
            Refusal::Invalid { field, .. } => Some(field),
            Refusal::NoSuchPayment { .. } => Some("ref"),
            Refusal::Closed { .. }
            | Refusal::NoSuchRoute { .. }
            | Refusal::WrongMethod
            | Refusal::UnreadableBody => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NoSuchPayment { reference } => {
                write!(out, "No payment has the reference {reference}; GET /sandbox/payments lists them.")
            }
            Refusal::Closed { status } => out.write_str(closed_sentence(*status)),
            Refusal::Invalid { message, .. } => out.write_str(message),
            Refusal::NoSuchRoute { path } => {
                write!(out, "Nothing is served at {path}; the page at / says what is.")
            }
            Refusal::WrongMethod => out.write_str("This path does not take this method; see the page at /."),
            Refusal::UnreadableBody => {
                out.write_str("The body is longer than 1 MiB, or broke off; send a shorter one.")
            }
        }
    }
}

/// The sentence for an action on a link that no longer works.
fn closed_sentence(status: Status) -> &'static str {
    match status {
        Status::Created | Status::Initiated => "This link is still open.",
        Status::Confirming => "The bank is confirming this payment; it can no longer be changed.",
        Status::Paid => "This link has already been paid. A link works once: nothing was taken again.",
        Status::Declined => "This payment was declined. A link works once: ask the shop for a new one.",
        Status::Cancelled => "This payment was cancelled. A link works once: ask the shop for a new one.",
        Status::Expired => "This link has expired. Nothing was taken: ask the shop for a new one.",
    }
}

impl std::error::Error for Refusal {}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = json!({ "code": self.code(), "message": self.to_string(), "field": self.field() });
        (self.http_status(), axum::Json(json!({ "error": error }))).into_response()
    }
}
