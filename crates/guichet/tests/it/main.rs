//! The integration tests: the server, the sandbox and the executable over real sockets, one suite a folder.

mod accidents;
mod bad_input;
mod browser;
mod checkout;
mod clients;
mod crash;
mod customers;
mod demo;
mod disk;
mod front;
mod idempotency;
mod matrix;
mod messages;
mod oneentry;
mod operations;
mod orders;
mod pages;
mod races;
mod secrets;
mod support;
mod webhooks;
