//! What a caller is told of its key's limit: `RateLimit-Policy` and `RateLimit`, as the working group on HTTP APIs at the IETF
//! drafts them. A request without a key, and a server without a limit, has neither.

use std::sync::{Arc, OnceLock};

use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderValue};

use crate::app::{Allowance, App, WINDOW_S};

use super::problem::Problem;
use guichet_core::Code;

/// Where what a key has left is put down while a request is worked, for its answer.
#[derive(Clone, Default)]
pub(super) struct RateLimit(Arc<OnceLock<Allowance>>);

impl RateLimit {
    /// An empty one, which goes along with a request.
    pub(super) fn of(extensions: &mut Extensions) -> RateLimit {
        extensions.get_or_insert_with(RateLimit::default).clone()
    }

    /// Writes the headers, where something was put down.
    pub(super) fn write(&self, headers: &mut HeaderMap) {
        let Some(Allowance { limit, left, full_in_s }) = self.0.get() else { return };
        let policy = format!("\"key\";q={limit};w={WINDOW_S}");
        let now = format!("\"key\";r={left};t={full_in_s}");
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", now)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// Counts a call of the key with that identifier.
///
/// # Errors
/// It is one too many.
pub(super) fn count(app: &App, parts: &Parts, key: &str) -> Result<(), Problem> {
    let put = |allowance: Option<Allowance>| {
        if let (Some(allowance), Some(told)) = (allowance, parts.extensions.get::<RateLimit>()) {
            // A request has one key, so it is empty.
            let _ = told.0.set(allowance);
        }
    };
    match app.count_call(key) {
        Ok(allowance) => put(allowance),
        Err(too_many) => {
            put(app.nothing_left());
            let detail = "This API key has made more calls than this server allows in a minute; wait as long as Retry-After says, \
                          or ask whoever runs the server for a higher limit.";
            return Err(Problem::new(Code::TooManyCalls, detail).retry_after(too_many.retry_after_s()));
        }
    }
    Ok(())
}
