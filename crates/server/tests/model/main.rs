//! Model-based tests of the store: the same sequences of operations give the same outcomes on plain maps and on an engine.
//! What a shop, a customer, a worker and an operator do with the store stands in one file each.

mod books;
mod configuration;
mod customers;
mod deliveries;
mod desk;
mod engines;
mod orders;
mod reading;
mod run;
mod shops;
mod world;
