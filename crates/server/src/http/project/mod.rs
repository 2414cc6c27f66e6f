//! `/v1/project`: what the merchant's shop front is made of.

pub(crate) mod read;
pub(crate) mod replace;
