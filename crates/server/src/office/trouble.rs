//! What can go wrong in the back office, with the status that it is answered with.

use guichet_core::Code;
use http::StatusCode;

use crate::access::NotLetIn;
use crate::app::Error;
use crate::limiter::TooMany;
use crate::repeats;
use crate::store::{CommitError, Fault};

/// What went wrong.
#[derive(Debug, Clone)]
pub(super) enum Trouble {
    /// There is no such page or thing, or it is another shop's.
    NotFound,
    /// The role does not have that.
    NotAllowed,
    /// The form was not sent by a page of ours, or by one of an older session.
    NotOurForm,
    /// The form is too long.
    TooLong,
    /// A field cannot be read.
    BadField(&'static str),
    /// A field is missing, or not one of those that can be chosen.
    BadForm,
    /// Too often.
    TooMany(i64),
    /// What was asked for cannot be done as things stand.
    Refused(Code),
    /// A gateway, or this server, cannot do it at present.
    NotNow,
    /// Our own fault.
    Fault,
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Error::from(fault).into()
    }
}

impl From<CommitError> for Trouble {
    fn from(error: CommitError) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchOrder => Trouble::NotFound,
            Error::Refused(refusal) => Trouble::Refused(refusal.code()),
            Error::Quiet(_) => Trouble::Refused(Code::ServerIsQuiet),
            Error::LeaseLost | Error::Overloaded | Error::Unwritable(_) => {
                repeats::fault("the back office met trouble", &error);
                Trouble::NotNow
            }
            Error::ReferenceTaken
            | Error::KeyTaken
            | Error::GatewayReferenceTaken
            | Error::Locked(_)
            | Error::Fault(_) => {
                repeats::fault("the back office met trouble", &error);
                Trouble::Fault
            }
        }
    }
}

impl From<TooMany> for Trouble {
    fn from(too_many: TooMany) -> Self {
        Trouble::TooMany(too_many.retry_after_s())
    }
}

impl From<NotLetIn> for Trouble {
    fn from(error: NotLetIn) -> Self {
        match error {
            NotLetIn::TooMany(too_many) => too_many.into(),
            NotLetIn::Quiet(_) => Trouble::Refused(Code::ServerIsQuiet),
            NotLetIn::Commit(error) => error.into(),
        }
    }
}

/// When it is worth asking again once nothing can be done at present, in seconds.
const NOT_NOW_S: i64 = 5;

impl Trouble {
    /// When it is worth asking again, in seconds, if it is.
    pub(super) fn retry_after_s(&self) -> Option<i64> {
        match self {
            Trouble::TooMany(seconds) => Some(*seconds),
            Trouble::NotNow => Some(NOT_NOW_S),
            Trouble::NotFound
            | Trouble::NotAllowed
            | Trouble::NotOurForm
            | Trouble::TooLong
            | Trouble::BadField(_)
            | Trouble::BadForm
            | Trouble::Refused(_)
            | Trouble::Fault => None,
        }
    }

    /// The status that says so.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Trouble::NotFound => StatusCode::NOT_FOUND,
            Trouble::NotAllowed | Trouble::NotOurForm => StatusCode::FORBIDDEN,
            Trouble::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::BadField(_) | Trouble::BadForm => StatusCode::UNPROCESSABLE_ENTITY,
            Trouble::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Trouble::Refused(_) => StatusCode::CONFLICT,
            Trouble::NotNow => StatusCode::SERVICE_UNAVAILABLE,
            Trouble::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
