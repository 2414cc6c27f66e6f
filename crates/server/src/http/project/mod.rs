//! `/v1/project`: what the merchant's shop front is made of.

pub(super) mod read;
pub(super) mod replace;
