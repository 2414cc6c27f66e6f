//! Lists page by page: how many a page has, behind what it begins, and whether there is more behind it.

use std::str::FromStr;

use guichet_core::Code;

use super::problem::Problem;

/// The size of a page, within its bounds.
///
/// # Errors
/// It is out of them.
pub(super) fn page_size(limit: Option<i64>) -> Result<i64, Problem> {
    match limit.unwrap_or(20) {
        size @ 1..=100 => Ok(size),
        _ => Err(Problem::field("limit", Code::LimitOutOfRange, "limit must be 1 to 100.")),
    }
}

/// The identifier of such a thing, behind which the page begins.
///
/// # Errors
/// It is none.
pub(super) fn cursor<T: FromStr>(text: Option<&str>, of: &str) -> Result<Option<T>, Problem> {
    text.map(str::parse).transpose().map_err(|_| {
        let rule = format!("cursor must be the identifier of {of} of the page before.");
        Problem::field("cursor", Code::CursorInvalid, rule)
    })
}

/// Cuts what was read, which is one more than a page has, to a page. Whether there is more behind it.
pub(super) fn cut<T>(found: &mut Vec<T>, size: i64) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = found.len() > size;
    found.truncate(size);
    has_more
}
