//! `/v1/products`: what the merchant's shop front sells.

pub(super) mod delete;
pub(super) mod list;
pub(super) mod replace;

use super::problem::Problem;

/// The number of a product in the path; anything else is not there.
fn number(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found("product"))
}
