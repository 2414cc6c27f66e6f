//! The vocabulary of scripts and fixtures: what is asked for, read field by field.

mod misbehaviour;
mod payment;
mod webhook;

pub(crate) use misbehaviour::misbehaviour;
pub(crate) use payment::{action, means, payment};
pub(crate) use webhook::webhook;
