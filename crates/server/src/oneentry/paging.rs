//! `offset` and `limit`: how fronts turn pages.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::Serialize;

use super::front_error::FrontError;

/// The most things on one page.
const MOST: i64 = 100;

/// How many are on a page unless the front says otherwise.
const USUAL: i64 = 30;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    /// How many are passed over.
    pub(crate) offset: i64,
    /// How many are wanted, at most [`MOST`].
    pub(crate) limit: i64,
}

/// A page of a list, and how long the whole list is.
#[derive(Debug, Serialize)]
pub(crate) struct Listed<T> {
    /// The page.
    pub(crate) items: Vec<T>,
    /// How many there are in all.
    pub(crate) total: i64,
}

impl Paging {
    /// Reads a query.
    pub(crate) fn of(query: &str) -> Result<Self, FrontError> {
        let number = |name: &str, least: i64| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            let Some((_, text)) = pairs.find(|(known, _)| known == name) else { return Ok(None) };
            match text.parse::<i64>() {
                Ok(number) if number >= least => Ok(Some(number)),
                Ok(_) | Err(_) => {
                    Err(FrontError::bad_request(format!("{name} must be a whole number from {least} on")))
                }
            }
        };
        let offset = number("offset", 0)?.unwrap_or(0);
        let limit = number("limit", 1)?.unwrap_or(USUAL).min(MOST);
        Ok(Paging { offset, limit })
    }

    /// That part of what is at hand.
    pub(crate) fn part<T>(self, things: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        let size = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        things.into_iter().skip(size(self.offset)).take(size(self.limit))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = FrontError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, FrontError> {
        Paging::of(parts.uri.query().unwrap_or_default())
    }
}

/// A length as fronts count.
pub(crate) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_bounded_and_read_strictly() {
        for (query, offset, limit) in [
            ("", 0, 30),
            ("offset=5&limit=10&langCode=en_US", 5, 10),
            ("limit=1000", 0, 100),
            ("offset=9223372036854775807", i64::MAX, 30),
        ] {
            assert_eq!(Paging::of(query).unwrap(), Paging { offset, limit }, "{query}");
        }
        for wrong in ["offset=-1", "limit=0", "limit=ten", "limit=", "offset=1.5", "limit=undefined"] {
            assert_eq!(Paging::of(wrong).unwrap_err().status, http::StatusCode::BAD_REQUEST, "{wrong}");
        }
        let third: Vec<i32> = Paging { offset: 2, limit: 1 }.part([1, 2, 3, 4]).collect();
        assert_eq!(third, [3]);
    }
}
