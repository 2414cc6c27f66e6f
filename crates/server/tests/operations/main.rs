//! What operators do: start, look, back up, examine, stop. Most of it with the real binary, as they do.

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod serving;
mod tail;
