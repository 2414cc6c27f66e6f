//! The sandbox over real sockets: a shop that follows the vendors' guides, a customer with a
//! browser, a merchant's server that is notified, and a script, each through the door that it would
//! really use.

mod calls;
mod control;
mod fixtures;
mod flow;
mod made;
mod merchants;
mod misbehaviours;
mod notifications;
mod operators;
mod outbox;
mod pages;
mod receiver;
mod shop;
mod wire;
