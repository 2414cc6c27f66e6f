//! A server that is quiet: it sends nothing and opens nothing, so that a copy of a database does not act in the stead of
//! the server that it was copied from. It reads, it asks the gateways, and orders change by what they say; what follows
//! from that waits until the mark is lifted.

use std::fmt;

use crate::clock::rfc3339;
use crate::store::CopyMark;

/// Why a server is quiet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quiet {
    /// The operator started it so.
    Told,
    /// Its database is a copy.
    Copy(CopyMark),
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quiet::Told => f.write_str("it was started with --quiet"),
            Quiet::Copy(CopyMark { made_at_ms, .. }) => {
                write!(f, "its database is a copy, made at {}", rfc3339(*made_at_ms))
            }
        }
    }
}
