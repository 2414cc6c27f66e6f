//! Several nodes on one database: they share what is due, one that was frozen or killed is stood in for, and what holds on
//! one of them holds on all.

pub(crate) mod cluster;
mod fenced;
mod frozen;
mod shares;
pub(crate) mod shops;
mod together;
mod versions;
