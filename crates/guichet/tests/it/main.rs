//! The integration tests: the server, the sandbox and the executable over real sockets, one suite a folder.

mod accidents;
mod bad_input;
mod book;
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
mod nodes;
mod oneentry;
mod operations;
mod orders;
mod packaging;
mod pages;
mod postgres;
mod proxies;
mod races;
mod secrets;
mod support;
mod webhooks;
