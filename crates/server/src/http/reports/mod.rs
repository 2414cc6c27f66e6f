//! Reports: what came and went, summed up, and the orders themselves as a file.

pub(super) mod close_day;
pub(super) mod days;
pub(super) mod orders;
