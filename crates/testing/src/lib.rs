//! What the tests of several crates share. Not shipped.

pub mod mail_server;
pub mod postgres;
