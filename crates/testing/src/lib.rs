//! What the tests of several crates share. Not shipped.

pub mod mail_server;
pub mod openapi;
pub mod postgres;
