//! What the integration tests share: a house (server, sandbox, two shops), a client, an inbox for
//! webhooks, and the real binary.
#![allow(dead_code, reason = "every test file uses its own part of this")]

pub(crate) mod book;
pub(crate) mod call;
pub(crate) mod dice;
pub(crate) mod house;
pub(crate) mod inbox;
pub(crate) mod kiosk;
pub(crate) mod patience;
pub(crate) mod program;
