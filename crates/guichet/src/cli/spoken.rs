//! A vendor whose clients are served, as the command line names it.

use guichet_gateways::{DIALECTS, Dialect};

/// The dialect of a vendor.
#[derive(Clone, Copy)]
pub(super) struct Spoken(pub(super) &'static dyn Dialect);

impl std::fmt::Debug for Spoken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

/// The dialect of that name.
///
/// # Errors
/// There is none; those that there are.
pub(super) fn dialect_named(name: &str) -> Result<Spoken, String> {
    let names = DIALECTS.iter().map(|dialect| dialect.name()).collect::<Vec<_>>().join(", ");
    guichet_gateways::dialect(name).map(Spoken).ok_or_else(|| format!("there are: {names}"))
}
