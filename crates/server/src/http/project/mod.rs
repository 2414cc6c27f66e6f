//! `/v1/project`: what the merchant's shop front is made of.

pub mod read;
pub mod replace;
