//! The shop file is a manifest: what it declares of a merchant is what holds. Parsing it gives what is declared; held
//! against the database that gives a plan, as data; committing the plan is all or nothing, and refused where the
//! configuration has changed since. Applying a file twice changes nothing more.

mod account;
mod credentials;
mod difference;
mod endpoint;
mod file;
mod front;
mod merchant;
mod plan;
mod planning;
mod present;
#[cfg(test)]
mod tests;

pub use difference::Change;
pub use file::ShopFile;
pub use plan::{Action, Kind, Plan, Step};
