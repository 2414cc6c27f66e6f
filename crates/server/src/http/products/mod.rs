//! `/v1/products`: what the merchant's shop front sells.

pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod replace;

use super::problem::Problem;

/// The number of a product in the path; anything else is not there.
fn number(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found("product"))
}
