//! What a front is told when something is wrong: OneEntry's error shape, always JSON, always with a
//! numeric `statusCode`, because the SDK takes anything else for success.

use axum::response::{IntoResponse, Response};
use guichet_core::Refusal;
use guichet_gateways::RuleViolation;
use http::StatusCode;

use crate::access::{BadPassword, NotLetIn};
use crate::app::{Error, NoAccount};
use crate::catalogue::NotForSale;
use crate::fields::FieldRule;
use crate::limiter::TooMany;
use crate::registry::Quiet;
use crate::repeats;
use crate::store::{CommitError, Fault, FaultKind, Guard};

/// An error as fronts see it. The shell gives it its bytes, with the time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrontError {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// What was wrong and what to do, as a sentence.
    pub(crate) message: String,
    /// After how many seconds to try again.
    pub(crate) retry_after_s: Option<i64>,
}

impl FrontError {
    /// An error of that status.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        FrontError { status, message: message.into(), retry_after_s: None }
    }

    /// The request breaks a rule.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        FrontError::new(StatusCode::BAD_REQUEST, message)
    }

    /// Who asks is not signed in, or not any more. The SDK refreshes its tokens on this and tries again,
    /// so it is for access tokens only.
    pub(crate) fn unauthorized() -> Self {
        FrontError::new(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    /// It is not there, or not the customer's.
    pub(crate) fn not_found(what: &str) -> Self {
        FrontError::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    /// Too often.
    pub(crate) fn too_many(retry_after_s: i64) -> Self {
        let message = "Too many attempts; try again later.";
        FrontError {
            retry_after_s: Some(retry_after_s.max(1)),
            ..FrontError::new(StatusCode::TOO_MANY_REQUESTS, message)
        }
    }

    /// Not at this moment.
    fn unavailable(message: &str, retry_after_s: i64) -> Self {
        FrontError {
            retry_after_s: Some(retry_after_s),
            ..FrontError::new(StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }

    /// OneEntry has it and Guichet has not.
    pub(crate) fn not_offered(what: &str) -> Self {
        FrontError::new(StatusCode::NOT_IMPLEMENTED, format!("Not offered here: {what}"))
    }
}

impl IntoResponse for FrontError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl FrontError {
    /// The database is out of reach, or cannot be written; both pass.
    fn storage_unavailable(fault: &Fault) -> Self {
        repeats::fault("a front's request found the database out of reach", fault);
        FrontError::unavailable("The database cannot be reached or written to at this moment; try again.", 5)
    }
}

impl From<Fault> for FrontError {
    fn from(fault: Fault) -> Self {
        if fault.kind() == FaultKind::Unreachable {
            return FrontError::storage_unavailable(&fault);
        }
        repeats::fault("a front's request met a fault", &fault);
        let message = "Something went wrong here, not with your request; try again.";
        FrontError::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }
}

impl From<Refusal> for FrontError {
    fn from(refusal: Refusal) -> Self {
        FrontError::bad_request(refusal.to_string())
    }
}

impl From<RuleViolation> for FrontError {
    fn from(broken: RuleViolation) -> Self {
        FrontError::bad_request(broken.told(front_field))
    }
}

/// What a front calls one of our fields: the payer is filled in by the fields of a form that have a role.
fn front_field(ours: &str) -> &str {
    match ours {
        "payer.family_name" => "a form field of the role family_name",
        "payer.given_name" => "a form field of the role given_name",
        "payer.email" => "a form field of the role email",
        "payer.phone" => "a form field of the role phone",
        "payer.address" => "a form field of the role address",
        "payer.city" => "a form field of the role city",
        "payer.state" => "a form field of the role state",
        "payer.zip_code" => "a form field of the role zip_code",
        "payer.country" => "a form field of the role country",
        other => other,
    }
}

impl From<NoAccount> for FrontError {
    fn from(why: NoAccount) -> Self {
        match why {
            NoAccount::NoneDeclared | NoAccount::NoneInUse | NoAccount::NoRoute => FrontError::bad_request(
                "Payment account identifier is wrong or payment accounts are not defined",
            ),
            NoAccount::AgainstTheRules(refusals) => match refusals.nearest() {
                Some(rule) => rule.clone().into(),
                None => FrontError::bad_request("No way to pay takes such an order"),
            },
        }
    }
}

impl From<Error> for FrontError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchOrder => FrontError::not_found("Order"),
            Error::Refused(refusal) => refusal.into(),
            Error::Fault(fault) => fault.into(),
            Error::Quiet(why) => why.into(),
            Error::Locked(locked) => Fault::new(locked.to_string()).into(),
            Error::Unwritable(fault) => FrontError::storage_unavailable(&fault),
            Error::ReferenceTaken
            | Error::KeyTaken
            | Error::GatewayReferenceTaken
            | Error::LeaseLost
            | Error::Overloaded => {
                FrontError::unavailable("Too much is going on at this moment; try again.", 1)
            }
        }
    }
}

impl From<Quiet> for FrontError {
    fn from(why: Quiet) -> Self {
        let message = format!("This server opens no payments and writes to nobody: {why}");
        FrontError::unavailable(&message, 60)
    }
}

impl From<CommitError> for FrontError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(Guard::Row) => {
                FrontError::new(StatusCode::CONFLICT, "It was changed meanwhile; read it again.")
            }
            other @ (CommitError::Conflict(_)
            | CommitError::Fault(_)
            | CommitError::Unwritable(_)
            | CommitError::Unknown(_)
            | CommitError::Undecided(_)
            | CommitError::Overloaded) => Error::from(other).into(),
        }
    }
}

impl From<FieldRule> for FrontError {
    fn from(broken: FieldRule) -> Self {
        FrontError::bad_request(broken.rule)
    }
}

impl From<NotForSale> for FrontError {
    fn from(why: NotForSale) -> Self {
        FrontError::bad_request(why.to_string())
    }
}

impl From<TooMany> for FrontError {
    fn from(too_many: TooMany) -> Self {
        FrontError::too_many(too_many.retry_after_s())
    }
}

impl From<NotLetIn> for FrontError {
    fn from(why: NotLetIn) -> Self {
        match why {
            NotLetIn::TooMany(too_many) => too_many.into(),
            NotLetIn::Quiet(why) => why.into(),
            NotLetIn::Commit(error) => error.into(),
        }
    }
}

impl From<BadPassword> for FrontError {
    fn from(rule: BadPassword) -> Self {
        FrontError::bad_request(rule.to_string())
    }
}

#[cfg(test)]
mod tests {
    use guichet_core::Code;

    use super::*;

    #[test]
    fn a_gateways_rule_names_what_a_front_fills_in() {
        let rule = RuleViolation {
            code: Code::PhoneMissing,
            field: "payer.phone",
            sentence: "It asks the payer: give {payer.phone}, or less than {amount}.".to_owned(),
        };
        let said = FrontError::from(rule).message;
        assert_eq!(said, "It asks the payer: give a form field of the role phone, or less than amount.");
    }
}
