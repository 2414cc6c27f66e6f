//! The sandbox over real sockets: a shop that follows the vendor's guide, a customer with a
//! browser, and a script, each through the door that it would really use.

mod control;
mod faults;
mod flow;
mod pages;
mod shop;
