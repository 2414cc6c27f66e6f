//! Refunds: what went back to payers, one file for each endpoint. Guichet moves no money back; it keeps what people record.

pub(super) mod list;
pub(super) mod record;
pub(super) mod withdraw;
