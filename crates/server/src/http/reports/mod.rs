//! Reports: what came and went, summed up.

pub(super) mod days;
